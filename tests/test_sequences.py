"""Histories in time order: against naive loops, nothing lost, little filled up."""

import itertools
from operator import itemgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import sparse

from recnb.ground.sequences import (
    NOTHING,
    batches_by_length,
    in_order,
    next_items,
    padded,
    places,
)

N_COLUMNS = 10
#: Cells of a row, as (column, value): neither occurs twice.
CELLS = st.tuples(st.integers(0, N_COLUMNS - 1), st.integers(-20, 20))
ROWS = st.lists(
    st.lists(CELLS, unique_by=(itemgetter(0), itemgetter(1))), min_size=1, max_size=8
)
HISTORY = st.lists(st.integers(0, 30), unique=True, min_size=2, max_size=9)
HISTORIES = st.lists(HISTORY.map(np.array), min_size=1, max_size=6)


def matrix(rows):
    """Return the rows as a csr_array that stores their cells in the order given."""
    indptr = np.cumsum([0, *map(len, rows)])
    cells = np.array([cell for row in rows for cell in row], dtype=float).reshape(-1, 2)
    columns = cells[:, 0].astype(int)
    return sparse.csr_array((cells[:, 1], columns, indptr), (len(rows), N_COLUMNS))


def listed(arrays):
    return [array.tolist() for array in arrays]


# ---- order ----


@given(rows=ROWS)
def test_columns_are_sorted_by_their_values_row_by_row(rows):
    naive = [
        [column for column, _ in sorted(row, key=lambda cell: cell[1])] for row in rows
    ]
    histories = in_order(matrix(rows))
    assert listed(histories) == naive
    assert all(history.dtype == np.int64 for history in histories)


def test_empty_rows_give_empty_histories_wherever_they_stand():
    rows = [[], [(3, 2), (1, 1)], [], [], [(4, 1)], []]
    assert listed(in_order(matrix(rows))) == [[], [1, 3], [], [], [4], []]


def test_a_matrix_without_rows_gives_no_history():
    assert in_order(sparse.csr_array((0, N_COLUMNS))) == []


@pytest.mark.parametrize("row", [[(0, 7), (1, 7)], [(5, 7), (2, 1), (0, 8), (1, 7)]])
def test_a_value_twice_in_a_row_is_refused(row):
    rows = [[(0, 1), (1, 2)], row, []]
    words = "Row 1 of X has the value 7 twice.*split.train_order.*group.order"
    with pytest.raises(ValueError, match=words):
        in_order(matrix(rows))


def test_a_value_may_stand_in_two_rows():
    """The last of one row and the first of the next, so that they are neighbours."""
    rows = [[(0, 1), (1, 2)], [(4, 2), (3, 3)], [(7, 3)]]
    assert listed(in_order(matrix(rows))) == [[0, 1], [4, 3], [7]]


@given(histories=HISTORIES)
def test_places_count_from_one_along_each_history(histories):
    naive = np.zeros((len(histories), 31))
    for row, history in zip(naive, histories, strict=True):
        for place, item in enumerate(history, start=1):
            row[item] = place
    np.testing.assert_array_equal(places(histories, 31).toarray(), naive)


@given(histories=HISTORIES)
def test_places_are_what_the_order_is_read_from(histories):
    with_nobody = [*histories, np.array([], dtype=int)]
    assert listed(in_order(places(with_nobody, 31))) == listed(with_nobody)


# ---- steps ----


@settings(deadline=None)  # the first call of torch takes longer
@given(histories=HISTORIES)
def test_padded_histories_are_real_at_the_front_and_zero_behind(histories):
    items, real = padded(histories)
    assert items.shape == (len(histories), max(map(len, histories)))
    for history, row, is_real in zip(histories, items, real, strict=True):
        n = len(history)
        assert row[:n].tolist() == history.tolist() and not row[n:].any()
        assert is_real[:n].all() and not is_real[n:].any()


@settings(deadline=None)
@given(histories=HISTORIES, k=st.integers(1, 12))
def test_targets_are_the_next_k_items_by_a_naive_loop(histories, k):
    naive = [
        [history[t + j] if t + j < len(history) else NOTHING for j in range(1, k + 1)]
        for history in histories
        for t in range(len(history) - 1)
    ]
    steps = next_items(histories, k)
    assert steps.targets.tolist() == naive
    assert len(steps) == len(naive)


@settings(deadline=None)
@given(histories=HISTORIES, k=st.integers(1, 12))
def test_targets_stand_row_by_row_beside_the_items_that_are_real(histories, k):
    steps = next_items(histories, k)
    seen = steps.items[steps.real].tolist()
    followed_by = steps.targets[:, 0].tolist()
    pairs = [pair for history in histories for pair in itertools.pairwise(history)]
    assert list(zip(seen, followed_by, strict=True)) == pairs


def test_beyond_the_end_of_a_history_is_nothing():
    steps = next_items([np.array([4, 0, 2])], k=4)
    assert steps.items.tolist() == [[4, 0]]
    assert steps.targets.tolist() == [[0, 2, NOTHING, NOTHING], [2] + 3 * [NOTHING]]


# ---- batches ----


def histories_of(lengths):
    """Return histories of these lengths in which no number occurs twice."""
    ends = np.cumsum(lengths)
    return np.split(np.arange(ends[-1]), ends[:-1])


def many():
    lengths = np.random.default_rng(0).lognormal(3, 1, 500)
    return histories_of(lengths.astype(int) + 2)


def batches(histories, n_steps, seed=0):
    return list(batches_by_length(histories, n_steps, np.random.default_rng(seed)))


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20),
    n_steps=st.integers(1, 60),
    seed=st.integers(0, 9),
)
def test_each_history_is_in_one_batch_and_whole(lengths, n_steps, seed):
    histories = histories_of(lengths)
    found = itertools.chain(*batches(histories, n_steps, seed))
    assert sorted(listed(found)) == listed(histories)


@given(
    lengths=st.lists(st.integers(1, 30), min_size=1, max_size=20),
    n_steps=st.integers(1, 60),
)
def test_only_a_single_history_may_be_longer_than_a_batch(lengths, n_steps):
    for batch in batches(histories_of(lengths), n_steps):
        assert len(batch) == 1 or sum(map(len, batch)) <= n_steps


def test_batches_are_nearly_full():
    """Of the least number of batches that there can be, a fifth more at most."""
    histories = many()
    n = sum(map(len, histories)) / 1000
    assert n <= len(batches(histories, 1000)) < 1.2 * n


def test_the_seed_decides_the_batches():
    histories = many()
    first, again, other = (batches(histories, 1000, seed) for seed in (0, 0, 1))
    assert list(map(listed, first)) == list(map(listed, again))
    assert list(map(listed, first)) != list(map(listed, other))


def test_epochs_mix_the_users_and_the_order_of_the_batches():
    histories, rng = many(), np.random.default_rng(0)
    first, second = (list(batches_by_length(histories, 1000, rng)) for _ in range(2))
    who = [
        {frozenset(h[0] for h in batch) for batch in each} for each in (first, second)
    ]
    assert len(who[0] & who[1]) < len(first) / 2
    longest = [[max(map(len, batch)) for batch in each] for each in (first, second)]
    assert longest[0] != sorted(longest[0]) and longest[0] != longest[1]


def test_little_is_filled_up():
    """A fifth at most; batches of the same size at random are four fifths zeros."""
    histories = many()
    cells = sum(len(b) * max(map(len, b)) for b in batches(histories, 1000))
    assert sum(map(len, histories)) > 0.8 * cells
