"""What each dataset is: its home, its licence, its checksums, its size, its format."""

from __future__ import annotations

import difflib
from collections.abc import Callable
from dataclasses import dataclass

from recnb.data import parsing
from recnb.data.errors import UnknownDatasetError
from recnb.data.interactions import Interactions

GROUPLENS = "https://files.grouplens.org/datasets/movielens/"
NCF_FILES = (
    "https://raw.githubusercontent.com/hexiangnan/neural_collaborative_filtering/"
    "master/Data/"
)
NCF_PAGE = (
    "https://github.com/hexiangnan/neural_collaborative_filtering/tree/master/Data"
)
LIGHTGCN_FILES = (
    "https://raw.githubusercontent.com/gusye1234/LightGCN-PyTorch/master/data/gowalla/"
)
LIGHTGCN_PAGE = "https://github.com/gusye1234/LightGCN-PyTorch/tree/master/data/gowalla"

NO_REDISTRIBUTION = (
    "Free for research; no redistribution and no commercial use without the permission "
    "of GroupLens (University of Minnesota); acknowledge it in publications."
)
SAME_CONDITIONS = (
    "Free for research; redistribution under the same conditions; no commercial use "
    "without the permission of GroupLens (University of Minnesota); acknowledge it in "
    "publications."
)
WHOLE_STARS, HALF_STARS = (1, 5, 1), (0.5, 5, 0.5)
HARPER = (
    "Harper and Konstan (2015), The MovieLens Datasets: History and Context. "
    "ACM TiiS 5(4), 19. doi:10.1145/2827872"
)
HE_2017 = (
    "He, Liao, Zhang, Nie, Hu and Chua (2017), Neural Collaborative Filtering. WWW."
)


@dataclass(frozen=True)
class Remote:
    """One file at a dataset's official home.

    Parameters
    ----------
    filename : str
        The file's original name, kept on disk.
    url : str
        Where it is downloaded from.
    checksum : str, optional
        ``"md5:..."`` or ``"sha256:..."``; None if no trustworthy one is known, and
        then the numbers of rows are the only check.
    """

    filename: str
    url: str
    checksum: str | None = None


@dataclass(frozen=True)
class Dataset:
    """What is known about a dataset without having it.

    Parameters
    ----------
    name, title : str
        Short name for `recnb.load`, and the name to print.
    folder : str
        Name of the unpacked archive's folder, or of the folder that the files share.
    files : tuple of Remote
        What to download: one zip archive, or several files. Empty if bundled.
    members : tuple of str
        The files that the parser reads.
    parse : callable
        Turns `recnb.data.files.Files` into `Interactions`.
    page : str
        Where a reader can get it by hand.
    licence, citation : str
    n_users, n_items, n_interactions, n_heldout : int, optional
        The true size, if known; items are those that occur in the interactions.
    ratings : (float, float, float), optional
        Lowest and highest rating, and the step between two neighbouring ones. None:
        not known, or there are no ratings.
    years : (int, int), optional
        First and last year of the timestamps, if there are any.
    """

    name: str
    title: str
    folder: str
    files: tuple[Remote, ...]
    members: tuple[str, ...]
    parse: Callable[..., Interactions]
    page: str
    licence: str
    citation: str
    n_users: int | None = None
    n_items: int | None = None
    n_interactions: int | None = None
    n_heldout: int | None = None
    ratings: tuple[float, float, float] | None = None
    years: tuple[int, int] | None = None

    @property
    def is_bundled(self) -> bool:
        """True if the dataset comes with the course instead of being downloaded."""
        return not self.files

    @property
    def is_archive(self) -> bool:
        """True if the dataset is one zip archive."""
        return len(self.files) == 1


def _movielens(name: str, title: str, checksum: str, page: str, **more) -> Dataset:
    """Describe a GroupLens archive, in the newer sets' layout unless told otherwise."""
    described = {
        "page": f"https://grouplens.org/datasets/movielens/{page}/",
        "members": ("ratings.csv", "movies.csv"),
        "parse": parsing.movielens_csv,
        "licence": SAME_CONDITIONS,
        "citation": HARPER,
        "ratings": HALF_STARS,
    } | more
    archive = Remote(f"{name}.zip", f"{GROUPLENS}{name}.zip", checksum)
    return Dataset(name, title, name, (archive,), **described)


def _ncf(name: str, title: str, stem: str, checksums: tuple, **more) -> Dataset:
    """Describe a split of the NCF authors: training rows, test rows, negatives."""
    members = tuple(
        f"{stem}.{part}" for part in ("train.rating", "test.rating", "test.negative")
    )
    files = tuple(
        Remote(member, NCF_FILES + member, checksum)
        for member, checksum in zip(members, checksums, strict=True)
    )
    return Dataset(name, title, "ncf", files, members, parsing.ncf, NCF_PAGE, **more)


# MD5 as GroupLens publishes them, in a file <name>.zip.md5 beside each archive;
# SHA-256 of ml-latest-small as TensorFlow Datasets pins it.
_DATASETS = (
    _movielens(
        "ml-1m",
        "MovieLens 1M",
        "md5:c4d9eecfca2ab87c1945afe126590906",
        page="1m",
        members=("ratings.dat", "movies.dat"),
        parse=parsing.movielens_dat,
        licence=NO_REDISTRIBUTION,
        n_users=6_040,
        n_items=3_706,
        n_interactions=1_000_209,
        ratings=WHOLE_STARS,
        years=(2000, 2003),
    ),
    _movielens(
        "ml-100k",
        "MovieLens 100K",
        "md5:0e33842e24a9c977be4e0107933c0723",
        page="100k",
        members=("u.data", "u.item", "u.genre"),
        parse=parsing.movielens_100k,
        licence=NO_REDISTRIBUTION,
        n_users=943,
        n_items=1_682,
        n_interactions=100_000,
        ratings=WHOLE_STARS,
        years=(1997, 1998),
    ),
    _movielens(
        "ml-latest-small",
        "MovieLens latest-small (2018)",
        "sha256:696d65a3dfceac7c45750ad32df2c259311949efec81f0f144fdfb91ebc9e436",
        page="latest",
        n_users=610,
        n_items=9_724,
        n_interactions=100_836,
        years=(1996, 2018),
    ),
    _movielens(
        "ml-20m",
        "MovieLens 20M",
        "md5:cd245b17a1ae2cc31bb14903e1204af3",
        page="20m",
        n_users=138_493,
        n_interactions=20_000_263,
        years=(1995, 2015),
    ),
    _movielens(
        "ml-25m",
        "MovieLens 25M",
        "md5:6b51fb2759a8657d3bfcbfc42b592ada",
        page="25m",
        n_users=162_541,
        n_interactions=25_000_095,
        years=(1995, 2019),
    ),
    _movielens(
        "ml-32m",
        "MovieLens 32M",
        "md5:d472be332d4daa821edc399621853b57",
        page="32m",
        n_users=200_948,
        n_interactions=32_000_204,
        years=(1995, 2023),
    ),
    # No checksum of the training files and of Pinterest is known to the course.
    _ncf(
        "ncf-ml-1m",
        "MovieLens 1M, split of the NCF paper",
        "ml-1m",
        (
            None,
            "sha256:231ae11eb060b643a8c58c063cd17ffc743b54f569afb073d1abb6cf126b88b5",
            "sha256:127853228a76b7d21c0481e8ef8d00dd009cd5c88670dbdd9e9debfdb9f93de4",
        ),
        licence="Derived from MovieLens 1M, whose conditions apply. "
        + NO_REDISTRIBUTION,
        citation=f"{HE_2017} Data: {HARPER}",
        n_users=6_040,
        n_items=3_706,
        n_interactions=994_169,
        n_heldout=6_040,
        ratings=WHOLE_STARS,
        years=(2000, 2003),
    ),
    _ncf(
        "ncf-pinterest",
        "Pinterest, split of the NCF paper",
        "pinterest-20",
        (None, None, None),
        licence="Published by the NCF authors for research; no licence of the data is "
        "stated.",
        citation=f"{HE_2017} Data: Geng, Zhang, Bian and Chua (2015), Learning Image "
        "and User Features for Recommendation in Social Networks. ICCV.",
        n_users=55_187,
        n_items=9_916,
        n_interactions=1_445_622,
        n_heldout=55_187,
        ratings=(1, 1, 1),
    ),
    Dataset(
        "gowalla",
        "Gowalla, split of the LightGCN paper",
        "gowalla",
        (
            Remote(
                "train.txt",
                LIGHTGCN_FILES + "train.txt",
                "sha256:"
                "0f086326b28a56c2e6dcb81d86ee72d4ccb7eed3a8d26788392356d8f51111cc",
            ),
            Remote(
                "test.txt",
                LIGHTGCN_FILES + "test.txt",
                "sha256:"
                "099a2a73924e4b754dc6efd730d764f492321b53c38eb93298850c83acf57be3",
            ),
        ),
        ("train.txt", "test.txt"),
        parsing.lightgcn,
        LIGHTGCN_PAGE,
        licence="Published by the LightGCN authors for research; no licence of the "
        "data is stated.",
        citation="He, Deng, Wang, Li, Zhang and Wang (2020), LightGCN. SIGIR. Data: "
        "Cho, Myers and Leskovec (2011), Friendship and Mobility. KDD.",
        n_users=29_858,
        n_items=40_981,
        n_interactions=810_128,
        n_heldout=217_242,
    ),
    Dataset(
        "simulated",
        "the bundled simulated dataset",
        "simulated",
        (),
        ("ratings.csv", "movies.csv"),
        parsing.movielens_csv,
        page="data/README.md",
        licence="Part of the course: CC BY 4.0.",
        citation="This course; the generator is recnb/data/simulation.py.",
        ratings=WHOLE_STARS,
        years=(2006, 2011),
    ),
)

CATALOGUE: dict[str, Dataset] = {dataset.name: dataset for dataset in _DATASETS}


def lookup(name: str) -> Dataset:
    """Return the catalogue's entry.

    Raises
    ------
    UnknownDatasetError
        If there is none; the message suggests the nearest name.
    """
    if name in CATALOGUE:
        return CATALOGUE[name]
    near = difflib.get_close_matches(str(name).lower(), CATALOGUE, n=1, cutoff=0.4)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    raise UnknownDatasetError(
        f"There is no dataset {name!r}.{hint} Choose one of: {', '.join(CATALOGUE)}."
    )
