"""What holds for every model: a failed fit, saving, threads, wrong kinds of input."""

import copy
import inspect
import io
import pickle
import tempfile
from concurrent.futures import ThreadPoolExecutor

import joblib
import numpy as np
import pandas as pd
import pytest
from scipy import sparse
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from recnb import models
from recnb.data import read_table
from recnb.ground.sequences import places
from recnb.models import EASE, GMF, MLP, FixedWeights, ImplicitSLIM, NeuMF
from recnb.models.base import Recommender

RNG = np.random.default_rng(0)
LIKES = (RNG.random((60, 20)) < 0.3).astype(np.float32)
LIKES[:, 0] = 1  # nobody's history is empty
STARS = sparse.csr_array(LIKES * RNG.integers(1, 6, LIKES.shape))
LIKES = sparse.csr_array(LIKES)
ORDERED = places([RNG.permutation(20)[: 4 + u % 9] for u in range(60)], 20)
QUICK = {
    "epochs": 2, "batch_size": 64, "batch_steps": 60, "layers": (6,), "hidden": 6,
    "latent": 4, "d": 6, "L": 6, "m": 2, "n_threads": 1, "embedding": 4, "width": 4,
    "n_pseudo": 5,
}  # fmt: skip
HOST = models.MultVAE((6,), 4, epochs=2, batch_size=64, patience=None)
FOLDER = tempfile.TemporaryDirectory()  # until the process ends
SPECIAL = {
    "EASEOnDisk": {"folder": FOLDER.name},
    "GFCF": {"k": 6},
    "FixedWeights": {"weights": np.ones((20, 20)) - np.eye(20)},
    "CEASE": {"tags": np.arange(60).reshape(3, 20) % 7 < 3},
    "AddEASE": {"tags": np.arange(60).reshape(3, 20) % 7 < 3},
    "SDAE": {"hidden": (6, 4)},
    "MultVAE": {"hidden": (6,)},
    "MultDAE": {"hidden": (6,)},
    "MarginalizedDAE": {"hidden": None},
    "ImplicitSLIMNet": {"net": HOST, "init": ImplicitSLIM(l2=3.0, threshold=1)},
}


def make(name):
    """Return an unfitted model of a class, with settings that train in no time."""
    kind = getattr(models, name)
    known = inspect.signature(kind.__init__).parameters
    settings = {key: value for key, value in QUICK.items() if key in known}
    return kind(**settings | SPECIAL.get(name, {}))


def pretrained():
    """Return a NeuMF that begins with two fitted parts."""
    parts = GMF(d=2, epochs=1).fit(LIKES), MLP(d=4, epochs=1).fit(LIKES)
    return NeuMF(d=6, pretrained=parts, epochs=1, batch_size=64)


CLASSES = sorted(
    name
    for name in models.__all__
    if inspect.isclass(kind := getattr(models, name))
    and issubclass(kind, Recommender)
    and hasattr(kind, "fit")
)
MAKERS = {name: lambda name=name: make(name) for name in CLASSES}
MAKERS["NeuMF of two parts"] = pretrained
RATERS = [name for name in CLASSES if make(name).takes_ratings]
NETS = [name for name in MAKERS if "epochs" in MAKERS[name]().get_params()]


def data(model):
    """Return the matrix that a model learns from."""
    if model.takes_ratings:
        return STARS
    return ORDERED if getattr(model, "needs_order", False) else LIKES


def scores(model):
    """Return a fitted model's scores of its own training data."""
    if hasattr(model, "users_"):
        model = model.for_users()
    return model.predict(data(model))


@pytest.fixture(params=MAKERS)
def model(request):
    return MAKERS[request.param]()


def test_every_model_is_tested_here():
    assert {"EASE", "SLIM", "MF", "IALS", "SVAE", "RVAE", "AutoRec"} < set(CLASSES)
    assert set(RATERS) == {
        "GlobalMean", "ItemMean", "Bias", "AutoRec", "DeepRec", "EvenAutoRec"
    }  # fmt: skip
    assert len(CLASSES) > 25


# ---- state ---------------------------------------------------------------------------


class Stumble(Exception):
    """What a fit is made to fail with."""


def stumbling(model, step):
    """Return the model as one whose fit fails when it keeps its n-th attribute."""

    def stumble(self, name, value):
        if name.endswith("_"):
            vars(self)["steps left"] -= 1
            if vars(self)["steps left"] == 0:
                raise Stumble
        object.__setattr__(self, name, value)

    kind = type(type(model).__name__, (type(model),), {"__setattr__": stumble})
    other = copy.deepcopy(model)
    vars(other)["steps left"] = step
    other.__class__ = kind
    return other


def failures(model):
    """Yield what is left of a model after each way in which its fit can fail."""
    for step in range(1, 20):
        other = stumbling(model, step)
        try:
            other.fit(data(model))
        except Stumble:
            vars(other)["steps left"] = 0  # it stumbles no more
            yield other
        else:
            assert step > 1, "no fit has failed"
            return


def test_a_failed_fit_leaves_a_new_model_unfitted(model):
    for failed in failures(model):
        with pytest.raises(NotFittedError):
            failed.predict(data(model))


def test_a_failed_fit_leaves_a_fitted_model_as_it_was(model):
    expected = scores(model.fit(data(model)))
    for failed in failures(model):
        np.testing.assert_array_equal(scores(failed), expected)


def test_a_refused_matrix_leaves_a_fitted_model_as_it_was(model):
    X = data(model)
    expected = scores(model.fit(X))
    wider = sparse.hstack([X, X * np.nan]).tocsr()
    with pytest.raises(ValueError, match="NaN"):
        model.fit(wider)
    np.testing.assert_array_equal(scores(model), expected)


@pytest.mark.parametrize(
    "again",
    [
        lambda model: pickle.loads(pickle.dumps(model)),
        lambda model: joblib.load(io.BytesIO(joblib_bytes(model))),
        copy.deepcopy,
        lambda model: clone(model).fit(data(model)),
    ],
    ids=["pickle", "joblib", "deepcopy", "clone"],
)
def test_a_fitted_model_can_be_saved_and_copied(model, again):
    expected = scores(model.fit(data(model)))
    np.testing.assert_array_equal(scores(again(model)), expected)


def joblib_bytes(model):
    buffer = io.BytesIO()
    joblib.dump(model, buffer)
    return buffer.getvalue()


@pytest.mark.parametrize("output", sorted(models.activations.ACTIVATIONS))
@pytest.mark.parametrize("name", ["AutoRec", "DeepRec"])
def test_nets_of_any_activation_can_be_saved(name, output):
    model = make(name)
    setting = (
        {"activation": output} if name == "DeepRec" else {"activations": (output,) * 2}
    )
    model.set_params(**setting).fit(STARS)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict(STARS), model.predict(STARS))


@pytest.mark.parametrize("name", NETS)
def test_the_seed_gives_the_same_model_in_threads_as_alone(name):
    def trained(_):
        model = MAKERS[name]()
        return scores(model.set_params(epochs=3).fit(data(model)))

    alone = trained(0)
    with ThreadPoolExecutor(3) as pool:
        for together in pool.map(trained, range(3)):
            np.testing.assert_array_equal(together, alone)


# ---- numbers -------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1e18, 1e19, 1e30, 2e37])
def test_numbers_whose_squares_overflow_are_named(model, size):
    with pytest.raises(ValueError, match="do not fit into float32"):
        model.fit(data(model) * np.float32(size))


@pytest.mark.parametrize("size", [1e-30, 1e-12, 1e6, 1e12])
def test_no_size_of_the_numbers_gives_scores_that_are_none(model, size):
    X = data(model) * np.float32(size)
    try:
        model.fit(X)
    except (ValueError, FloatingPointError, np.linalg.LinAlgError) as error:
        assert str(error)
        return
    model = model.for_users() if hasattr(model, "users_") else model
    assert np.isfinite(model.predict(X)).all()


@pytest.mark.parametrize("name", RATERS)
def test_a_rating_of_zero_is_a_rating(name):
    model, shifted = make(name), make(name)
    X = STARS.copy()
    X.data -= 1  # the same opinions from 0 to 4
    assert (X.data == 0).any()
    model.fit(X)
    shifted.fit(STARS)
    if name in ("GlobalMean", "ItemMean", "Bias"):
        ahead = shifted.predict(STARS) - model.predict(X)
        np.testing.assert_allclose(ahead, 1, atol=1e-5)
    else:
        assert model.rating_range_ == (0, 4)
        seen = X.copy()
        seen.data[:] = 1
        assert np.array_equal(model.known_items_, shifted.known_items_)
    # Who has rated an item with 0 is not told to see it.
    lists = model.recommend(X, 20)
    for user, items in enumerate(lists):
        row = X.indices[X.indptr[user] : X.indptr[user + 1]]
        assert not set(row) & set(items[items >= 0])


def test_a_rating_of_zero_counts_in_the_loss():
    zeros = STARS.copy()
    zeros.data[:] = 0
    zeros.data[:5] = 4
    model = (
        make("AutoRec").set_params(epochs=60, lr=0.1, l2=0.0, kind="user").fit(zeros)
    )
    assert model.predict(zeros).mean() < 0.5


# ---- kinds of input ------------------------------------------------------------------

D = LIKES.toarray()
KINDS = {
    "bool": D.astype(bool),
    "int8": D.astype("int8"),
    "uint64": D.astype("uint64"),
    "float16": D.astype("float16"),
    "longdouble": D.astype(np.longdouble),
    "object": D.astype(object),
    "list": D.tolist(),
    "DataFrame": pd.DataFrame(D),
    "DataFrame of another index": pd.DataFrame(D, index=np.arange(60)[::-1]),
    "nullable DataFrame": pd.DataFrame(D).astype("Int64"),
    "csc_matrix": sparse.csc_matrix(D),
    "coo_array": sparse.coo_array(D),
    "lil_matrix": sparse.lil_matrix(D),
    "dia_array": sparse.dia_array(D),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_matrix_is_understood_whatever_its_kind(kind):
    right = EASE(l2=5).fit(LIKES).weights_
    np.testing.assert_array_equal(EASE(l2=5).fit(KINDS[kind]).weights_, right)


named = pd.DataFrame(D)
named.insert(0, "user_id", [f"u{user}" for user in range(60)])
REFUSED = {
    "a column of ids": (named, "The column 'user_id' of X holds no numbers.*drop it"),
    "a pivot table": (pd.DataFrame(np.where(D, D, np.nan)), "X holds NaN"),
    "nullable with NA": (
        pd.DataFrame(D).astype("Int64").replace(0, pd.NA),
        "no matrix",
    ),
    "text": (np.full((3, 3), "x"), "no matrix of numbers"),
    "text of numbers": (np.full((3, 3), "1", dtype=object), "no matrix of numbers"),
    "complex": (np.ones((3, 3), complex), "no matrix of numbers"),
    "times": (np.zeros((3, 3), "datetime64[s]"), "no matrix of numbers"),
    "rows of several lengths": ([[1, 0], [1]], "no matrix of numbers"),
    "nothing": (None, "X is None"),
    "one row": (D[0], "one user"),
    "a number": (3.0, "users x items"),
    "no row": (D[:0], "no user or no item"),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_other_things_are_refused_in_words(model, kind):
    X, words = REFUSED[kind]
    with pytest.raises(ValueError, match=words):
        model.fit(X)


def test_what_predict_gets_is_checked_as_well(model):
    model.fit(data(model))
    model = model.for_users() if hasattr(model, "users_") else model
    with pytest.raises(ValueError, match="no matrix of numbers"):
        model.predict(np.full((60, 20), "x"))
    with pytest.raises(ValueError, match="fitted on 20 items"):
        model.predict(np.ones((60, 21)))


@pytest.mark.parametrize("name", [n for n in NETS if n not in RATERS])
def test_what_early_stopping_watches_is_checked(name):
    model = MAKERS[name]()
    if "val" in inspect.signature(model.fit).parameters:
        with pytest.raises(ValueError, match=r"val is a csr_array.*split\.val"):
            model.fit(data(model), data(model))


@pytest.mark.parametrize("users", [[-1], [60], ["a"], [True, False], [[0]], [1.0]])
@pytest.mark.parametrize("name", ["CDAE", "LiangCDAE", "RVAE"])
def test_users_who_were_not_in_training_are_refused(name, users):
    model = make(name)
    with pytest.raises(NotFittedError):
        model.for_users(users)
    with pytest.raises(ValueError, match="each from 0 to 59"):
        model.fit(LIKES).for_users(users)


@pytest.mark.parametrize("item", ["a", None, 2.5, True, -1, 20])
@pytest.mark.parametrize("name", ["EASE", "SLIM"])
def test_an_item_is_named_by_its_code(name, item):
    model = make(name).fit(LIKES)
    for ask in (
        lambda: model.explain(LIKES[[0]], item),
        lambda: model.similar_items(item),
    ):
        with pytest.raises(ValueError, match="code"):
            ask()


def test_a_dataset_is_no_matrix(model):
    table = pd.DataFrame({"u": [1, 2, 2], "i": [1, 1, 2]})
    with pytest.raises(ValueError, match=r"by a protocol .*or by to_csr"):
        model.fit(read_table(table, "u", "i"))


@pytest.mark.parametrize("name", [n for n in CLASSES if "seed" in make(n).get_params()])
def test_a_seed_is_not_negative(name):
    model = make(name).set_params(seed=-1)
    with pytest.raises(ValueError, match="seed must be a whole number from 0 up"):
        model.fit(data(model))


def numbers(model):
    """Yield the names of the hyper-parameters that are numbers, and whether whole."""
    for name, value in model.get_params(deep=False).items():
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield name, isinstance(value, int)


def test_hyper_parameters_of_the_wrong_kind_are_named(model):
    for name, is_whole in numbers(model):
        wrong = ["500", None, [5], float("nan"), True] + [2.5] * is_whole
        right = model.get_params(deep=False)[name]
        for value in wrong:
            if value is None and name in ("patience", "n_neighbors", "n_negatives"):
                continue
            model.set_params(**{name: value})
            with pytest.raises(ValueError, match=rf"{name} must be a (whole )?number"):
                model.fit(data(model))
        model.set_params(**{name: right})


def test_numbers_of_numpy_are_numbers(model):
    for name, is_whole in numbers(model):
        right = model.get_params(deep=False)[name]
        model.set_params(**{name: (np.int32 if is_whole else np.float32)(right)})
    model.fit(data(model))


@pytest.mark.parametrize("gram", ["sparse", "DataFrame", "list"])
@pytest.mark.parametrize(
    "name", [n for n in CLASSES if "gram" in inspect.signature(make(n).fit).parameters]
)
def test_a_gram_matrix_of_any_kind(name, gram):
    G = (LIKES.T @ LIKES).toarray()
    G = {"sparse": sparse.csr_array(G), "list": G.tolist(), "DataFrame": None}[gram]
    if gram == "DataFrame":
        G = pd.DataFrame((LIKES.T @ LIKES).toarray(), index=np.arange(20)[::-1])
    given, own = make(name).fit(LIKES, gram=G), make(name).fit(LIKES)
    np.testing.assert_array_equal(scores(given), scores(own))


def test_fixed_weights_in_a_table_go_by_position():
    B = RNG.normal(size=(20, 20))
    table = pd.DataFrame(B, index=RNG.permutation(20), columns=RNG.permutation(20))
    found = FixedWeights(table).fit(LIKES).predict(LIKES)
    np.testing.assert_array_equal(found, FixedWeights(B).fit(LIKES).predict(LIKES))


@pytest.mark.parametrize("k", [2.5, "3", None, True, 0, -1])
def test_the_length_of_a_list_is_a_whole_number(k):
    with pytest.raises(ValueError, match="k must be"):
        EASE(l2=5).fit(LIKES).recommend(LIKES, k)
