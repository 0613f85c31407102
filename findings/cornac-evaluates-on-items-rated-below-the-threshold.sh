#!/usr/bin/env bash
# cornac's evaluation lets a model recommend what the user has already rated, if the rating is
# below the threshold.
#
# Versions: cornac 3.0.1, numpy 2.4.6, scipy 1.17.1, Python 3.11
#
# What happens:
#   The ranking metrics take out of a user's candidates only those training items whose
#   rating reaches rating_threshold (1.0 by default). An item that the user rated lower in
#   training stays a candidate and counts as a wrong answer when it is recommended. On a
#   scale that begins at 0 (or at 0.5) this happens with the default. A model that does not
#   look at ratings pays for it. recommend(..., remove_seen=True) takes out every item of
#   the training data, whatever its rating, so the list that is evaluated is not the list
#   that is served.
#
# What one would guess:
#   All items that the user has in the training data are left out of the evaluated list; the
#   threshold only says which test items are relevant.
#
# Output seen:
#   anna rated b with 1.0: threshold 1.0, evaluated Recall@1 1.0, served ['c'], wanted ['c']
#   anna rated b with 0.5: threshold 1.0, evaluated Recall@1 0.0, served ['c'], wanted ['c']
#   anna rated b with 0.0: threshold 1.0, evaluated Recall@1 0.0, served ['c'], wanted ['c']
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    cornac==3.0.1 numpy==2.4.6 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import contextlib, io, sys
import cornac
from cornac.eval_methods import BaseMethod

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


def data(anna_on_b):
    """Film a is everybody's; film b is the next popular, and anna has rated it."""
    train = [("anna", "a", 5.0), ("anna", "b", anna_on_b)]
    for name in ("ben", "carl", "dora", "emil"):
        train += [(name, "a", 4.0), (name, "b", 4.0)]
    train += [("ben", "c", 5.0), ("carl", "c", 3.0), ("dora", "d", 2.0)]
    return train, [("anna", "c", 5.0)]


recall = {}
for anna_on_b in (1.0, 0.5, 0.0):
    train, test = data(anna_on_b)
    method = BaseMethod.from_splits(train_data=train, test_data=test)
    model = cornac.models.MostPop()
    with contextlib.redirect_stdout(io.StringIO()):
        result, _ = method.evaluate(model, [cornac.metrics.Recall(k=1)], user_based=True)
    recall[anna_on_b] = float(result.metric_avg_results["Recall@1"])
    served = model.recommend("anna", k=1, remove_seen=True, train_set=method.train_set)
    print(f"anna rated b with {anna_on_b}: threshold {method.rating_threshold}, "
          f"evaluated Recall@1 {recall[anna_on_b]:.1f}, served {served}, wanted ['c']")
    check(served == ["c"], "recommend no longer removes every item seen")
check(recall == {1.0: 1.0, 0.5: 0.0, 0.0: 0.0},
      "items rated below the threshold in training are no longer candidates")
PY
