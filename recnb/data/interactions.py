"""`Interactions`: who met which item, when, and what they thought of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from html import escape

import numpy as np
import pandas as pd
from scipy import sparse

from recnb.data import columns
from recnb.data.errors import CorruptDatasetError


@dataclass(frozen=True, eq=False)
class HeldOut:
    """The test rows that the authors of a published split chose.

    Columns of pandas are taken by position. `Interactions` checks the codes.

    Parameters
    ----------
    users, items : int arrays of shape (n_heldout,)
        One held-out interaction a row, as codes of the `Interactions`.
    negatives : int array of shape (n_heldout, n_negatives), optional
        Items to rank the held-out item against.
    """

    users: np.ndarray
    items: np.ndarray
    negatives: np.ndarray | None = None

    def __post_init__(self) -> None:
        columns.into_arrays(self, "users", "items", "negatives")


@dataclass(frozen=True, eq=False, repr=False)
class Interactions:
    """A dataset of user-item interactions, one row an interaction.

    Users and items are codes 0 ... n-1, so that they index the rows and columns of
    a matrix directly; `user_ids` and `item_table` lead back to the original names.
    `recnb.read_table` makes codes of ids of any kind.

    Lists and columns of pandas become arrays, by position: their labels mean nothing
    here. Whole numbers may be stored as floats or objects.

    Parameters
    ----------
    name : str
        Catalogue name, for example ``"ml-1m"``.
    users, items : int arrays of shape (n_interactions,)
        User and item code of each interaction.
    ratings : float array of shape (n_interactions,), optional
        In the dataset's own unit (stars for MovieLens). A rating of 0 is a rating.
    timestamps : int array of shape (n_interactions,), optional
        Seconds since 1970. Dates may be handed over, too, and become such seconds,
        with a fraction if one of them has it; without a time zone they count as UTC.
    item_table : DataFrame of n_items rows
        Row j describes item code j: ``item_id``, ``title``, ``year``, ``genres``. Its
        index is made 0 ... n_items - 1.
    user_ids : array of shape (n_users,)
        Original name of each user code.
    licence : str
        One sentence: what the owner of the data allows.
    source : str
        Where this copy came from, in words.
    is_simulated : bool
        True if no real person stands behind the rows.
    heldout : HeldOut, optional
        The test rows of a published split, which are *not* among the rows here.
    truth : dict of DataFrame, optional
        What the simulation planted; only simulated data has it.

    Raises
    ------
    CorruptDatasetError
        If the columns differ in length, a code is out of range or no whole number, a
        rating or a timestamp is missing, infinite or text, or a user meets the same
        item twice. The message names the column, the first bad value and its row.
    """

    name: str
    users: np.ndarray
    items: np.ndarray
    item_table: pd.DataFrame
    user_ids: np.ndarray
    ratings: np.ndarray | None = None
    timestamps: np.ndarray | None = None
    licence: str = ""
    source: str = ""
    is_simulated: bool = False
    heldout: HeldOut | None = None
    truth: dict[str, pd.DataFrame] | None = field(default=None)

    def __post_init__(self) -> None:
        def put(name: str, values: np.ndarray | pd.DataFrame | HeldOut) -> None:
            object.__setattr__(self, name, values)  # the way into a frozen dataclass

        put("item_table", columns.table(self.item_table, f"{self.name}: item_table"))
        put("user_ids", columns.column(self.user_ids, f"{self.name}: user_ids"))
        put("users", columns.codes(self.users, f"{self.name}: users", self.n_users))
        put("items", columns.codes(self.items, f"{self.name}: items", self.n_items))
        if self.ratings is not None:
            put("ratings", columns.ratings(self.ratings, f"{self.name}: ratings"))
        if self.timestamps is not None:
            name = f"{self.name}: timestamps"
            put("timestamps", columns.times(self.timestamps, name))
        if self.heldout is not None:
            put("heldout", self._checked(self.heldout))
        self._check_lengths()
        pair = self.users.astype(np.int64) * self.n_items + self.items
        pair.sort()  # many times faster than a hash table
        if (pair[1:] == pair[:-1]).any():
            raise CorruptDatasetError(
                f"{self.name}: a user meets the same item twice; keep one row of them."
            )

    def _check_lengths(self) -> None:
        for name in ("items", "ratings", "timestamps"):
            values = getattr(self, name)
            if values is not None and len(values) != len(self.users):
                raise CorruptDatasetError(
                    f"{self.name}: {len(self.users)} users but {len(values)} {name}; "
                    "every interaction needs one of each."
                )

    def _checked(self, heldout: HeldOut) -> HeldOut:
        """Return the held-out rows with their codes checked."""
        name, negatives = f"{self.name}: held-out", heldout.negatives
        users = columns.codes(heldout.users, f"{name} users", self.n_users)
        items = columns.codes(heldout.items, f"{name} items", self.n_items)
        lengths = {len(users), len(items)}
        if negatives is not None:
            if negatives.ndim != 2:
                raise CorruptDatasetError(
                    f"{name} negatives have shape {negatives.shape}; hand over a table "
                    "of codes, a row for each held-out row."
                )
            each = columns.codes(negatives.ravel(), f"{name} negatives", self.n_items)
            negatives = each.reshape(negatives.shape)
            lengths.add(len(negatives))
        if len(lengths) > 1:
            raise CorruptDatasetError(
                f"{name} users, items and negatives differ in length; every held-out "
                "row needs one of each."
            )
        return HeldOut(users, items, negatives)

    @property
    def n_users(self) -> int:
        """Number of users, those without an interaction included."""
        return len(self.user_ids)

    @property
    def n_items(self) -> int:
        """Number of items, those without an interaction included."""
        return len(self.item_table)

    def __len__(self) -> int:
        return len(self.users)

    @property
    def density(self) -> float:
        """Share of the user x item matrix that is known."""
        return len(self) / (self.n_users * self.n_items)

    def to_csr(self, binary: bool = False) -> sparse.csr_array:
        """Return the user x item matrix.

        Parameters
        ----------
        binary : bool
            Ones instead of ratings. Data without ratings always gives ones.

        Returns
        -------
        csr_array of shape (n_users, n_items), float32
        """
        ones = binary or self.ratings is None
        values = np.ones(len(self)) if ones else self.ratings
        X = sparse.coo_array(
            (values.astype(np.float32), (self.users, self.items)),
            shape=(self.n_users, self.n_items),
        )
        return X.tocsr()

    def sequences(self) -> list[np.ndarray]:
        """Return each user's item codes in time order, oldest first.

        Interactions of one user with equal timestamps keep the order of the file.

        Returns
        -------
        list of n_users int arrays

        Raises
        ------
        ValueError
            If the dataset has no timestamps.
        """
        if self.timestamps is None:
            raise ValueError(
                f"{self.name} has no timestamps, so its order is unknown; "
                "use ml-1m or the simulated dataset for sequences."
            )
        # lexsort is stable: its last key sorts first, and the file breaks ties.
        order = np.lexsort((self.timestamps, self.users))
        ends = np.cumsum(np.bincount(self.users, minlength=self.n_users))
        return np.split(self.items[order], ends[:-1])

    def keep_items(self, min_users: int) -> Interactions:
        """Return a copy without the items that fewer than `min_users` users have.

        A dense items x items model needs memory for the square of the catalogue, most
        of it for items with a handful of users; users keep their codes.

        Raises
        ------
        ValueError
            If no item is left, or if held-out rows of a published split would change.
        """
        if self.heldout is not None:
            raise ValueError(
                f"{self.name} is a published split; with fewer items it would be "
                "another one. Filter the dataset that it was made from."
            )
        kept = np.bincount(self.items, minlength=self.n_items) >= min_users
        if not kept.any():
            raise ValueError(f"No item has {min_users} users; ask for fewer.")
        rows = kept[self.items]
        new_code = np.cumsum(kept) - 1
        return replace(
            self,
            users=self.users[rows],
            items=new_code[self.items[rows]].astype(self.items.dtype),
            ratings=None if self.ratings is None else self.ratings[rows],
            timestamps=None if self.timestamps is None else self.timestamps[rows],
            item_table=self.item_table[kept].reset_index(drop=True),
        )

    def _facts(self) -> dict[str, str]:
        kind = "simulated: no real person stands behind it" if self.is_simulated else ""
        facts = {
            "dataset": self.name + (f" ({kind})" if kind else ""),
            "users": f"{self.n_users:,}",
            "items": f"{self.n_items:,}",
            "interactions": f"{len(self):,}",
            "density": f"{self.density:.2%}",
            "ratings": self._range(self.ratings),
            "timestamps": "no" if self.timestamps is None else "yes",
            "source": self.source,
            "licence": self.licence,
        }
        return {name: value for name, value in facts.items() if value}

    @staticmethod
    def _range(values: np.ndarray | None) -> str:
        if values is None or not len(values):
            return "none (implicit feedback)"
        return f"{values.min():g} to {values.max():g}"

    def __repr__(self) -> str:
        facts = self._facts().items()
        return "\n".join(f"{name:<13} {value}" for name, value in facts)

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><th style='text-align:left'>{name}</th>"
            f"<td style='text-align:left'>{escape(value)}</td></tr>"
            for name, value in self._facts().items()
        )
        return f"<table>{rows}</table>"
