"""Nets on a device: chosen once, left again, and never two at a time."""

import ast
import pickle
from pathlib import Path
from threading import Thread

import numpy as np
import pytest
import torch
from stand_in import NAME, StandIn, There, teach
from test_all_models import MAKERS, NETS, data, scores
from torch import nn

import recnb
from recnb.data.dot_product_task import Pairs
from recnb.ground.machine import device_of_nets
from recnb.ground.sparse_rows import SparseRows
from recnb.models import CDAE, DAE, SDAE, MultVAE, NeuMF, on_device
from recnb.models.nets import learning, train_net
from recnb.models.similarity import MLPSimilarity

TORCH_NETS = [name for name in NETS if name.split(" ")[0] in recnb.models.NETS]
TORCH_NETS.remove("MF")  # NumPy's
LIKES = data(MAKERS["MultVAE"]())


class Watched:
    """A validation that looks at scores, as early stopping does."""

    def error(self, model):
        return float(np.square(scores(model)).mean())


def fitted(name, val):
    """Return a fitted net, which `val` has judged after each epoch where it can."""
    model = MAKERS[name]()
    if model.takes_ratings:
        return model.fit(data(model))
    who = {"val_users": np.arange(60)} if name == "RVAE" else {}
    return model.fit(data(model), val=val, **who)


# ---- the choice ----------------------------------------------------------------------


@pytest.fixture
def elsewhere(monkeypatch):
    """Let every device be the stand-in."""
    teach(monkeypatch)
    with StandIn():
        yield


def test_the_choice_holds_inside_the_block_and_is_left_with_it(elsewhere):
    assert device_of_nets() == "cpu"
    with on_device("cuda") as name:
        assert name == device_of_nets() == NAME
    assert device_of_nets() == "cpu"
    with pytest.raises(ZeroDivisionError), on_device("cuda"):
        raise ZeroDivisionError
    assert device_of_nets() == "cpu"


def test_blocks_stand_inside_each_other(monkeypatch):
    monkeypatch.setattr("recnb.ground.machine.chosen_device", lambda device: device)
    with on_device("cuda"):
        with on_device("cpu"):
            assert device_of_nets() == "cpu"
        assert device_of_nets() == "cuda"


def test_another_thread_makes_its_own_choice(elsewhere):
    found = []
    with on_device("cuda"):
        thread = Thread(target=lambda: found.append(device_of_nets()))
        thread.start()
        thread.join()
    assert found == ["cpu"]


def test_a_device_that_is_none_is_refused_before_anything_is_computed():
    words = 'device must be "cpu", "cuda"'
    with pytest.raises(ValueError, match=words), on_device("gpu"):
        pytest.fail("nothing may be computed")


def test_a_card_that_is_not_there_is_refused(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    words = "sees 0 graphics cards"
    with pytest.raises(ValueError, match=words), on_device("cuda"):
        pytest.fail("nothing may be computed")
    with on_device("auto") as name:
        assert name == "cpu"


def test_tensors_are_made_on_the_device_only_while_a_net_learns(elsewhere):
    with on_device("cuda"):
        assert torch.get_default_device().type == "cpu"
        with learning(MultVAE()):
            assert torch.get_default_device().type == NAME
        assert torch.get_default_device().type == "cpu"
        with pytest.raises(ZeroDivisionError), learning(MultVAE()):
            raise ZeroDivisionError
        assert torch.get_default_device().type == "cpu"


def test_the_random_state_of_the_device_is_left_as_it_was(elsewhere, monkeypatch):
    restored = []
    monkeypatch.setattr(torch.cuda, "get_rng_state", lambda device: f"of {device}")
    monkeypatch.setattr(
        torch.cuda, "set_rng_state", lambda *both: restored.append(both)
    )
    with on_device("cuda"), learning(MultVAE()):
        assert not restored
    assert restored == [(f"of {NAME}", NAME)]
    with learning(MultVAE()):
        pass
    assert len(restored) == 1  # the processor's block leaves the card alone


def test_a_full_card_is_told_from_a_fault():
    words = r'no room to train MultVAE.*on_device\("cpu"\)'
    with pytest.raises(MemoryError, match=words), learning(MultVAE()):
        raise torch.OutOfMemoryError("CUDA out of memory.")


# ---- the nets ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["MultVAE", "SVAE", "CDAE", "AutoRec"])
def test_the_processor_by_name_gives_the_same_bits(name):
    with on_device("cpu"):
        found = scores(fitted(name, Watched()))
    np.testing.assert_array_equal(found, scores(fitted(name, Watched())))


@pytest.mark.parametrize("name", TORCH_NETS)
def test_a_net_learns_on_one_device_and_comes_home(name, elsewhere):
    # The stand-in draws the processor's random numbers: the nets are the same.
    here = fitted(name, Watched())
    with on_device("cuda"):
        there = fitted(name, Watched())
        np.testing.assert_allclose(scores(there), scores(here), atol=1e-4)
    check_at_home(there)


def test_a_net_that_begins_with_others_takes_them_along(elsewhere):
    first = DAE(hidden=6, epochs=1).fit(LIKES)
    model = SDAE(hidden=(6, 4), epochs=1)
    here = model.fit(LIKES, first=first).predict(LIKES)
    with on_device("cuda"):
        found = model.fit(LIKES, first=first).predict(LIKES)
    np.testing.assert_allclose(found, here, atol=1e-4)
    check_at_home(first)


def test_nodes_are_folded_in_on_the_device(elsewhere):
    model = CDAE(hidden=6, epochs=2).fit(LIKES)
    with on_device("cuda"):
        found = model.fold_in(LIKES)
    np.testing.assert_allclose(found, model.fold_in(LIKES), atol=1e-5)
    check_at_home(model)


def test_a_net_before_its_first_step_comes_home(elsewhere):
    with on_device("cuda"):
        model = NeuMF(d=6).start(LIKES)
        assert scores(model).shape == LIKES.shape
    check_at_home(model)


def test_a_similarity_learns_there(elsewhere):
    rng = np.random.default_rng(0)
    users, items = np.divmod(np.arange(12), 4)
    P, Q = rng.normal(size=(3, 2)), rng.normal(size=(4, 2))
    pairs = Pairs(P, Q, users, items, (P @ Q.T).ravel())
    model = MLPSimilarity(h=2, epochs=2, batch_size=5)
    here = model.fit(pairs, pairs).predict_pairs(pairs)
    with on_device("cuda"):
        found = model.fit(pairs, pairs).predict_pairs(pairs)
    np.testing.assert_allclose(found, here, atol=1e-5)
    np.testing.assert_array_equal(model.predict_pairs(pairs), found)
    assert {weights.device.type for weights in model.module_.parameters()} == {"cpu"}


def test_between_epochs_the_module_is_where_numpy_can_write_into_it(elsewhere):
    model = MultVAE((6,), 4, epochs=2)
    model.module_ = nn.Linear(2, 2, device=NAME)
    seen = []

    def before_epoch(epoch):
        model.module_.weight.detach().numpy()[:] = epoch + 1
        seen.append(torch.zeros(1).device.type)

    with torch.device(NAME):
        weights = model.module_.weight
        train_net(
            model,
            lambda: [model.module_.weight.clone()],
            lambda there: [check_is_there(there) + 0 * weights.sum()],
            torch.optim.SGD(model.module_.parameters(), lr=0.0),
            before_epoch=before_epoch,
        )
    assert seen == ["cpu", "cpu"]


def check_is_there(tensor):
    """Check where what was written has gone; return the mean of it."""
    assert isinstance(tensor, There)
    assert tensor.unique().numel() == 1
    return tensor.mean()


def check_at_home(model):
    """Check that a model is on the processor, with all that it keeps."""
    for kept in vars(model).values():
        if isinstance(kept, nn.Module):
            assert {weights.device.type for weights in kept.parameters()} == {"cpu"}
    before = scores(model)
    np.testing.assert_array_equal(scores(pickle.loads(pickle.dumps(model))), before)


def test_sparse_rows_go_to_a_device_and_are_themselves_where_they_are(elsewhere):
    rows = SparseRows(LIKES)
    assert rows.to(torch.device("cpu")) is rows
    there = rows.to(torch.device(NAME))
    for part in (*there.by_column, there.row_of_cell, there.dense()):
        assert isinstance(part, There)
    np.testing.assert_array_equal(there.dense().cpu(), LIKES.toarray())


# ---- by reading ----------------------------------------------------------------------

ROOMS = Path(recnb.__file__).parent
#: They hand out the net's own memory: a copy from a card would be no such thing.
OWN_MEMORY = "item_embeddings"


def uses(of):
    """Return where the nets' files use an attribute of this name, and of what."""
    found = []
    for file in sorted([*ROOMS.glob("ground/*.py"), *ROOMS.glob("models/*.py")]):
        if file.name == "ease.py":  # sends its matrix itself
            continue
        tree = ast.parse(file.read_text(encoding="utf-8"))
        exempt = [
            node
            for function in ast.walk(tree)
            if isinstance(function, ast.FunctionDef) and function.name == OWN_MEMORY
            for node in ast.walk(function)
        ]
        found += [
            (f"{file.name}:{node.lineno}", node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr == of
            and node not in exempt
        ]
    return found


def test_nothing_comes_from_numpy_past_the_device():
    assert uses("as_tensor")
    assert [place for place, _ in uses("from_numpy")] == []


def test_nothing_goes_to_numpy_but_by_the_processor():
    found = uses("numpy")
    assert len(found) > 8
    assert [
        place for place, of in found if not ast.unparse(of).endswith(".cpu()")
    ] == []


def test_every_net_learns_where_it_is_told_to():
    assert [place for place, _ in uses("seeded")] == []
    for file in sorted(ROOMS.glob("models/*.py")):
        if file.name != "nets.py":
            assert "import seeded" not in file.read_text(encoding="utf-8"), file


# ---- a graphics card, where there is one ---------------------------------------------


@pytest.fixture(params=["cpu", "cuda"])
def device(request):
    """Return a device; the processor shows that the tests themselves are right."""
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("PyTorch sees no graphics card with CUDA")
    return request.param


class Judge:
    """A validation that keeps the scores it has seen, and likes the last ones best."""

    def __init__(self):
        self.seen = []

    def error(self, model):
        self.seen.append(scores(model))
        return -len(self.seen)


@pytest.mark.parametrize("name", TORCH_NETS)
def test_a_net_scores_at_home_as_on_the_device(name, device):
    judge = Judge()
    with on_device(device):
        model = fitted(name, judge)
    check_at_home(model)
    assert np.isfinite(scores(model)).all()
    if not model.takes_ratings:
        np.testing.assert_allclose(scores(model), judge.seen[-1], atol=1e-4)


def test_the_optimizer_goes_on_from_what_was_written_between_epochs(device):
    model, largest = MultVAE((6,), 4, epochs=3, lr=1e-3), []

    def before_epoch(epoch):
        last = model.item_embeddings()[-1]
        largest.append(np.abs(last).max())
        last[:] = 0

    with on_device(device):
        model.fit(LIKES, before_epoch=before_epoch)
    # An epoch is one of Adam's steps, from 0.
    assert largest[0] > 0.1
    assert all(0 < most < 2e-3 for most in largest[1:])
