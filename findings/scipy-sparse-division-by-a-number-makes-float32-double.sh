#!/usr/bin/env bash
# In SciPy, a sparse float32 matrix divided by a number is float64; multiplied, it is float32.
#
# Versions: scipy 1.17.1, numpy 2.4.6, Python 3.11
#
# What happens:
#   A float32 sparse array divided by a scalar comes back as float64, whether the scalar is a
#   Python number or a float32. Multiplied by the reciprocal, or divided by a dense float32
#   column, it stays float32. Without a message everything after it runs in double precision:
#   a scaled matrix of likes takes 1.5 times the memory, and svds returns float64 vectors.
#   Multiply by 1 / scale instead.
#
# What one would guess:
#   The precision stays, as it does for a dense NumPy array in the same expression, and for the
#   product with the reciprocal.
#
# Output seen:
#   dense / 2: float32, dense / float32(2): float32
#   sparse / 2: float64, sparse / float32(2): float64
#   sparse * 0.5: float32, sparse * float32(0.5): float32
#   sparse / dense float32 column: float32
#   bytes of a like: 8 before, 12 after dividing, 8 after multiplying
#   svds of X / 2: float64, of X * 0.5: float32
#
# Measured 2026-11-28.
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
python3 -m venv "$dir/env"
if ! "$dir/env/bin/pip" install -q --disable-pip-version-check \
    numpy==2.4.6 scipy==1.17.1 >"$dir/pip.log" 2>&1; then
    cat "$dir/pip.log" >&2
    echo "the packages could not be installed: nothing was measured" >&2
    exit 2
fi

"$dir/env/bin/python" - <<'PY'
import sys

import numpy as np
from scipy import sparse
from scipy.sparse.linalg import svds


def check(ok, what):
    if not ok:
        sys.exit("CHANGED: " + what)


def bytes_of_a_like(X):
    return (X.data.nbytes + X.indices.nbytes) // X.nnz


rng = np.random.default_rng(0)
dense = (rng.random((60, 40)) < 0.2).astype(np.float32)
X = sparse.csr_array(dense)
half, two = np.float32(0.5), np.float32(2)
column = np.full((60, 1), 2, dtype=np.float32)

print(f"dense / 2: {(dense / 2).dtype}, dense / float32(2): {(dense / two).dtype}")
divided = (X / 2).dtype, (X / two).dtype
print(f"sparse / 2: {divided[0]}, sparse / float32(2): {divided[1]}")
product = (X * 0.5).dtype, (X * half).dtype
print(f"sparse * 0.5: {product[0]}, sparse * float32(0.5): {product[1]}")
by_column = (X / column).dtype
print(f"sparse / dense float32 column: {by_column}")
sizes = [bytes_of_a_like(Y) for Y in (X, X / 2, X * 0.5)]
print(f"bytes of a like: {sizes[0]} before, {sizes[1]} after dividing, "
      f"{sizes[2]} after multiplying")
vectors = [svds(Y, k=3, rng=np.random.default_rng(0))[2].dtype for Y in (X / 2, X * 0.5)]
print(f"svds of X / 2: {vectors[0]}, of X * 0.5: {vectors[1]}")

check((dense / two).dtype == np.float32, "a dense array no longer keeps its precision")
check(set(divided) == {np.dtype(np.float64)}, "dividing by a number keeps float32 now")
check(set(product) == {np.dtype(np.float32)}, "multiplying no longer keeps float32")
check(by_column == np.float32, "dividing by a column no longer keeps float32")
check(vectors == [np.float64, np.float32], "svds no longer follows the precision")
PY
