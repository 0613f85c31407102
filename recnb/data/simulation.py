"""The simulated dataset's generator: viewers choose film after film, by a known law.

Run as ``python -m recnb.data.simulation`` it writes ``data/simulated.zip``. Because the
law is known, a lesson can ask whether a model *recovers* it.

A viewer ``u`` who has seen the films ``h_1 ... h_t`` watches next the unseen film ``i``
with the largest

    score(u, i) = p_i + a m_ui(t) + b sum_s J[h_s, i] + c sum_s 2^(s-t) J[h_s, i] + G

and then rates it by cutting into stars

    opinion(u, i) = q_i + d m_ui(t) + e (the b and c terms) + b_u + noise.

=========  ==========================================================================
``p_i``    popularity of the film, normal and higher for better films
``q_i``    quality of the film, normal
``m_ui``   taste match: the viewer's taste weights times the film's loadings, 0 to 1;
           the weights move from an early to a late taste along the history
``J``      what having seen one film does to the appeal of another: > 0 attracts
           (sequels, companions), < 0 repels (rivals), 0 for most pairs
``G``      Gumbel noise, which makes the choice a softmax over the unseen films
``b_u``    how generous the viewer is with stars
a ... e    strengths, fields of `Recipe`
=========  ==========================================================================

The same bytes must come out on every platform and with every NumPy. Therefore the
random numbers are PCG64's raw integers, and every quantity is an integer counting
1/65,536ths. Floating-point functions only fill five tables of quantiles (`_quantiles`);
no entry lies so close to a rounding boundary that differences in the last bit matter.
"""

from __future__ import annotations

import math
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

import numpy as np
import pandas as pd

ONE = 1 << 16  # the number 1 in fixed point
NEVER = -(1 << 40)  # a score that no film can make up for: already seen
DAY = 24 * 60 * 60
BUNDLED = Path(__file__).parents[2] / "data" / "simulated.zip"

# A taste group is an audience; its films carry one or two of MovieLens's genre names.
GROUPS = {
    "heists and swindles": "Crime|Comedy",
    "slow mysteries": "Mystery|Drama",
    "space voyages": "Sci-Fi|Adventure",
    "haunted places": "Horror",
    "family adventures": "Children's|Adventure",
    "courtroom and newsroom": "Drama|Thriller",
    "summer romances": "Romance|Comedy",
    "mountain and sea": "Action|Adventure",
    "frontier tales": "Western",
    "song and stage": "Musical|Romance",
    "true stories": "Documentary",
    "trench and home front": "War|Drama",
}

ADJECTIVES = [
    "Amber",
    "Borrowed",
    "Brass",
    "Brindled",
    "Candlelit",
    "Chalk",
    "Cobalt",
    "Copper",
    "Crooked",
    "Driftwood",
    "Dusty",
    "Feathered",
    "Flannel",
    "Folded",
    "Forgetful",
    "Gilded",
    "Glass",
    "Hollow",
    "Indigo",
    "Lopsided",
    "Marble",
    "Mended",
    "Mislaid",
    "Moss-Grown",
    "Numbered",
    "Ochre",
    "Patient",
    "Pewter",
    "Quarrelsome",
    "Restless",
    "Rusted",
    "Saffron",
    "Salted",
    "Seventh",
    "Slanting",
    "Sleepless",
    "Tangled",
    "Tin",
    "Unposted",
    "Upturned",
    "Varnished",
    "Wandering",
    "Whispered",
    "Woollen",
]

NOUNS = [
    "Almanac",
    "Apiary",
    "Aqueduct",
    "Archivist",
    "Bakery",
    "Barometer",
    "Bellringer",
    "Bookbinder",
    "Carousel",
    "Cartographer",
    "Clavichord",
    "Cooperage",
    "Ferry",
    "Glassblower",
    "Greenhouse",
    "Haberdasher",
    "Harbour",
    "Herbarium",
    "Kiln",
    "Lantern",
    "Ledger",
    "Locksmith",
    "Marionette",
    "Millrace",
    "Observatory",
    "Orchard",
    "Pier",
    "Postmistress",
    "Quarry",
    "Regatta",
    "Ropewalk",
    "Semaphore",
    "Sextant",
    "Signalman",
    "Stonemason",
    "Switchboard",
    "Tannery",
    "Timetable",
    "Tollbooth",
    "Turnstile",
    "Understudy",
    "Viaduct",
    "Weathervane",
    "Windmill",
]


@dataclass(frozen=True)
class Recipe:
    """What the simulated world is like; the defaults make the bundled file.

    Parameters
    ----------
    seed : int
        Of PCG64; another seed gives another world of the same kind.
    n_users, n_films : int
        Size of the world.
    n_trilogies : int
        Series of three films to be watched in order.
    n_companions : int
        Pairs of different taste groups that attract each other.
    n_rivals : int
        Pairs of one taste group that repel each other: who has seen one has had it.
    rival_luck : float
        Standard deviation of the luck in who becomes rivals; the rest is fame, so
        that rivals are films that many would otherwise have seen.
    sequel_fame : float
        Popularity that each further part of a trilogy loses.
    sequel, sequel_backward : float
        J from a part of a trilogy to the next part, and from the next part back.
    companion, rival : (float, float)
        Range of J, drawn evenly.
    popularity_spread : float
        Standard deviation of p, before quality is added: the long tail.
    quality_draw : float
        How much of q goes into p.
    taste_spread : float
        Viewers' taste weights are exp(taste_spread * normal), normalised.
    drift : float
        How far the late taste has moved from the early to an independent one, 0 to 1.
    taste, lasting, fresh : float
        a, b and c: weight of taste, of all films seen, and of the latest films.
    opinion_quality, opinion_user, opinion_noise : float
        Standard deviations of q, b_u and the noise.
    opinion_taste, opinion_pairs : float
        d and e: weight of taste, and of the films seen before.
    stars : tuple of 5 floats
        Shares of one to five stars among the ratings; the default is MovieLens 1M's.
    shortest, median, longest : int
        Length of a history; in between it is log-normal with `length_spread`.
    length_spread : float
        Standard deviation of the log length.
    first_day, n_days : int
        First and number of possible starting days, in days since 1970.
    """

    seed: int = 1988
    n_users: int = 3000
    n_films: int = 600
    n_trilogies: int = 80
    n_companions: int = 300
    n_rivals: int = 2400
    rival_luck: float = 5.0
    sequel_fame: float = 1.0
    sequel: float = 4.0
    sequel_backward: float = 0.6
    companion: tuple[float, float] = (2.5, 3.5)
    rival: tuple[float, float] = (-5.0, -4.0)
    popularity_spread: float = 2.5
    quality_draw: float = 0.5
    taste_spread: float = 3.0
    drift: float = 0.4
    taste: float = 14.0
    lasting: float = 0.7
    fresh: float = 1.5
    opinion_quality: float = 0.5
    opinion_user: float = 0.3
    opinion_noise: float = 0.4
    opinion_taste: float = 5.0
    opinion_pairs: float = 0.3
    stars: tuple[float, ...] = (0.056, 0.108, 0.261, 0.349, 0.226)
    shortest: int = 20
    median: int = 45
    longest: int = 160
    length_spread: float = 0.55
    first_day: int = 13149
    n_days: int = 1461


@dataclass(frozen=True)
class Films:
    """The catalogue: arrays with one row a film, fixed point where a number is real."""

    titles: list[str]
    genres: list[str]
    groups: np.ndarray
    loadings: np.ndarray
    popularity: np.ndarray
    quality: np.ndarray
    trilogies: np.ndarray


@dataclass(frozen=True)
class Viewers:
    """The users, longest history first: arrays with one row a user, fixed point."""

    ids: np.ndarray
    lengths: np.ndarray
    early: np.ndarray
    late: np.ndarray
    generosity: np.ndarray


@dataclass(frozen=True)
class Histories:
    """What was watched: user x step arrays; only steps before `lengths` count."""

    films: np.ndarray
    opinions: np.ndarray


# --- Random numbers that are the same everywhere --------------------------------------


def _quantiles(inverse_cdf: Callable[[float], float]) -> np.ndarray:
    """Tabulate a distribution: 65,536 equally likely values in fixed point."""
    return np.array([round(ONE * inverse_cdf((k + 0.5) / ONE)) for k in range(ONE)])


def _log_normal(spread: float) -> np.ndarray:
    return _quantiles(lambda p: math.exp(spread * NormalDist().inv_cdf(p)))


def _fixed(x: float) -> int:
    return round(x * ONE)


def _times(x: np.ndarray, factor: float) -> np.ndarray:
    """Multiply a fixed-point array by a constant of the recipe."""
    return x * _fixed(factor) >> 16


class Stream:
    """A stream of random integers, the same on every platform and NumPy version.

    NumPy promises that for the raw output of its bit generators, not for the
    distributions that `numpy.random.Generator` makes of it.

    Parameters
    ----------
    seed : int
    """

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)
        self._normal = _quantiles(NormalDist().inv_cdf)

    def below(self, n: int, size: int) -> np.ndarray:
        """Draw `size` integers from 0 ... n-1, for n up to 2^31."""
        top = self._bits.random_raw(size) >> np.uint64(32)
        return (top * np.uint64(n) >> np.uint64(32)).astype(np.int64)

    def permutation(self, n: int) -> np.ndarray:
        """Shuffle 0 ... n-1."""
        return np.argsort(self._bits.random_raw(n), kind="stable")

    def draw(self, table: np.ndarray, *shape: int) -> np.ndarray:
        """Draw from a table of `_quantiles`; one raw number serves four draws."""
        size = math.prod(shape)
        raw = self._bits.random_raw(-(-size // 4)).astype("<u8")
        return table[raw.view("<u2")[:size]].reshape(shape)

    def normal(self, *shape: int) -> np.ndarray:
        """Draw standard normal numbers in fixed point."""
        return self.draw(self._normal, *shape)

    def between(self, low: float, high: float, size: int) -> np.ndarray:
        """Draw `size` fixed-point numbers evenly from low ... high."""
        return _fixed(low) + self.below(_fixed(high) - _fixed(low) + 1, size)


# --- The steps of the recipe ----------------------------------------------------------


def _make_films(recipe: Recipe, stream: Stream) -> Films:
    n = recipe.n_films
    trilogies = stream.permutation(n)[: 3 * recipe.n_trilogies].reshape(-1, 3)
    groups, second = stream.below(len(GROUPS), n), stream.below(len(GROUPS), n)
    quality = _times(stream.normal(n), recipe.opinion_quality)
    popularity = _times(stream.normal(n), recipe.popularity_spread)
    years = 1950 + stream.below(50, n)
    for array in (groups, second, quality, popularity, years):
        array[trilogies] = array[trilogies[:, :1]]  # parts resemble the first part
    years[trilogies] += [0, 2, 5]
    popularity[trilogies] -= _fixed(recipe.sequel_fame) * np.arange(3)
    titles = _titles(stream.permutation(len(ADJECTIVES) * len(NOUNS))[:n], trilogies)
    return Films(
        titles=[f"{t} ({year})" for t, year in zip(titles, years, strict=True)],
        genres=[_genres(*pair) for pair in zip(groups, second, strict=True)],
        groups=groups,
        loadings=_loadings(groups, second),
        popularity=popularity + _times(quality, recipe.quality_draw),
        quality=quality,
        trilogies=trilogies,
    )


def _titles(codes: np.ndarray, trilogies: np.ndarray) -> list[str]:
    """Turn distinct codes into distinct titles; later parts number the first's."""
    adjectives, nouns = divmod(codes, len(NOUNS))
    titles = [
        f"The {ADJECTIVES[a]} {NOUNS[b]}"
        for a, b in zip(adjectives, nouns, strict=True)
    ]
    for first, second, third in trilogies:
        titles[second] = f"{titles[first]} II"
        titles[third] = f"{titles[first]} III"
    return titles


def _genres(group: int, second: int) -> str:
    """Join the main group's genres and the second group's first, without repeats."""
    named = list(GROUPS.values())
    genres = named[group].split("|") + named[second].split("|")[:1]
    return "|".join(sorted(set(genres)))


def _loadings(groups: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Give three quarters of a film to its main group, a quarter to the second."""
    loadings = np.zeros((len(groups), len(GROUPS)), dtype=np.int64)
    films = np.arange(len(groups))
    loadings[films, groups] += 3 * ONE // 4
    loadings[films, second] += ONE // 4
    return loadings


def _make_viewers(recipe: Recipe, stream: Stream) -> Viewers:
    n = recipe.n_users
    length = recipe.median * stream.draw(_log_normal(recipe.length_spread), n) >> 16
    weights = _log_normal(recipe.taste_spread)
    early = _normalised(stream.draw(weights, n, len(GROUPS)))
    other = _normalised(stream.draw(weights, n, len(GROUPS)))
    return Viewers(
        ids=1 + stream.permutation(n),
        lengths=-np.sort(-length.clip(recipe.shortest, recipe.longest)),
        early=early,
        late=early + _times(other - early, recipe.drift),
        generosity=_times(stream.normal(n), recipe.opinion_user),
    )


def _normalised(weights: np.ndarray) -> np.ndarray:
    return weights * ONE // weights.sum(axis=1, keepdims=True)


def _plant_pairs(recipe: Recipe, stream: Stream, films: Films) -> pd.DataFrame:
    """Choose which pairs attract or repel; no pair is planted twice."""
    first, second, third = films.trilogies.T
    a, b = _strangers(films)
    same_group = films.groups[a] == films.groups[b]
    luck = stream.normal(len(a))
    merit = films.popularity[a] + films.popularity[b] + _times(luck, recipe.rival_luck)
    companions = _highest(luck, ~same_group, recipe.n_companions)
    rivals = _highest(merit, same_group, recipe.n_rivals)
    ahead, back = _fixed(recipe.sequel), _fixed(recipe.sequel_backward)
    attract = stream.between(*recipe.companion, len(companions))
    repel = stream.between(*recipe.rival, len(rivals))
    kinds = [
        _pairs("sequel", first, second, ahead, back),
        _pairs("sequel", second, third, ahead, back),
        _pairs("companion", a[companions], b[companions], attract, attract),
        _pairs("rival", a[rivals], b[rivals], repel, repel),
    ]
    return pd.concat(kinds, ignore_index=True)


def _strangers(films: Films) -> tuple[np.ndarray, np.ndarray]:
    """List all pairs of films that are not parts of one trilogy."""
    series = np.arange(len(films.groups))
    series[films.trilogies] = films.trilogies[:, :1]
    a, b = np.triu_indices(len(series), k=1)
    strangers = series[a] != series[b]
    return a[strangers], b[strangers]


def _highest(merit: np.ndarray, allowed: np.ndarray, n: int) -> np.ndarray:
    """Return the positions of the n highest merits among those allowed."""
    candidates = np.flatnonzero(allowed)
    return candidates[np.argsort(-merit[candidates], kind="stable")[:n]]


def _pairs(
    kind: str,
    a: np.ndarray,
    b: np.ndarray,
    forward: np.ndarray | int,
    backward: np.ndarray | int,
) -> pd.DataFrame:
    columns = {"movie_a": a, "movie_b": b, "kind": kind}
    return pd.DataFrame({**columns, "forward": forward, "backward": backward})


def _influence(pairs: pd.DataFrame, n_films: int) -> np.ndarray:
    """Lay the planted pairs out as J: row = film seen, column = film affected."""
    J = np.zeros((n_films, n_films), dtype=np.int64)
    J[pairs.movie_a, pairs.movie_b] = pairs.forward
    J[pairs.movie_b, pairs.movie_a] = pairs.backward
    return J


def _watch(
    recipe: Recipe, stream: Stream, films: Films, viewers: Viewers, J: np.ndarray
) -> Histories:
    """Let all viewers choose film after film; step by step, all viewers at once."""
    gumbel = _quantiles(lambda p: -math.log(-math.log(p)))
    early = viewers.early @ films.loadings.T >> 16
    late = viewers.late @ films.loadings.T >> 16
    lasting, fresh = _times(J, recipe.lasting), _times(J, recipe.fresh)
    appeal = np.tile(films.popularity, (recipe.n_users, 1))
    memory, echo = np.zeros_like(appeal), np.zeros_like(appeal)  # b and c terms
    watched = np.zeros((recipe.n_users, viewers.lengths.max()), dtype=np.int64)
    opinions = np.zeros_like(watched)
    for step in range(watched.shape[1]):
        n = np.count_nonzero(viewers.lengths > step)  # longest first: still watching
        rows = np.arange(n)
        age = (step * ONE // viewers.lengths[:n])[:, None]
        match = early[:n] + ((late[:n] - early[:n]) * age >> 16)
        pull = memory[:n] + echo[:n]
        score = appeal[:n] + _times(match, recipe.taste) + pull
        score += stream.draw(gumbel, n, recipe.n_films)
        film = watched[:n, step] = score.argmax(axis=1)
        opinions[:n, step] = (
            films.quality[film]
            + _times(match[rows, film], recipe.opinion_taste)
            + _times(pull[rows, film], recipe.opinion_pairs)
            + viewers.generosity[:n]
            + _times(stream.normal(n), recipe.opinion_noise)
        )
        appeal[rows, film] = NEVER
        memory[:n] += lasting[film]
        echo[:n] = (echo[:n] >> 1) + fresh[film]
    return Histories(watched, opinions)


def _stars(opinions: np.ndarray, shares: tuple[float, ...]) -> np.ndarray:
    """Cut opinions into 1 ... 5 stars so that the stars have the shares asked for."""
    below = [_fixed(sum(shares[:k])) * len(opinions) >> 16 for k in range(1, 5)]
    return 1 + np.searchsorted(np.sort(opinions)[below], opinions, side="right")


def _clock(recipe: Recipe, stream: Stream, lengths: np.ndarray) -> np.ndarray:
    """Date the steps: 30% in the same second, 60% seconds later, 10% days later."""
    exponential = _quantiles(lambda p: -math.log(1 - p))
    n, longest = len(lengths), lengths.max()
    kind = stream.below(100, n * longest).reshape(n, longest)
    wait = stream.draw(exponential, n, longest)
    seconds, days = 1 + (40 * wait >> 16), 20 * DAY * wait >> 16
    gap = np.select([kind < 30, kind < 90], [0, seconds], days)
    start = recipe.first_day * DAY + stream.below(recipe.n_days * DAY, n)
    return start[:, None] + gap.cumsum(axis=1)


# --- The tables, and the file ---------------------------------------------------------


def simulate(recipe: Recipe | None = None) -> dict[str, pd.DataFrame]:
    """Simulate the world and return what goes into the file.

    Parameters
    ----------
    recipe : Recipe, optional
        The bundled dataset's by default.

    Returns
    -------
    dict of DataFrame
        ``ratings`` and ``movies`` in MovieLens's layout, and the truth behind them:
        ``truth_pairs``, ``truth_films``, ``truth_users`` and ``truth_groups``.
    """
    recipe = recipe or Recipe()
    stream = Stream(recipe.seed)
    films = _make_films(recipe, stream)
    viewers = _make_viewers(recipe, stream)
    pairs = _plant_pairs(recipe, stream, films)
    J = _influence(pairs, recipe.n_films)
    histories = _watch(recipe, stream, films, viewers, J)
    times = _clock(recipe, stream, viewers.lengths)
    return {
        "ratings": _ratings_table(recipe, viewers, histories, times),
        "movies": _movies_table(films),
        "truth_pairs": _pairs_table(pairs),
        "truth_films": _films_table(films),
        "truth_users": _users_table(viewers),
        "truth_groups": _groups_table(),
    }


def _ratings_table(
    recipe: Recipe, viewers: Viewers, histories: Histories, times: np.ndarray
) -> pd.DataFrame:
    steps = np.arange(times.shape[1])
    real = steps < viewers.lengths[:, None]
    columns = {
        "userId": np.repeat(viewers.ids, viewers.lengths),
        "movieId": histories.films[real] + 1,
        "rating": _stars(histories.opinions[real], recipe.stars),
        "timestamp": times[real],
    }
    return pd.DataFrame(columns).sort_values("userId", kind="stable", ignore_index=True)


def _movies_table(films: Films) -> pd.DataFrame:
    ids = np.arange(1, len(films.titles) + 1)
    return pd.DataFrame({"movieId": ids, "title": films.titles, "genres": films.genres})


def _pairs_table(pairs: pd.DataFrame) -> pd.DataFrame:
    return pairs.assign(
        movie_a=pairs.movie_a + 1,
        movie_b=pairs.movie_b + 1,
        forward=pairs.forward / ONE,
        backward=pairs.backward / ONE,
    )


def _films_table(films: Films) -> pd.DataFrame:
    columns = {
        "movieId": np.arange(1, len(films.titles) + 1),
        "popularity": films.popularity / ONE,
        "quality": films.quality / ONE,
        **_per_group("loading", films.loadings),
    }
    return pd.DataFrame(columns)


def _users_table(viewers: Viewers) -> pd.DataFrame:
    columns = {
        "userId": viewers.ids,
        "generosity": viewers.generosity / ONE,
        **_per_group("early", viewers.early),
        **_per_group("late", viewers.late),
    }
    return pd.DataFrame(columns).sort_values("userId", ignore_index=True)


def _per_group(name: str, weights: np.ndarray) -> dict[str, np.ndarray]:
    return {f"{name}_{g}": column / ONE for g, column in enumerate(weights.T, start=1)}


def _groups_table() -> pd.DataFrame:
    ids = np.arange(1, len(GROUPS) + 1)
    return pd.DataFrame(
        {"group": ids, "name": GROUPS.keys(), "genres": GROUPS.values()}
    )


def render(tables: dict[str, pd.DataFrame]) -> dict[str, bytes]:
    """Render the tables as the members of the zip file.

    Parameters
    ----------
    tables : dict of DataFrame
        From `simulate`.

    Returns
    -------
    dict of bytes
        Contents of each member by its name in the archive.
    """
    return {
        f"simulated/{name}.csv": table.to_csv(
            index=False, float_format="%.4f", lineterminator="\n"
        ).encode()
        for name, table in tables.items()
    }


def write(path: Path, members: dict[str, bytes]) -> None:
    """Write the members as a zip file that carries no date and no machine's name.

    Parameters
    ----------
    path : Path
        Overwritten if it is there.
    members : dict of bytes
        From `render`.
    """
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            member = zipfile.ZipInfo(name, date_time=(1980, 1, 1, 0, 0, 0))
            member.create_system = 3  # Unix, wherever it is written
            member.external_attr = 0o644 << 16
            archive.writestr(member, content, zipfile.ZIP_DEFLATED, compresslevel=9)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else BUNDLED
    write(target, render(simulate()))
    print(f"{target}: {target.stat().st_size:,} bytes")
