#!/usr/bin/env bash
# In irspack, a rating of 0 in the test data counts as a hit, and one in training for some
# models only.
#
# Versions: irspack 0.5.2, numpy 2.4.6, scipy 1.17.1, pandas 3.1.1, Python 3.11
#
# What happens:
#   df_to_sparse with a rating column stores a rating of 0 as an entry. The Evaluator reads
#   which entries are stored and not their values, so recommending an item that the user
#   rated 0 is a full hit, and recall asks for such items. In training, models disagree: the
#   cosine and P3alpha models multiply by the value and cannot see the pair, while the
#   Jaccard model counts it as an interaction like any other. No message is given. Call
#   eliminate_zeros() on every matrix, or drop the rows below a threshold, first.
#
# What one would guess:
#   A rating of 0 is no relevant item in a test, and all models treat it in one way.
#
# Output seen:
#   test, zero stored: hit 1.0, precision@1 1.0, nDCG@1 1.0 (film a is recommended)
#   test, zero removed: hit 0.0, precision@1 0.0, nDCG@1 0.0 (film a is recommended)
#   training, CosineKNNRecommender: a stored zero changes the scores: False
#   training, P3alphaRecommender: a stored zero changes the scores: False
#   training, JaccardKNNRecommender: a stored zero changes the scores: True
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    irspack==0.5.2 numpy==2.4.6 scipy==1.17.1 pandas==3.1.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import sys
import numpy as np
import pandas as pd
import scipy.sparse as sp
from irspack import (
    CosineKNNRecommender, Evaluator, JaccardKNNRecommender, P3alphaRecommender,
    TopPopRecommender, df_to_sparse)

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


# Anna has seen film c. In the test she rated film a with 0 and film b with 5.
items = ["a", "b", "c", "d"]
train = pd.DataFrame(
    [("anna", "c", 4), ("ben", "a", 5), ("ben", "c", 3), ("carl", "a", 4), ("carl", "c", 5),
     ("carl", "d", 4)], columns=["user", "item", "rating"])
test = pd.DataFrame(
    [("anna", "a", 0), ("anna", "b", 5)], columns=["user", "item", "rating"])
people = ["anna", "ben", "carl"]
kw = dict(user_ids=people, item_ids=items, rating_column="rating")
X_train, _, _ = df_to_sparse(train, "user", "item", **kw)
X_test, _, _ = df_to_sparse(test, "user", "item", **kw)
removed = X_test.copy()
removed.eliminate_zeros()
model = TopPopRecommender(X_train).learn()
found = {}
for how, truth in (("zero stored", X_test), ("zero removed", removed)):
    s = Evaluator(truth, cutoff=1).get_score(model)
    found[how] = s
    print(f"test, {how}: hit {s['hit']:.1f}, precision@1 {s['precision']:.1f}, "
          f"nDCG@1 {s['ndcg']:.1f} (film a is recommended)")
check(found["zero stored"]["hit"] == 1, "an item rated 0 is no longer a hit")
check(found["zero removed"]["hit"] == 0, "the same item is a hit without its rating of 0")

rng = np.random.default_rng(0)
n_users, n_items = 200, 60
rated = rng.random((n_users, n_items)) < 0.15
u, i = np.nonzero(rated)
r = rng.integers(0, 6, len(u))
frame = pd.DataFrame({"user": u, "item": i, "rating": r})
X, _, _ = df_to_sparse(frame, "user", "item", rating_column="rating")
Z = X.copy()
Z.eliminate_zeros()
moved = {}
for C in (CosineKNNRecommender, P3alphaRecommender, JaccardKNNRecommender):
    a, b = (C(M).learn().get_score(np.arange(n_users)) for M in (X, Z))
    moved[C.__name__] = np.abs(a - b).max() > 1e-6
    print(f"training, {C.__name__}: a stored zero changes the scores: "
          f"{bool(moved[C.__name__])}")
check(not moved["CosineKNNRecommender"] and not moved["P3alphaRecommender"],
      "the cosine or P3alpha model sees stored zeros now")
check(moved["JaccardKNNRecommender"], "the Jaccard model no longer sees stored zeros")
PY
