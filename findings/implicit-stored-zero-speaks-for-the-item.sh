#!/usr/bin/env bash
# In implicit, a rating of 0 that is stored in the matrix speaks for the item, not against it.
#
# Versions: implicit 0.7.3, numpy 2.4.6, scipy 1.17.1, Python 3.11
#
# What happens:
#   On a scale from 0 to 5 the worst rating is a zero that a sparse matrix can store. ALS
#   takes the stored number for a confidence: a pair that is not stored counts with
#   confidence one and preference zero, a stored zero counts with confidence zero, so the
#   pair is left out of the loss. The item that was rated 0 is scored higher than if the
#   rating were removed, and higher than an item that was never rated. BPR looks at which
#   pairs are stored and at nothing else, so the item rated 0 is learned as a liked one. No
#   message is given. Call eliminate_zeros(), or keep the ratings above a threshold, before
#   fit.
#
# What one would guess:
#   A stored zero is the same as no entry (as it is in every product of matrices), or if
#   anything it pushes the item down.
#
# Output seen:
#   stored entries: 1822, above zero: 1547
#   ALS, zeros stored: mean score of items rated 0 0.20, never rated 0.10, rated 1 to 5 0.72
#   ALS, zeros removed: mean score of items rated 0 0.12, never rated 0.11, rated 1 to 5 0.71
#   BPR, zeros stored: mean score of items rated 0 1.40, never rated -0.25, rated 1 to 5 1.39
#   BPR, zeros removed: mean score of items rated 0 -0.18, never rated -0.20, rated 1 to 5 1.32
#   ALS agrees with weight 0 for that pair: True
#
# Measured 2026-11-27.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    implicit==0.7.3 numpy==2.4.6 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import os, sys
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as implicit asks for
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.bpr import BayesianPersonalizedRanking

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


rng = np.random.default_rng(0)
n_users, n_items = 200, 60
rated = rng.random((n_users, n_items)) < 0.15
users, items = np.nonzero(rated)
ratings = rng.integers(1, 6, len(users)).astype(np.float32)
worst = rng.random(len(users)) < 0.15
ratings[worst] = 0
stored = sp.csr_matrix((ratings, (users, items)), shape=(n_users, n_items))
removed = stored.copy()
removed.eliminate_zeros()
print(f"stored entries: {stored.nnz}, above zero: {removed.nnz}")


def means(model, matrix):
    model.fit(matrix, show_progress=False)
    s = np.asarray(model.user_factors) @ np.asarray(model.item_factors).T
    return {
        "rated 0": s[users[worst], items[worst]].mean(),
        "never rated": s[~rated].mean(),
        "rated 1 to 5": s[users[~worst], items[~worst]].mean(),
    }


def als():
    return AlternatingLeastSquares(
        factors=16, alpha=1.0, random_state=1, num_threads=1, use_cg=False)


def bpr():
    return BayesianPersonalizedRanking(
        factors=16, iterations=200, random_state=1, num_threads=1)


result = {}
for name, make in (("ALS", als), ("BPR", bpr)):
    for how, matrix in (("zeros stored", stored), ("zeros removed", removed)):
        m = result[name, how] = means(make(), matrix)
        print(f"{name}, {how}: mean score of items "
              + ", ".join(f"{k} {v:.2f}" for k, v in m.items()))

# ALS: the stored zero's pair is left out of the loss, that is, it has weight 0.
model = als()
model.fit(stored, show_progress=False)
user = int(users[worst][0])
row = stored[user]
Y = np.asarray(model.item_factors, dtype=np.float64)
weight = np.ones(n_items)
weight[row.indices] = row.data
liked = np.zeros(n_items)
liked[row.indices] = row.data > 0
A = Y.T @ (Y * weight[:, None]) + model.regularization * np.eye(Y.shape[1])
by_hand = np.linalg.solve(A, Y.T @ (weight * liked))
error = np.abs(by_hand - np.asarray(model.recalculate_user(user, row)).ravel()).max()
print("ALS agrees with weight 0 for that pair:", bool(error < 1e-4))

check(error < 1e-4, "ALS no longer gives a stored zero the weight 0")
a, b = result["ALS", "zeros stored"], result["ALS", "zeros removed"]
check(a["rated 0"] > 1.3 * b["rated 0"], "ALS: a stored zero no longer raises the score")
check(a["rated 0"] > 1.3 * a["never rated"], "ALS: rated 0 is no longer above never rated")
a = result["BPR", "zeros stored"]
check(a["rated 0"] > 0.8 * a["rated 1 to 5"], "BPR: a stored zero is no longer a liked item")
PY
