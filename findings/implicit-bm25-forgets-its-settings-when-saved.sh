#!/usr/bin/env bash
# A BM25Recommender of implicit that was saved and loaded has the default K1 and B, and fits
# another model.
#
# Versions: implicit 0.7.3, numpy 2.4.6, scipy 1.17.1, Python 3.11
#
# What happens:
#   save() of the nearest-neighbour models writes K and the similarities, and load() makes
#   the model with the defaults of its class for the rest. The loaded model recommends as
#   before. But its K1 and B say 1.2 and 0.75 whatever was set, so whoever loads the model
#   of last week and calls fit() on new data trains with other settings, and whoever writes
#   the settings of the loaded model into a report writes wrong ones. The ALS model keeps
#   its settings (alpha, regularization, factors). No message is given.
#
# What one would guess:
#   What a loaded model says of its settings is what it was fitted with, as in ALS of the
#   same library.
#
# Output seen:
#   BM25 set: K1 100, B 0.1; loaded: K1 1.2, B 0.75; same lists: True
#   fitted again on the same data: the top 10 differs for 87% of the users
#   ALS set: alpha 7.0, regularization 0.5; loaded: alpha 7.0, regularization 0.5
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
import os, sys, tempfile, warnings
warnings.simplefilter("ignore")  # fit() converts a matrix of its own and warns of that
os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as implicit asks for
import numpy as np
import scipy.sparse as sp
from implicit.als import AlternatingLeastSquares
from implicit.nearest_neighbours import BM25Recommender

def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


rng = np.random.default_rng(0)
users = np.arange(200)
popular = rng.permutation(1 / np.arange(1, 61))
X = sp.csr_matrix((rng.random((200, 60)) < 0.02 + 0.5 * popular).astype(np.float32))
X.data[:] = rng.integers(1, 6, X.nnz)


def through_a_file(model):
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "model.npz")
        model.save(path)
        return type(model).load(path)


model = BM25Recommender(K=20, K1=100, B=0.1)
model.fit(X, show_progress=False)
loaded = through_a_file(model)
before = model.recommend(users, X, N=10)[0]
same = bool((loaded.recommend(users, X, N=10)[0] == before).all())
print(f"BM25 set: K1 {model.K1}, B {model.B}; loaded: K1 {loaded.K1}, B {loaded.B}; "
      f"same lists: {same}")
loaded.fit(X, show_progress=False)
after = loaded.recommend(users, X, N=10)[0]
differ = np.mean([set(a) != set(b) for a, b in zip(before, after)])
print(f"fitted again on the same data: the top 10 differs for {differ:.0%} of the users")
als = AlternatingLeastSquares(
    factors=8, alpha=7.0, regularization=0.5, random_state=1, num_threads=1)
als.fit(X, show_progress=False)
again = through_a_file(als)
print(f"ALS set: alpha {als.alpha}, regularization {als.regularization}; "
      f"loaded: alpha {again.alpha}, regularization {again.regularization}")

check(same, "a loaded BM25 model no longer recommends as before")
check((loaded.K1, loaded.B) == (1.2, 0.75), "K1 and B are no longer forgotten")
check(differ > 0.2, "fitting again gives much the same lists")
check((again.alpha, again.regularization) == (7.0, 0.5), "ALS forgets its settings now")
PY
