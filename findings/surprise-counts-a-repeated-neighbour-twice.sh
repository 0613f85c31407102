#!/usr/bin/env bash
# scikit-surprise keeps both ratings of a repeated pair: one neighbour fills two places, and
# folds leak.
#
# Versions: scikit-surprise 1.1.5, numpy 2.4.6, pandas 3.1.1, Python 3.11
#
# What happens:
#   If one user has rated one item twice, both rows stay in the training set. A k-nearest-
#   neighbour model then takes the same person twice into the k nearest, and the second
#   nearest person loses her place; actual_k still says 2. Cross-validation divides rows,
#   not pairs, so a pair in a test fold is often in its training set as well. No message is
#   given. Drop repeated pairs (keep the newest) before load_from_df.
#
# What one would guess:
#   The last rating of a pair counts, or their mean, or the library says that there are two;
#   in any case k neighbours are k different persons.
#
# Output seen:
#   rows as they are: 8 ratings, estimate 5.00 from actual_k 2
#   rows without the repeat: 7 ratings, estimate 3.00 from actual_k 2
#   five folds: 314 of 400 test rows have their pair in the training set
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    scikit-surprise==1.1.5 numpy==2.4.6 pandas==3.1.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import sys
import pandas as pd
from surprise import Dataset, KNNBasic, Reader
from surprise.model_selection import KFold

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


# Anna has not rated film x. Ben agrees with her on y, Carl agrees as well; Ben rated x twice.
rows = pd.DataFrame(
    [("anna", "y", 4), ("ben", "y", 4), ("ben", "x", 5), ("ben", "x", 5),
     ("carl", "y", 4), ("carl", "x", 1), ("dora", "y", 2), ("dora", "x", 3)],
    columns=["user", "item", "rating"])
estimate = {}
for how, frame in (("as they are", rows), ("without the repeat", rows.drop_duplicates())):
    train = Dataset.load_from_df(frame, Reader()).build_full_trainset()
    model = KNNBasic(k=2, verbose=False, sim_options={"name": "msd"}).fit(train)
    p = model.predict("anna", "x")
    estimate[how] = p.est
    print(f"rows {how}: {train.n_ratings} ratings, estimate {p.est:.2f} "
          f"from actual_k {p.details['actual_k']}")
    check(p.details["actual_k"] == 2, "actual_k is no longer 2")
check(estimate["as they are"] == 5.0, "Ben no longer fills both places")
check(estimate["without the repeat"] == 3.0, "Ben and Carl are no longer the two nearest")

# Every pair of 20 users and 10 items twice, as when a log has been read two times.
rows = pd.DataFrame([(f"u{u}", f"i{i}", 3) for u in range(20) for i in range(10)] * 2,
                    columns=["user", "item", "rating"])
tested = leaked = 0
for train, test in KFold(5, random_state=0).split(Dataset.load_from_df(rows, Reader())):
    known = {(train.to_raw_uid(u), train.to_raw_iid(i)) for u, i, _ in train.all_ratings()}
    tested += len(test)
    leaked += sum((u, i) in known for u, i, _ in test)
print(f"five folds: {leaked} of {tested} test rows have their pair in the training set")
check(leaked > tested / 2, "folds no longer divide the rows of one pair")
PY
