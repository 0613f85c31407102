"""Whatever takes an array takes a column of pandas or a list, and by position.

A column's labels mean nothing to the course: after a sort, a filter or a sample they
are no longer 0, 1, 2 ..., and code that follows them mixes up rows without a word. Each
case here is computed three times, from arrays, from lists, and from columns and tables
whose labels are shuffled. All three must be equal.
"""

import dataclasses
from functools import cache
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure
from scipy import sparse

from recnb import plots, widgets
from recnb.data import HeldOut, Interactions, item_tags
from recnb.data.dot_product_task import Pairs
from recnb.data.titles import find_item
from recnb.evaluation import (
    Group,
    Hits,
    Protocol,
    Split,
    evaluate,
    leave_one_out,
    metrics,
    published_holdout,
    rank_candidates,
    rating_holdout,
    strong_generalization,
    weak_generalization,
)
from recnb.ground import ranking, sequences
from recnb.models import CEASE, EASE, MF, RVAE, FixedWeights
from recnb.models.ials import IALS
from recnb.models.retrieval import ExactSearch
from recnb.models.similarity import MLPSimilarity
from recnb.plots import png
from recnb.plots.learned_dot import PLACES
from recnb.widgets import picker
from recnb.widgets.data_and_evaluation import hit_chance

RNG = np.random.default_rng(0)
N_USERS, N_ITEMS = 40, 25
CELLS = RNG.choice(N_USERS * N_ITEMS, 400, replace=False)
USERS, ITEMS = CELLS // N_ITEMS, CELLS % N_ITEMS
RATINGS = RNG.integers(0, 6, 400).astype(np.float32)
TIMES = RNG.integers(0, 60, 400)
TITLES = np.array([f"film {j:02}" for j in RNG.permutation(N_ITEMS)])
FILMS = pd.DataFrame({"title": TITLES, "year": 2000, "genres": "Drama"})
TAGGED = FILMS.assign(
    year=1985 + np.arange(N_ITEMS), genres=["War", *["Drama|War"] * 24]
)
SCORES = RNG.normal(size=(N_USERS, N_ITEMS))
POPULARITY = np.bincount(ITEMS, minlength=N_ITEMS) / N_USERS
X = sparse.coo_array((np.ones(400, np.float32), (USERS, ITEMS))).tocsr()
HELDOUT = sparse.coo_array((RATINGS, (USERS, ITEMS))).tocsr()
LISTS = ranking.top_k(SCORES, 10)
TRIO = np.array([[30, 9, 30], [9, 30, 30], [30, 30, 51]])
ANY = np.sort(RNG.random(N_ITEMS))
SQUARE = np.multiply.outer(PLACES, PLACES)


def arrays(values):
    return values


def lists(values):
    return values.tolist() if isinstance(values, np.ndarray) else values


def columns(values):
    """Return a column or a table with shuffled labels."""
    order = np.random.default_rng(1).permutation(len(values))
    if isinstance(values, pd.DataFrame):
        return values.set_axis(order)
    if values.ndim == 1:
        return pd.Series(values, index=order)
    labels = np.random.default_rng(2).permutation(values.shape[1])
    return pd.DataFrame(values, index=order, columns=labels)


def interactions(of):
    return Interactions(
        "toy",
        of(USERS),
        of(ITEMS),
        of(FILMS),
        of(np.arange(100, 100 + N_USERS)),
        ratings=of(RATINGS),
        timestamps=of(TIMES),
    )


def published(of):
    """A published split: user u misses the first item that the data does not have."""
    missing = [int(np.flatnonzero(row == 0)[0]) for row in X.toarray()]
    negatives = np.tile(np.arange(3), (N_USERS, 1))
    given = HeldOut(of(np.arange(N_USERS)), of(np.array(missing)), of(negatives))
    return dataclasses.replace(interactions(of), heldout=given)


def group(of, order=None):
    protocol = Protocol("toy", "toy", False, 0, ("NDCG@5",))
    return Group(
        "test",
        protocol,
        of(np.arange(N_USERS)),
        X,
        sparse.csr_array(1 - X.toarray()),
        of(POPULARITY),
        of(LISTS),
        order=order,
    )


def split(of):
    one = group(of)
    everybody, everything = of(np.arange(N_USERS)), of(np.arange(N_ITEMS))
    return Split(one.protocol, X, everybody, everything, of(FILMS), one)


class Given:
    """Predict what it is handed, as whatever kind of table it is."""

    def __init__(self, scores):
        self.scores = scores

    def predict(self, X):
        return self.scores


class GivenPairs(Given):
    def predict_pairs(self, users, items):
        return self.scores


def hits(of):
    return metrics.find_hits(of(LISTS), X)


def histories(of):
    """Histories of at least two items; those of pandas are a column of columns."""
    each = sequences.in_order(HELDOUT_ORDER)
    if of is columns:
        return pd.Series([columns(history) for history in each], index=ROWS)
    return [of(history) for history in each]


ROWS = np.random.default_rng(3).permutation(N_USERS)
HELDOUT_ORDER = sparse.coo_array((1.0 + np.argsort(np.argsort(CELLS)), (USERS, ITEMS)))
HELDOUT_ORDER = HELDOUT_ORDER.tocsr()


def embedding_pairs(of):
    P = np.round(SCORES[:, :4]).astype(np.float32)
    return Pairs(of(P), of(P), of(USERS), of(ITEMS % N_USERS), of(RATINGS))


EASE_MODEL = EASE(l2=5).fit(X)

DATA = {
    "Interactions": interactions,
    "Interactions.sequences": lambda of: interactions(of).sequences(),
    "Interactions.to_csr": lambda of: interactions(of).to_csr(),
    "Interactions.keep_items": lambda of: interactions(of).keep_items(16),
    "HeldOut": published,
    "Pairs": embedding_pairs,
    "Pairs.dot": lambda of: embedding_pairs(of).dot,
    "Pairs.rmse": lambda of: embedding_pairs(of).rmse(of(TIMES)),
    "item_tags": lambda of: item_tags(of(TAGGED)),
    "find_item": lambda of: [find_item(of(FILMS), title) for title in TITLES],
}
EVALUATION = {
    "strong_generalization": lambda of: strong_generalization(interactions(of), 1),
    "strong, time": lambda of: strong_generalization(interactions(of), 1, order="time"),
    "weak_generalization": lambda of: weak_generalization(interactions(of)),
    "leave_one_out": lambda of: leave_one_out(interactions(of), 5, validation=True),
    "published_holdout": lambda of: published_holdout(published(of)),
    "leave_one_out, given": lambda of: leave_one_out(published(of)),
    "rating_holdout": lambda of: rating_holdout(interactions(of)),
    "rating_holdout, time": lambda of: rating_holdout(interactions(of), order="time"),
    "Group": group,
    "Split": split,
    "evaluate": lambda of: judged(Given(of(SCORES)), group(of)),
    "evaluate, pairs": lambda of: judged(GivenPairs(of(SCORES[:, :10])), group(of)),
    "evaluate, metrics": lambda of: (
        evaluate(Given(SCORES), group(of), of(np.array(["MAP@5", "HR@3"]))).metrics
    ),
    "rank_candidates": lambda of: rank_candidates(of(SCORES), of(LISTS), 4),
    "find_hits": hits,
    "Hits": lambda of: Hits(of(LISTS > 3), of(np.arange(N_USERS)), N_ITEMS).first(2),
    "ndcg": lambda of: metrics.ndcg(hits(of), 5),
    "novelty": lambda of: metrics.novelty(of(LISTS), of(POPULARITY), 5),
    "exposure": lambda of: metrics.exposure(of(LISTS), N_ITEMS, 5),
    "coverage": lambda of: metrics.coverage(of(LISTS), N_ITEMS, 5),
    "gini": lambda of: metrics.gini(of(LISTS), N_ITEMS, 5),
    "rmse": lambda of: metrics.rmse(of(RATINGS), HELDOUT),
    "mae": lambda of: metrics.mae(of(RATINGS), HELDOUT),
    "user_rmse": lambda of: metrics.user_rmse(of(RATINGS), HELDOUT),
    "user_mae": lambda of: metrics.user_mae(of(RATINGS), HELDOUT),
    "top_k": lambda of: ranking.top_k(of(SCORES), 7),
    "mask_seen": lambda of: ranking.mask_seen(of(SCORES), X),
}
SEQUENCES = {
    "places": lambda of: sequences.places(histories(of), N_ITEMS),
    "padded": lambda of: sequences.padded(histories(of)),
    "next_items": lambda of: sequences.next_items(histories(of), 2),
    "batches_by_length": lambda of: list(
        sequences.batches_by_length(histories(of), 30, np.random.default_rng(0))
    ),
}
WORDS = {"protocol": "toy"}
PLOTS = {
    "film_map": lambda of: plots.film_map(
        of(SCORES[:25, :2]), of(TITLES), axes=("one", "other"), **WORDS
    ),
    "learning": lambda of: plots.learning(
        {"a": of(ANY[::-1])}, {"a": of(ANY)}, levels={"EASE": 0.4}, **WORDS
    ),
    "unit_strengths": lambda of: plots.unit_strengths(
        of(ANY[::-1]), pd.Series(ANY, TITLES), film=TITLES[2], label="p", **WORDS
    ),
    "search_drawn": lambda of: plots.search_drawn(of(ANY), of(ANY), of(ANY)),
    "beside_published": lambda of: plots.beside_published(
        {"I-AutoRec": of(ANY)}, None, looks={"I-AutoRec": "I-AutoRec"}, **WORDS
    ),
    "long_tail": lambda of: plots.long_tail(
        of(1 + TIMES), of(10 + TIMES), dataset="toy"
    ),
    "rating_by_popularity": lambda of: plots.rating_by_popularity(
        of(ANY), of(ANY**2 / 9), overall=3.5, dataset="toy"
    ),
    "seen_in_list": lambda of: plots.seen_in_list({"EASE": of(ANY)}, **WORDS),
    "polyline": lambda of: plots.polyline(
        of(ANY),
        pd.DataFrame({"a": ANY**2}),
        {"a": of(ANY[3:5])},
        pd.Series(ANY[1:4], index=[1, 2, 4]),
        **WORDS,
    ),
    "saddles": lambda of: plots.saddles(
        of(ANY[:10]),
        {"true": of(SCORES[:10, :10]), "learned": of(SCORES[10:20, :10])},
        **WORDS,
    ),
    "plane": lambda of: plots.plane(
        of(ANY[:2]),
        of(ANY[3:5]),
        of(np.array([0.0, 1.0, 2.0])),
        pd.DataFrame({"true": ANY[:3], "learned": ANY[1:4]}),
        {"true": of(SQUARE), "learned": of(0.9 * SQUARE)},
        **WORDS,
    ),
    "competing": lambda of: plots.competing(
        of(TITLES[:4]),
        {"a": of(ANY[:4]), "b": of(ANY[:4])},
        {"a": of(ANY[4:8]), "b": of(ANY[4:8])},
        raised=1,
    ),
    "explaining_away": lambda of: plots.explaining_away(of(TRIO), 1, of(TITLES[:3])),
    "clamped_and_solved": lambda of: plots.clamped_and_solved(
        of(TRIO), 1, of(TITLES[:3])
    ),
    "time_gaps": lambda of: plots.time_gaps(
        pd.Series({"a": 0.3, "b": 0.7}), of(1.0 + TIMES), **WORDS
    ),
    "next_k": lambda of: plots.next_k(
        of(TITLES[:4]), 2, targets=[of(np.array([1, 2])), of(np.array([3])), []]
    ),
    "unrolled": lambda of: plots.unrolled(of(TITLES[:4]), 2),
    "which_sigma": lambda of: plots.which_sigma(of(ANY), of(ANY**2), of(1 - ANY)),
    "walk": lambda of: plots.walk(
        of(np.array([5.0, 2, 9])),
        2,
        pd.DataFrame({"title": TITLES[:2], "probability": [0.3, 0.1], "kind": ""}),
        title="a walk",
        n_films=12,
        **WORDS,
    ),
    "constraint_contours": lambda of: plots.constraint_contours(
        of(np.array([[4, 3], [3, 3]])), 1, ["a", "b"], **WORDS
    ),
    "shrinkage": lambda of: plots.shrinkage(of(1 + ANY), {"a": of(ANY)}, **WORDS),
    "relaxation": lambda of: plots.relaxation(
        pd.DataFrame({"a": [0.1, 0.2]}, index=[0.0, 1.0]),
        of(1 + ANY),
        of(ANY),
        here=(0.5, 0.15),
        label="here",
        **WORDS,
    ),
    "spiral_unrolled": lambda of: plots.spiral_unrolled(
        of(SCORES[:25, :2]), of(ANY[::-1].copy()), of(ANY), **WORDS
    ),
    "embedding_map": lambda of: plots.embedding_map(
        {"before": of(SCORES[:2]), "after": of(SCORES[2:4])},
        {"new": of(ANY > 0.5)},
        **WORDS,
    ),
}


def judged(model, one):
    result = evaluate(model, one, ["NDCG@5", "novelty@3"])
    return result.metrics, result.per_user


def node_view(of):
    """The view on a model whose node is a number that the scores are multiplied by."""
    V = SimpleNamespace(detach=lambda: SimpleNamespace(numpy=lambda: SCORES))

    class Nodes:
        module_ = SimpleNamespace(V=V)

        def with_nodes(self, nodes):
            return FixedWeights(np.diag(nodes.mean(axis=0))).fit(X)

    one = dataclasses.replace(group(arrays), candidates=None)
    rows = np.random.default_rng(4).permutation(N_USERS)
    view = widgets.NodeView(
        Nodes(), one, of(rows), of(TITLES), "NDCG@5", "toy", ease=0.3
    )
    return view(0.5, 3)


def history_view(of):
    class Walker(Given):
        def walk(self, order):
            return SCORES[: order.nnz].copy()

    one = group(arrays, order=HELDOUT_ORDER)
    return widgets.HistoryView(Walker(SCORES[:1]), one, of(TITLES), "toy")(4, 5, 2)


def changed_rating(of):
    model = SimpleNamespace(kind="user", predict=lambda row: row.toarray() + ANY)
    titles, shown = of(TITLES), of(np.arange(5, 20))
    return widgets.ChangedRatingView(model, HELDOUT[[0]], titles, shown)(7, 3)


def hidden_units(of):
    one = dataclasses.replace(group(arrays), candidates=None)
    return widgets.HiddenUnitsView(X, one, of(TITLES), "toy")(0.2, 10, TITLES[3])


def negatives(of):
    above, unseen = of(np.arange(30)), of(np.arange(30) * 10 + 300)
    return widgets.NegativesView({"EASE": above}, unseen, "toy")(99)


def neighbours(of):
    view = widgets.NeighboursView({"EASE": EASE_MODEL}, of(TITLES))
    menu = widgets.neighbours_menu(view, of(np.array([4, 2])).copy())
    return view(4), menu.controls["film"].options


def picked(of):
    widget = widgets.Picker(EASE_MODEL, of(FILMS), of(POPULARITY), of(np.array([3, 8])))
    offered = [box.description for box in widget.choices]
    return widget.value, widget.panel.value, offered


def similar(of):
    model = MLPSimilarity(epochs=1).fit(embedding_pairs(of))
    return model.predict(of(SCORES[:, :4]), of(SCORES[:, 4:8]))


WIDGETS = {
    "matches": lambda of: picker.matches(of(FILMS), "film 1", of(POPULARITY)),
    "nearest": lambda of: picker.nearest(of(FILMS), "flim 11"),
    "label": lambda of: picker.label(of(FILMS), 3),
    "answer": lambda of: picker.answer(EASE_MODEL, of(FILMS), of(np.array([3, 8]))),
    "reasons": lambda of: picker.reasons(
        pd.Series({7: 0.6, 2: 0.4}), of(FILMS)["title"]
    ),
    "Picker": picked,
    "hit_chance": lambda of: hit_chance(
        of(np.arange(5)), of(np.arange(5) + 20), of(np.full(5, 9)), 3
    ),
    "NegativesView": negatives,
    "NodeView": node_view,
    "HistoryView": history_view,
    "ChangedRatingView": changed_rating,
    "HiddenUnitsView": hidden_units,
    "NeighboursView": neighbours,
}
FITTED_MF = MF(d=4, epochs=1).fit(X)
FITTED_RVAE = RVAE(latent=4, epochs=1, patience=None).fit(X)
FITTED_IALS = IALS(d=4, epochs=1).fit(X)
MODELS = {
    "MF.predict_pairs": lambda of: FITTED_MF.predict_pairs(of(USERS), of(ITEMS)),
    "RVAE.for_users": lambda of: FITTED_RVAE.for_users(of(np.array([7, 3]))).predict(
        X[[7, 3]]
    ),
    "CEASE, tags": lambda of: CEASE(of(X.toarray()[:3]), 5).fit(X).weights_,
    "EASE, gram": lambda of: EASE(5).fit(X, gram=of((X.T @ X).toarray())).weights_,
    "ExactSearch": lambda of: ExactSearch().fit(of(SCORES)).search(of(ANY), 5),
    "MLPSimilarity": similar,
}
CASES = {**DATA, **EVALUATION, **SEQUENCES, **PLOTS, **WIDGETS, **MODELS}


def plain(result):
    """Return a result as nothing but lists, numbers, text and bytes, to be compared."""
    if isinstance(result, Figure):
        return png(result)
    if dataclasses.is_dataclass(result):
        fields = (getattr(result, f.name) for f in dataclasses.fields(result))
        return [plain(value) for value in fields]
    if sparse.issparse(result):
        return plain([result.indptr, result.indices, result.data])
    if isinstance(result, pd.DataFrame):
        return plain([result.index.to_numpy(), result.to_numpy()])
    if isinstance(result, dict):
        return [[name, plain(value)] for name, value in result.items()]
    if isinstance(result, list | tuple):
        return [plain(value) for value in result]
    if isinstance(result, np.generic):
        return result.item()
    if hasattr(result, "dtype"):
        return str(np.asarray(result).tolist())
    return result


@cache
def from_arrays(case):
    return plain(CASES[case](arrays))


@pytest.mark.parametrize("kind", [lists, columns])
@pytest.mark.parametrize("case", CASES)
def test_by_position(case, kind):
    assert plain(CASES[case](kind)) == from_arrays(case)
