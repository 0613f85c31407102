"""A simulated world of any size: drawn block by block, by a law that is known.

What `recnb.data.simulation` does film after film would take days for ten million
people. Here a user's items are drawn at once, and the law is simpler:

1. Popularity falls with the rank r of an item, as 1 / (r + shift)^slope.
2. Each item belongs to one taste group. Of a user's items, a share comes from a first
   group, a smaller one from a second, and the others from the whole catalogue; within a
   group, by popularity. The number of draws is geometric. What is drawn twice counts
   once.
3. Pairs are planted. Of *companions*, whoever has one gets the other, too, with a
   chance. Of *rivals*, whoever has both loses the second, with a chance.

A block of users has random numbers of its own, so that it holds the same whoever draws
it, and when; and a world of more users begins with the users of a smaller one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import numpy as np
import pandas as pd

from recnb.scale.engine import Client, Work
from recnb.scale.parts import Parts
from recnb.scale.write import USERS_PER_PART, Block, Plan, begin, finish, write_part


@dataclass(frozen=True)
class World:
    """The recipe of a simulated world; it holds numbers alone, and draws by `block`.

    Parameters
    ----------
    n_users, n_items : int
    seed : int
        Another seed gives another world of the same kind.
    mean_draws : float
        Draws for a user, of which some tenths are twice the same item; at least 5.
    slope, shift : float
        Of the popularity by rank.
    n_groups : int
        Taste groups.
    first, second : float
        Shares of a user's draws that come from the two groups.
    companion_share, rival_share : float
        Pairs of each kind, as a share of the number of items.
    companion_chance, rival_chance : float
        How often a planted pair has its effect.
    users_per_block : int
        A block is a part on disk, too. Other blocks draw other users.
    """

    n_users: int
    n_items: int = 100_000
    seed: int = 1988
    mean_draws: float = 22.1
    slope: float = 0.9
    shift: float = 20.0
    n_groups: int = 100
    first: float = 0.6
    second: float = 0.2
    companion_share: float = 0.005
    rival_share: float = 0.005
    companion_chance: float = 0.5
    rival_chance: float = 0.9
    users_per_block: int = USERS_PER_PART

    def __post_init__(self) -> None:
        for name in ("n_users", "n_items", "n_groups", "users_per_block"):
            value = getattr(self, name)
            if not isinstance(value, int) or value < 1:
                raise ValueError(f"{name} must be a whole number from 1 up: {value!r}.")
        if self.mean_draws < FEWEST_DRAWS:
            raise ValueError(f"mean_draws must be at least {FEWEST_DRAWS}.")
        if 8 * self.n_groups > self.n_items:
            raise ValueError(
                f"{self.n_items} items are too few for {self.n_groups} taste groups: "
                "each takes eight of them at least."
            )

    def block(self, number: int) -> Block:
        """Draw the users of one block.

        Parameters
        ----------
        number : int
            From 0.

        Returns
        -------
        dict of ``user`` (int64) and ``item`` (int32), arrays of shape (n_rows,)
            Sorted by user and item; no pair is there twice.
        """
        items = catalogue(self.same_for_all_sizes())
        first_user = number * self.users_per_block
        n = min(self.users_per_block, self.n_users - first_user)
        rng = np.random.default_rng([self.seed, 1, number])
        # All users of a block are drawn, also those of a last one that is not full:
        # so that a larger world begins with the same users.
        users, drawn = self._draw(items, rng)
        users, drawn = self._with_companions(users, drawn, items, rng)
        pairs = np.unique(users * self.n_items + drawn)
        pairs = self._without_rivals(pairs, items, rng)
        users, drawn = np.divmod(pairs, self.n_items)
        rows = users < n
        return {
            "user": first_user + users[rows],
            "item": drawn[rows].astype(np.int32),
        }

    def pairs(self) -> pd.DataFrame:
        """Return the planted pairs: ``item_a``, ``item_b`` and ``kind``.

        Of rivals, item_b is the one that is lost.
        """
        items = catalogue(self.same_for_all_sizes())
        kinds = {"companion": items.companions, "rival": items.rivals}
        tables = [
            pd.DataFrame({"item_a": a, "item_b": b, "kind": kind})
            for kind, (a, b) in kinds.items()
        ]
        return pd.concat(tables, ignore_index=True)

    def plan(self) -> Plan:
        """Return what a folder with this world holds."""
        return Plan(
            name="simulated at scale",
            n_users=self.n_users,
            n_items=self.n_items,
            users_per_part=self.users_per_block,
            is_simulated=True,
            made_of=repr(self),
        )

    def same_for_all_sizes(self) -> World:
        """Return the world of one user that has the same catalogue."""
        return World(**{**vars(self), "n_users": 1})

    def _draw(
        self, items: Catalogue, rng: np.random.Generator
    ) -> tuple[np.ndarray, np.ndarray]:
        """Draw items for each user, by taste and popularity, with repetition."""
        n = self.users_per_block
        chance = 1 / (self.mean_draws - FEWEST_DRAWS + 1)
        n_draws = FEWEST_DRAWS - 1 + rng.geometric(chance, n)
        groups = rng.integers(self.n_groups, size=(2, n))
        users = np.repeat(np.arange(n), n_draws)
        source = rng.random(len(users))
        group = np.where(source < self.first, groups[0][users], groups[1][users])
        is_taste = source < self.first + self.second
        low = np.where(is_taste, items.edges[group], 0)
        high = np.where(is_taste, items.edges[group + 1], items.edges[-1])
        at = low + rng.random(len(users)) * (high - low)
        place = np.searchsorted(items.cumulative, at, side="right")
        return users, items.codes[place.clip(max=self.n_items - 1)]

    def _with_companions(
        self,
        users: np.ndarray,
        drawn: np.ndarray,
        items: Catalogue,
        rng: np.random.Generator,
    ) -> tuple[np.ndarray, np.ndarray]:
        partner = items.companion_of[drawn]
        also = (partner >= 0) & (rng.random(len(drawn)) < self.companion_chance)
        return (
            np.concatenate([users, users[also]]),
            np.concatenate([drawn, partner[also]]),
        )

    def _without_rivals(
        self, pairs: np.ndarray, items: Catalogue, rng: np.random.Generator
    ) -> np.ndarray:
        """Return the sorted user-item pairs without the rivals that lose."""
        users, drawn = np.divmod(pairs, self.n_items)
        winner = items.winner_over[drawn]
        unlucky = np.flatnonzero(
            (winner >= 0) & (rng.random(len(pairs)) < self.rival_chance)
        )
        wanted = users[unlucky] * self.n_items + winner[unlucky]
        at = np.searchsorted(pairs, wanted).clip(max=len(pairs) - 1)
        loses = np.zeros(len(pairs), dtype=bool)
        loses[unlucky[pairs[at] == wanted]] = True
        return pairs[~loses]


#: Nobody has fewer draws.
FEWEST_DRAWS = 5


@dataclass(frozen=True, eq=False)
class Catalogue:
    """The items of a world, in the order of their groups.

    Parameters
    ----------
    codes : int array of shape (n_items,)
        The item at each place.
    cumulative : float array of shape (n_items,)
        Popularity of all items up to this place.
    edges : float array of shape (n_groups + 1,)
        Popularity of all groups before this one.
    companions, rivals : int arrays of shape (2, n_pairs)
        The planted pairs.
    companion_of, winner_over : int array of shape (n_items,)
        An item's companion, and the rival against which it loses; -1 for none.
    """

    codes: np.ndarray
    cumulative: np.ndarray
    edges: np.ndarray
    companions: np.ndarray
    rivals: np.ndarray
    companion_of: np.ndarray
    winner_over: np.ndarray


@cache
def catalogue(world: World) -> Catalogue:
    """Make the items of a world, whose number of users does not matter."""
    n = world.n_items
    rng = np.random.default_rng([world.seed, 0])
    by_rank = rng.permutation(n)  # the item of each rank
    group = np.arange(n) % world.n_groups  # by rank: famous items in every group
    order = np.argsort(group, kind="stable")
    popularity = (1 + np.arange(n) + world.shift) ** -world.slope
    cumulative = np.cumsum(popularity[order])
    sizes = np.bincount(group, minlength=world.n_groups)
    edges = np.append(0, cumulative[np.cumsum(sizes) - 1])
    companions, rivals = _planted(world, rng)
    companions, rivals = by_rank[companions], by_rank[rivals]
    companion_of, winner_over = np.full((2, n), -1)
    companion_of[companions[0]] = companions[1]
    companion_of[companions[1]] = companions[0]
    winner_over[rivals[1]] = rivals[0]
    return Catalogue(
        codes=by_rank[order],
        cumulative=cumulative,
        edges=edges,
        companions=companions,
        rivals=rivals,
        companion_of=companion_of,
        winner_over=winner_over,
    )


def _planted(world: World, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Choose companions and rivals by their ranks; arrays of shape (2, n_pairs).

    Only the better known half of the items is in pairs, and each in one at most.
    Companions are next to each other in rank, and so of different groups; rivals are
    `n_groups` apart, and so of one group.
    """
    page = 2 * world.n_groups
    n_pages = world.n_items // 2 // page
    pages = np.arange(n_pages * page).reshape(n_pages, page)
    neighbours = pages[0::2].reshape(-1, 2)
    same_group = pages[1::2].reshape(-1, 2, world.n_groups).swapaxes(1, 2)
    shares = world.companion_share, world.rival_share
    chosen = [
        rng.permutation(candidates.reshape(-1, 2))[: round(share * world.n_items)].T
        for candidates, share in zip((neighbours, same_group), shares, strict=True)
    ]
    return chosen[0], chosen[1]


def write_world(
    world: World, folder: str | Path, client: Client | None = None
) -> Parts:
    """Draw a world into a folder of parts, a task a part.

    Parameters
    ----------
    world : World
    folder : path
        A new one, or one that an interrupted call has begun.
    client : Client, optional
        Of a cluster, whose workers draw; without one, it is done here.

    Returns
    -------
    Parts
        The same bytes, however many workers there are.

    Raises
    ------
    DataError, DiskError
        As `write_parts`.
    """
    plan = world.plan()
    missing = begin(folder, plan)
    folder = Path(folder).absolute()
    work = Work("drawing users")
    drawn = work.each(partial(_write, world=world, folder=folder), missing)
    for _ in work.results(drawn, client):
        pass
    return finish(folder, plan)


def _write(number: int, world: World, folder: Path) -> None:
    write_part(world.block, number, folder)
