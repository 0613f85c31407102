"""EASE whose one large matrix lies on a disk: for catalogues larger than the memory.

Three functions do the work: `gram_on_disk` counts, `sweep` inverts, and
`EASEOnDisk` makes weights of the inverse. Nothing in memory is larger than a strip of
the matrix, of `TILE` rows.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import numpy as np
from scipy import sparse

from recnb.ground.machine import GIB, available_memory
from recnb.ground.progress import Progress
from recnb.models.base import whole_or_not
from recnb.models.checks import check_matrix
from recnb.models.ease import _mirror, check_l2, inverse_in_place
from recnb.models.item_item import ItemItemModel

#: Rows of a strip. The matrix is read and written once for each: more rows take more
#: memory, fewer rows more time of the disk.
TILE = 1024
FILE = "ease_weights.npy"


class EASEOnDisk(ItemItemModel):
    """EASE, with the Gram matrix, its inverse and the weights in one file.

    The weights are EASE's own, B[i, j] = -P[i, j] / P[j, j] with P = (XᵀX + l2 I)⁻¹,
    but for rounding. The time is n_items³ operations as well, so that a disk answers
    a lack of memory, not of time; see `SparseEASE` for that.

    Parameters
    ----------
    folder : str
        Where the file is kept, ``ease_weights.npy``; it is made if it is missing. There
        must be room for n_items² numbers of 4 bytes: 6.3 GiB for 41,000 items. Another
        fit there replaces the file.
    l2 : float
        EASE's lambda, > 0.

    Attributes
    ----------
    weights_ : float32 array of shape (n_items, n_items)
        The paper's B. The file is read where it is needed: a prediction reads the rows
        of the items in the histories.
    path_ : Path
        The file.
    n_items_ : int

    Notes
    -----
    Memory: four strips of 1024 x n_items numbers of 4 bytes, 0.6 GiB for 41,000 items.
    The file is written under another name until it is whole; what fails, or is
    interrupted, leaves none.
    """

    def __init__(self, folder: str, l2: float = 500.0) -> None:
        self.folder = folder
        self.l2 = l2

    @whole_or_not
    def fit(self, X: sparse.csr_array) -> Self:
        """Count, invert and scale, in the file.

        Parameters
        ----------
        X : csr_array of shape (n_users, n_items)
            Usually binary: one where a user has an item. Other values are weights.

        Raises
        ------
        ValueError
            If l2 <= 0, or X is empty or holds NaN, or rounding leaves no inverse.
        MemoryError
            If a few strips of the matrix do not fit into the memory that is left.
        OSError
            If the folder cannot be written to, or has too little room.
        """
        check_l2(self.l2)
        if not isinstance(self.folder, str | os.PathLike):
            raise ValueError(f"folder must be the name of one, not {self.folder!r}.")
        X = check_matrix(X)
        n = X.shape[1]
        check_strips(n)
        path = Path(self.folder) / FILE
        with whole_file(path) as part:
            write_gram(X, part)
            A = np.load(part, mmap_mode="r+")
            A[np.diag_indices(n)] += self.l2
            sweep(A, TILE)
            to_weights(A)
            A.flush()
            del A
        self.n_items_ = n
        self.path_ = path
        self.weights_ = np.asarray(np.load(path, mmap_mode="r"))
        return self


def gram_on_disk(X: sparse.csr_array, path: str | Path) -> np.ndarray:
    """Write XᵀX into a file, a strip of rows at a time.

    `SparseEASE` reads such a matrix in parts; any other model that takes a ``gram``
    copies it into memory.

    Parameters
    ----------
    X : csr_array of shape (n_users, n_items)
    path : str or Path
        Of the file, which is replaced; usually it ends in .npy. Its folder is made if
        it is missing. While it is written it has another name.

    Returns
    -------
    float32 array of shape (n_items, n_items)
        It is read from the file where it is needed, and cannot be changed.

    Raises
    ------
    ValueError
        If X is empty or holds NaN.
    MemoryError
        If a few strips of the matrix do not fit into the memory that is left.
    OSError
        If the folder cannot be written to, or has too little room.
    """
    X = check_matrix(X)
    check_strips(X.shape[1])
    path = Path(path)
    with whole_file(path) as part:
        write_gram(X, part)
    return np.asarray(np.load(path, mmap_mode="r"))


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a name to write to, which becomes `path` at the end, or nothing at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        yield part
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def write_gram(X: sparse.csr_array, path: Path) -> None:
    """Write XᵀX as a float32 .npy file, strip by strip.

    The strips are written, not mapped: a disk that is full is an error then, and not
    the end of the process.
    """
    n = X.shape[1]
    check_disk(path.parent, n)
    X = X.astype(np.float32)
    Xt = X.T.tocsr()
    header = {"descr": "<f4", "fortran_order": False, "shape": (n, n)}
    starts = range(0, n, TILE)
    with path.open("wb") as file, Progress("Gram matrix", len(starts)) as progress:
        np.lib.format.write_array_header_1_0(file, header)
        for start in starts:
            strip = (Xt[start : start + TILE] @ X).toarray()
            file.write(np.ascontiguousarray(strip, dtype="<f4"))
            progress.step()


def sweep(A: np.ndarray, tile: int) -> None:
    """Overwrite a symmetric positive definite matrix by minus its inverse, in place.

    The sweep operator (Goodnight, The American Statistician 1979), a tile of the
    diagonal at a time. With k the rows and columns of the tile and i, j all others,

        A[k, k] <- -A[k, k]⁻¹,   A[i, k] <- A[i, k] A[k, k]⁻¹,
        A[i, j] <- A[i, j] - A[i, k] A[k, k]⁻¹ A[k, j],

    and when every tile has had its turn, A is minus the inverse. A stays symmetric, so
    that only what is on and below the diagonal is computed: as many operations as
    Cholesky's factor and the inverse from it take. Above the diagonal nothing is valid
    at the end but in the tiles that touch it.

    Parameters
    ----------
    A : float array of shape (n, n)
        May be a memory-mapped file: it is worked on in strips of `tile` rows.
    tile : int

    Raises
    ------
    ValueError
        If A is not positive definite to working precision.
    """
    n = len(A)
    tiles = [slice(start, min(start + tile, n)) for start in range(0, n, tile)]
    with Progress("Inverse", len(tiles)) as progress:
        for k in tiles:
            column = np.zeros((n, k.stop - k.start), dtype=A.dtype)
            column[: k.start] = A[k, : k.start].T
            column[k.stop :] = A[k.stop :, k]  # 0 in the tile itself
            inverse = inverse_in_place(np.array(A[k, k]))
            swept = column @ inverse
            for i in tiles:
                if i != k:
                    A[i, : i.stop] -= swept[i] @ column[: i.stop].T
            A[k, : k.start] = swept[: k.start].T
            A[k.stop :, k] = swept[k.stop :]
            A[k, k] = -inverse
            progress.step()


def to_weights(A: np.ndarray) -> None:
    """Turn minus the inverse, valid below the diagonal, into EASE's B; in place."""
    _mirror(A)
    diagonal = -np.diag(A)
    for start in range(0, len(A), TILE):
        A[start : start + TILE] /= diagonal  # -P[i, j] / P[j, j]
    A[np.diag_indices(len(A))] = 0


def check_strips(n_items: int) -> None:
    """Raise before the strips would exhaust the memory.

    Raises
    ------
    MemoryError
        Says what can be done.
    """
    # The tile's column, twice, a strip's update, and a product of sparse rows.
    needed, left = 4 * TILE * n_items * 4, available_memory()
    if needed > left:
        raise MemoryError(
            f"Strips of a matrix of {n_items:,} items need {needed / GIB:.1f} GiB, and "
            f"{left / GIB:.1f} GiB are left here. SparseEASE needs no such matrix."
        )


def check_disk(folder: Path, n_items: int) -> None:
    """Raise before the file would fill the disk.

    Raises
    ------
    OSError
        Says how much room is needed.
    """
    needed, left = 4 * n_items**2, shutil.disk_usage(folder).free
    if needed > left:
        raise OSError(
            f"A matrix of {n_items:,} items needs {needed / GIB:.1f} GiB, and "
            f"{folder} has room for {left / GIB:.1f} GiB. Name a folder on another "
            "disk, or take SparseEASE, which needs no such matrix."
        )
