"""The bundled simulated dataset: reproducible, well formed, with what was planted."""

import zipfile
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from recnb.data import simulation
from recnb.data.simulation import BUNDLED, Recipe, Stream, render, simulate, write

N_USERS, N_FILMS, N_GROUPS = 3000, 600, 12
SMALL = Recipe(n_users=40, n_films=60, n_trilogies=4, n_companions=9, n_rivals=20)


@pytest.fixture(scope="module")
def members() -> dict[str, bytes]:
    with zipfile.ZipFile(BUNDLED) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.fixture(scope="module")
def data() -> SimpleNamespace:
    """The tables of the file by name."""
    with zipfile.ZipFile(BUNDLED) as archive:
        tables = {
            name.removeprefix("simulated/").removesuffix(".csv"): pd.read_csv(
                archive.open(name)
            )
            for name in archive.namelist()
        }
    return SimpleNamespace(**tables)


# --- The file -------------------------------------------------------------------------


def test_regenerating_gives_the_same_bytes(members):
    assert render(simulate()) == members


def test_last_bit_differences_between_platforms_change_nothing(members, monkeypatch):
    exact = simulation._quantiles

    def nudged(inverse_cdf):
        return exact(lambda p: inverse_cdf(p) * (1 + 1e-14))

    monkeypatch.setattr(simulation, "_quantiles", nudged)
    assert render(simulate()) == members


def test_another_seed_is_another_world():
    first, second = simulate(SMALL), simulate(Recipe(**{**vars(SMALL), "seed": 1}))
    assert not first["ratings"].equals(second["ratings"])


def test_the_random_integers_are_pcg64s():
    raw = np.random.PCG64(5).random_raw(3)
    assert Stream(5).below(1000, 3).tolist() == [
        (int(r) >> 32) * 1000 >> 32 for r in raw
    ]


def test_written_file_carries_no_date(tmp_path):
    write(tmp_path / "a.zip", {"a.csv": b"x\n"})
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)
        assert archive.read("a.csv") == b"x\n"


def test_file_is_small():
    assert BUNDLED.stat().st_size < 2_000_000


# --- The tables -----------------------------------------------------------------------


def test_ids_run_from_one_and_every_film_is_rated(data):
    assert ",".join(data.ratings.columns) == "userId,movieId,rating,timestamp"
    assert sorted(data.ratings.userId.unique()) == list(range(1, N_USERS + 1))
    assert sorted(data.ratings.movieId.unique()) == list(range(1, N_FILMS + 1))
    assert data.movies.movieId.tolist() == list(range(1, N_FILMS + 1))
    assert not data.ratings.duplicated(["userId", "movieId"]).any()


def test_titles_are_unique_and_end_with_a_year(data):
    assert data.movies.title.is_unique
    assert data.movies.title.str.fullmatch(r"The [\w\- ]+ \((19|20)\d\d\)").all()
    assert data.movies.genres.str.fullmatch(r"[\w'\-]+(\|[\w'\-]+)*").all()


def test_stars_are_distributed_like_movielens_1m(data):
    shares = data.ratings.rating.value_counts(normalize=True).sort_index()
    assert shares.index.tolist() == [1, 2, 3, 4, 5]
    assert np.allclose(shares, [0.056, 0.108, 0.261, 0.349, 0.226], atol=0.001)


def test_time_never_runs_back_and_has_ties(data):
    step = data.ratings.groupby("userId").timestamp.diff().dropna()
    assert (step >= 0).all()
    assert 0.2 < (step == 0).mean() < 0.4
    years = pd.to_datetime(data.ratings.timestamp, unit="s").dt.year
    assert years.nunique() >= 5


def test_few_films_have_much_of_the_attention(data):
    counts = data.ratings.movieId.value_counts()
    assert counts.iloc[: N_FILMS // 10].sum() > 0.35 * counts.sum()


def test_truth_tables_describe_every_film_user_and_group(data):
    assert data.truth_films.movieId.tolist() == list(range(1, N_FILMS + 1))
    assert data.truth_users.userId.tolist() == list(range(1, N_USERS + 1))
    assert len(data.truth_groups) == N_GROUPS
    for table, name in [
        (data.truth_films, "loading_"),
        (data.truth_users, "early_"),
        (data.truth_users, "late_"),
    ]:
        weights = table.filter(like=name)
        assert weights.shape[1] == N_GROUPS
        assert np.allclose(weights.sum(axis=1), 1, atol=0.002)


def test_no_pair_is_planted_twice(data):
    pairs = np.sort(data.truth_pairs[["movie_a", "movie_b"]], axis=1)
    assert len(np.unique(pairs, axis=0)) == len(pairs)
    assert data.truth_pairs.kind.value_counts().to_dict() == {
        "rival": 2400,
        "companion": 300,
        "sequel": 160,
    }
    signs = data.truth_pairs.groupby("kind").forward.agg(["min", "max"])
    assert (
        signs.loc["rival", "max"] < 0 < signs.loc[["sequel", "companion"]].min().min()
    )


# --- What was planted shows -----------------------------------------------------------


@pytest.fixture(scope="module")
def seen(data) -> np.ndarray:
    return matrix(data.ratings, np.arange(1, N_USERS + 1))


def matrix(rows: pd.DataFrame, users: np.ndarray) -> np.ndarray:
    """Lay rows out as a binary user x film matrix."""
    X = np.zeros((len(users), N_FILMS))
    X[pd.Index(users).get_indexer(rows.userId), rows.movieId - 1] = 1
    return X


def pairs_of(data: SimpleNamespace, kind: str) -> tuple[np.ndarray, np.ndarray]:
    pairs = data.truth_pairs[data.truth_pairs.kind == kind]
    return pairs.movie_a.to_numpy() - 1, pairs.movie_b.to_numpy() - 1


def lift(X: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    """Return joint views of the pairs, relative to chance."""
    expected = X.sum(axis=0)[a] * X.sum(axis=0)[b] / len(X)
    return (X.T @ X)[a, b].sum() / expected.sum()


def test_rivals_meet_less_than_chance_and_partners_more(data, seen):
    assert lift(seen, *pairs_of(data, "rival")) < 0.6
    assert lift(seen, *pairs_of(data, "companion")) > 2
    assert lift(seen, *pairs_of(data, "sequel")) > 2


def test_films_of_one_taste_group_go_together_unless_they_are_rivals(data, seen):
    group = data.truth_films.filter(like="loading_").to_numpy().argmax(axis=1)
    together = np.triu(group[:, None] == group, k=1)
    a, b = pairs_of(data, "rival")
    together[a, b] = False
    assert lift(seen, *np.nonzero(together)) > 1.5


def test_sequels_are_watched_in_order(data):
    place = data.ratings.assign(place=np.arange(len(data.ratings)))
    place = place.pivot_table(index="userId", columns="movieId", values="place")
    a, b = pairs_of(data, "sequel")
    gap = place[b + 1].to_numpy() - place[a + 1].to_numpy()
    assert np.mean(gap[np.isfinite(gap)] > 0) > 0.8
    assert np.sum(gap == 1) > 20 * np.sum(gap == -1)


def test_people_watch_what_they_will_like(data, seen):
    users, films = data.truth_users, data.truth_films
    taste = (
        users.filter(like="early_").to_numpy() + users.filter(like="late_").to_numpy()
    )
    match = taste / 2 @ films.filter(like="loading_").to_numpy().T
    opinion = films.quality.to_numpy() + Recipe().opinion_taste * match
    assert opinion[seen == 1].mean() > opinion[seen == 0].mean() + 0.3
