"""Searching the best items: right lists, sensible approximations, bad input."""

import numpy as np
import pytest

from recnb.data.dot_product_task import dot_product_task
from recnb.ground.ranking import top_k
from recnb.models.retrieval import (
    ExactSearch,
    HNSWSearch,
    IVFSearch,
    MLPSearch,
    n_cells,
    recall,
)
from recnb.models.similarity import MLPSimilarity

pytest.importorskip("faiss")
RNG = np.random.default_rng(0)
Q = RNG.normal(size=(2000, 8)).astype(np.float32)
USERS = RNG.normal(size=(30, 8)).astype(np.float32)
TRUTH = top_k(USERS @ Q.T, 10)


@pytest.fixture(scope="module")
def similarity():
    return MLPSimilarity(epochs=2).fit(dot_product_task(100, 8, n_fresh=1).train)


def mean_recall(search):
    lists = [search.search(p, 10) for p in USERS]
    return np.mean([recall(*pair) for pair in zip(lists, TRUTH, strict=True)])


def test_the_exact_search_finds_the_largest_dot_products_in_order():
    search = ExactSearch().fit(Q)
    for p, expected in zip(USERS, TRUTH, strict=True):
        assert np.array_equal(search.search(p, 10), expected)
    assert search.n_bytes_ >= Q.nbytes


@pytest.mark.parametrize(
    ("search", "setting", "values"),
    [
        (IVFSearch(), "nprobe", (1, 8, 89)),
        (HNSWSearch(), "ef_search", (10, 40, 2000)),
    ],
)
def test_who_looks_longer_finds_more(search, setting, values):
    search.fit(Q)
    found = [mean_recall(search.set_params(**{setting: value})) for value in values]
    assert 0 < found[0] < found[1] <= found[2]
    assert found[2] > 0.99


def test_an_item_lies_in_the_cell_of_the_centre_that_scores_best_with_it():
    import faiss

    search = IVFSearch(nlist=6).fit(Q)
    assert search.centres_.shape == (6, 8)
    expected = (Q @ search.centres_.T).argmax(axis=1)
    lists = search.index_.invlists
    for cell in range(6):
        size = lists.list_size(cell)
        members = faiss.rev_swig_ptr(lists.get_ids(cell), size)
        assert set(members) == set(np.flatnonzero(expected == cell))


def test_looking_into_all_cells_is_exact():
    search = IVFSearch(nlist=20, nprobe=20).fit(Q)
    assert mean_recall(search) == 1
    usual = IVFSearch(nprobe=n_cells(len(Q))).fit(Q)
    assert usual.index_.nlist == n_cells(len(Q)) == 89
    assert mean_recall(usual) == 1


def test_k_means_is_faiss_own():
    import faiss

    plain = faiss.IndexIVFFlat(
        faiss.IndexFlatIP(8), 8, 20, faiss.METRIC_INNER_PRODUCT
    ).cp
    ours = IVFSearch(nlist=20).fit(Q).index_.cp
    for name in ("niter", "spherical", "max_points_per_centroid", "seed"):
        assert getattr(ours, name) == getattr(plain, name)
    assert (ours.niter, ours.spherical, ours.max_points_per_centroid) == (10, True, 256)


def test_an_index_is_the_same_each_time():
    for make in (IVFSearch, HNSWSearch):
        one, two = make().fit(Q), make().fit(Q)
        for p in USERS:
            assert np.array_equal(one.search(p, 10), two.search(p, 10))


def test_the_list_of_an_mlp_is_that_of_its_scores(similarity):
    search = MLPSearch(similarity).fit(Q)
    for p in USERS[:5]:
        scores = similarity.predict(np.tile(p, (len(Q), 1)), Q)
        found = scores[search.search(p, 10)]
        np.testing.assert_allclose(found, np.sort(scores)[::-1][:10], atol=1e-5)
    assert search.n_bytes_ > Q.nbytes


def test_a_list_is_never_longer_than_the_catalogue(similarity):
    for search in (ExactSearch(), IVFSearch(), HNSWSearch(), MLPSearch(similarity)):
        found = search.fit(Q[:4]).search(USERS[0], 10)
        assert len(found) == 4 and set(found) <= {-1, 0, 1, 2, 3}


def test_recall_by_hand():
    assert recall(np.array([3, 1, -1]), np.array([1, 2, 3, 4])) == 0.5
    assert recall(np.array([4, 2, 1]), np.array([1, 2, 4])) == 1
    with pytest.raises(ValueError, match="exact list is empty"):
        recall(np.array([1]), np.array([]))


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        (Q[:0], "a row an item is expected"),
        (Q[0], "a row an item is expected"),
        (np.full((3, 8), np.nan), "NaN or infinity"),
    ],
)
def test_items_that_are_none_are_refused(bad, words):
    with pytest.raises(ValueError, match=words):
        ExactSearch().fit(bad)


def test_a_query_of_another_length_or_no_list_is_refused():
    search = ExactSearch().fit(Q)
    with pytest.raises(ValueError, match=r"expected is \(8,\)"):
        search.search(np.zeros(7), 10)
    with pytest.raises(ValueError, match="p holds NaN or infinity"):
        search.search(np.array([np.nan, *USERS[0][1:]]), 10)
    with pytest.raises(ValueError, match="k must be a whole number"):
        search.search(USERS[0], 0)


@pytest.mark.parametrize(
    ("search", "words"),
    [
        (IVFSearch(nlist=0), "nlist must be from 1 to 2000"),
        (IVFSearch(nlist=2001), "nlist must be from 1 to 2000"),
        (HNSWSearch(m=1), "m must be at least 2"),
        (HNSWSearch(ef_construction=0), "ef_construction must be at least 1"),
    ],
)
def test_an_index_that_cannot_be_built_is_refused(search, words):
    with pytest.raises(ValueError, match=words):
        search.fit(Q)


@pytest.mark.parametrize("search", [IVFSearch(nprobe=0), HNSWSearch(ef_search=0)])
def test_looking_at_nothing_is_refused(search):
    with pytest.raises(ValueError, match="must be at least 1"):
        search.fit(Q).search(USERS[0], 10)


def test_a_similarity_of_another_length_is_refused(similarity):
    with pytest.raises(ValueError, match="embeddings of 8 numbers"):
        MLPSearch(similarity).fit(Q[:, :5])


@pytest.mark.parametrize("search", [ExactSearch(), IVFSearch(), HNSWSearch()], ids=repr)
def test_many_users_get_the_lists_that_each_would_get(search):
    search.fit(Q)
    found = search.search_many(USERS, 10)
    assert found.shape == (30, 10)
    for items, p in zip(found, USERS, strict=True):
        assert np.array_equal(items, search.search(p, 10))
    with pytest.raises(ValueError, match=r"expected is \(n, 8\)"):
        search.search_many(USERS[0], 10)
    with pytest.raises(ValueError, match="P holds NaN or infinity"):
        search.search_many(np.full((2, 8), np.nan), 10)
