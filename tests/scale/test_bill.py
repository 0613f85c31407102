"""The bill is the arithmetic of the sizes, and its bytes are those that are held."""

from dataclasses import replace

import numpy as np
import pytest
from scipy import sparse
from sklearn.base import clone

from recnb.experiments.alone import alone, used
from recnb.ground.machine import GIB, MIB
from recnb.models import ALSMF, EASE, ImplicitSLIM, SparseEASE
from recnb.scale import Slopes
from recnb.scale.bill import Rates, bill_table, bills, inverse_seconds

RATES = Rates(
    slopes=Slopes(
        draw=1e-6, read=1e-8, cell=1e-9, pair=1e-7, multiply=3e-7, judge=1e-8, bytes=2.5
    ),
    unequal=1.5,
    inverses=((1000, 0.02), (10_000, 20.0)),
    item=1e-3,
    neighbors=100.0,
    weight_bytes=20.0,
)
DATA = {"n_users": 10**6, "n_items": 10**5, "n_interactions": 2 * 10**7}
MACHINE = {"cores": 4, "memory": 4.0 * GIB, "price": 0.1}


def bill(model, **change):
    return {b.model: b for b in bills(RATES, **DATA | MACHINE | change)}[model]


def test_each_model_by_hand():
    pairs = 1e-7 * 1.5 * 10**6 * 20 * 21 / 2
    dense = bill("EASE")
    assert dense.core_seconds == pytest.approx(pairs + 2e-11 * 1e15)
    assert dense.process_bytes == 4 * 10**10 + 32 * 2 * 10**7
    some = bill("SparseEASE")
    assert some.core_seconds == pytest.approx(pairs + 100)
    entries = 2 * 1.5 * 10**6 * 210 / 10**5
    held = 16 * 2e7 + 512 * entries * 32 + 20 * 100 * 10**5
    assert some.process_bytes == pytest.approx(held)
    factors = bill("MF + ImplicitSLIM")
    epoch = 3 * 3e-7 * 2e7 + 3 * 2e-11 * 64**2 * 1.1e6  # three for each vector
    assert factors.core_seconds == pytest.approx(10 * epoch)
    assert factors.process_bytes == 4 * 64 * 3.6e6 + 16 * 2e7


def test_an_inverse_takes_what_was_measured_and_n_cubed_beyond():
    rates = replace(RATES, inverses=((1000, 0.02), (4000, 5.12)))
    taken = {n: inverse_seconds(rates, n) for n in (500, 1000, 2000, 4000, 8000)}
    assert taken[1000] == pytest.approx(0.02) and taken[4000] == pytest.approx(5.12)
    assert taken[500] == pytest.approx(0.02 / 8)
    assert taken[8000] == pytest.approx(5.12 * 8)
    # Half-way on log scales: by the power of n that leads from one to the other, 4.
    assert taken[2000] == pytest.approx(0.02 * 2**4)


@pytest.mark.parametrize("model", ["EASE", "SparseEASE", "MF + ImplicitSLIM"])
def test_cores_take_time_and_not_money(model):
    one, four = bill(model, cores=1), bill(model)
    assert four.seconds == pytest.approx(one.seconds / 4)
    assert four.money == one.money == pytest.approx(one.core_seconds / 36_000)
    assert bill(model, price=0).money == 0


def test_ten_times_the_items_are_a_hundred_times_the_memory_of_one_model_only():
    more = {"n_items": 10**6}
    assert bill("EASE", **more).process_bytes > 90 * bill("EASE").process_bytes
    for model in ("SparseEASE", "MF + ImplicitSLIM"):
        assert bill(model, **more).process_bytes < 10 * bill(model).process_bytes


def test_vectors_of_half_the_length_take_half_the_products():
    half = bill("MF + ImplicitSLIM", L=32)
    assert half.core_seconds < bill("MF + ImplicitSLIM").core_seconds / 2


def test_what_breaks_first_is_said():
    assert bill("EASE").first_limit == "memory: 9.46 times what there is"
    roomy = {"memory": 400 * GIB}
    assert bill("EASE", **roomy).first_limit == "memory: 9.46% of what there is"
    assert bill("EASE", **roomy, cores=1).first_limit == "time: 23.2% of a day"
    larger = bill("EASE", memory=10**6 * GIB, cores=1, n_items=10**6)
    assert larger.first_limit == "time: 231 days"


def test_the_table_has_a_row_a_model():
    found = bills(RATES, **DATA, **MACHINE)
    table = bill_table(found)
    assert list(table.index) == ["EASE", "SparseEASE", "MF + ImplicitSLIM"]
    assert table.loc["EASE", "GiB a process"] == pytest.approx(37.85, abs=0.01)
    assert table.loc["EASE", "hours"] == pytest.approx(found[0].seconds / 3600)
    assert table.loc["EASE", "core-hours"] == pytest.approx(4 * found[0].seconds / 3600)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({name: 0}, "above 0") for name in (*DATA, "cores", "memory")
    ]
    + [({"price": -1}, "price must be 0 or more"), ({"n_items": 10}, "fewer pairs")],
)  # fmt: skip
def test_sizes_that_cannot_be_are_refused(change, words):
    with pytest.raises(ValueError, match=words):
        bill("EASE", **change)


@pytest.fixture(scope="module")
def X():
    """Return 20 items of 4,000 for each of 40,000 users, by popularity."""
    rng = np.random.default_rng(0)
    share = 1 / (20 + np.arange(4000))
    items = rng.choice(4000, 800_000, p=share / share.sum())
    ones = np.ones(800_000, np.float32)
    X = sparse.csr_array((ones, (np.repeat(np.arange(40_000), 20), items)))
    X.data[:] = 1
    return X


SLIM = ImplicitSLIM(l2=100, threshold=1)


def fitted(model, X):
    """Fit a model in this process; return the model and the MiB that it took."""
    clone(model).fit(X[:, :100])  # what is loaded with the first fit is loaded
    model, use = used(lambda: model.fit(X))
    return model, use["mib"]


@pytest.mark.parametrize(
    ("name", "model"),
    [
        ("EASE", EASE()),
        ("SparseEASE", SparseEASE(threshold=0.1)),
        ("MF + ImplicitSLIM", ALSMF(L=64, epochs=1, init=SLIM, reg=SLIM)),
    ],
)
def test_the_bytes_are_those_of_the_model(name, model, X):
    # In a process of its own: here, memory that other tests gave back is taken again.
    model, mib = alone(fitted, model, X)
    held = X.data.nbytes + X.indices.nbytes + MIB * mib
    rates = RATES
    if name == "SparseEASE":
        rates = replace(RATES, neighbors=model.weights_.nnz / X.shape[1])
    size = {"n_users": X.shape[0], "n_items": X.shape[1], "n_interactions": X.nnz}
    planned = {b.model: b for b in bills(rates, **size, **MACHINE)}[name]
    assert planned.process_bytes == pytest.approx(held, rel=0.5)
