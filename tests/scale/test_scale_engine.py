"""Tasks on Dask: a sum in a fixed order, lost workers, errors, progress."""

import itertools
import os
import threading
import time
from contextlib import contextmanager
from functools import partial
from operator import add

import numpy as np
import psutil
import pytest

from recnb.data import CorruptDatasetError
from recnb.models import gram_matrix
from recnb.scale import (
    WorkerLostError,
    World,
    cluster,
    deadly,
    sparse_gram,
    write_world,
)
from recnb.scale.engine import NOBODY_ELSE, Work, map_reduce
from recnb.scale.gram import Panel, chunks, panel_sum
from recnb.scale.shelf import fetched, shelf

distributed = pytest.importorskip("distributed", reason="Dask is not installed")
dask = pytest.importorskip("dask")


@contextmanager
def threads(n):
    """Yield a client of n workers that are threads of this process."""
    with (
        distributed.LocalCluster(
            n_workers=n,
            threads_per_worker=1,
            processes=False,
            dashboard_address=NOBODY_ELSE,
        ) as local,
        distributed.Client(local) as client,
    ):
        yield client


def test_the_sum_has_brackets_that_depend_on_the_number_of_pieces_alone():
    def both(a, b):
        return f"({a}{b})"

    found = [map_reduce(str, range(n), both, None, "sum") for n in (1, 2, 3, 5, 8)]
    expected = ["0", "(01)", "((01)2)", "(((01)(23))4)", "(((01)(23))((45)(67)))"]
    assert found == expected
    with threads(3) as client:
        assert map_reduce(str, range(8), both, client, "sum") == expected[-1]


def test_a_sum_of_floats_is_the_same_bits_for_one_worker_and_for_several():
    def numbers(piece):
        return np.random.default_rng(piece).normal(size=50) * 10.0**piece

    here = map_reduce(numbers, range(13), add, None, "sum")
    for n in (1, 3):
        with threads(n) as client:
            there = map_reduce(numbers, range(13), add, client, "sum")
        np.testing.assert_array_equal(there, here)
    other_order = sum(numbers(k) for k in range(13))
    assert (other_order != here).any()  # it is not the same for any order


def test_results_come_with_their_numbers():
    work = Work("squares")
    values = [work.then(str, value) for value in work.each(abs, [-3, -2, -1])]
    assert list(work.results(values, None)) == [(0, "3"), (1, "2"), (2, "1")]
    with threads(2) as client:
        work = Work("squares")
        values = [work.then(str, value) for value in work.each(abs, [-3, -2, -1])]
        assert dict(work.results(values, client)) == {0: "3", 1: "2", 2: "1"}


def test_progress_counts_pieces(monkeypatch, tmp_path):
    steps = []

    class Counted:
        def __init__(self, what, total):
            self.done = 0
            steps.append((what, total))

        def __enter__(self):
            return self

        def __exit__(self, *_):
            pass

        def step(self):
            self.done += 1
            steps.append(self.done)

    monkeypatch.setattr("recnb.scale.engine.Progress", Counted)
    assert map_reduce(abs, [-1, -2, -3], add, None, "adding") == 6
    assert steps == [("adding", 3), 1, 2, 3]

    steps.clear()

    def wait(piece):  # for a file of its name
        for _ in range(3000):
            if (tmp_path / str(piece)).exists():
                return piece
            time.sleep(0.01)
        raise TimeoutError

    with threads(3) as client:
        work = Work("waiting")
        values = work.each(wait, [0, 1, 2])
        results = work.results([values[0], work.sum(values[1:], add)], client)
        asked = threading.Thread(target=lambda: steps.append(list(results)))
        asked.start()
        (tmp_path / "0").touch()
        while 1 not in steps and asked.is_alive():
            asked.join(0.05)
        assert steps == [("waiting", 3), 1]  # one is done, two are not
        (tmp_path / "1").touch()
        while 2 not in steps and asked.is_alive():
            asked.join(0.05)
        # The first result was fetched, and its task is forgotten, but it counts.
        assert steps == [("waiting", 3), 1, 2]
        (tmp_path / "2").touch()
        asked.join()
    assert [(0, 0), (1, 3)] in steps


def test_an_error_of_a_task_arrives_as_it_is(parts):
    parts[7].path.write_bytes(b"PAR1")
    with pytest.raises(CorruptDatasetError, match=r"part-00007.*damaged"):
        sparse_gram(parts, 2)
    with (
        threads(2) as client,
        pytest.raises(CorruptDatasetError, match=r"part-00007.*damaged"),
    ):
        sparse_gram(parts, 2, client=client)


def listens_to():
    """Return the addresses on which this process and its workers can be reached."""
    me = psutil.Process()
    sockets = [
        c for p in (me, *me.children(recursive=True)) for c in p.net_connections()
    ]
    return {c.laddr.ip for c in sockets if c.status == psutil.CONN_LISTEN}


def test_a_worker_that_is_ended_half_way_costs_time_and_not_the_result(
    data, parts, tmp_path
):
    panel, marker = Panel(0, 60), tmp_path / "dead"
    task = partial(panel_sum, panel=panel, ratings=True)
    here = map_reduce(task, chunks(parts, 10), add, None, "Gram matrix")
    pieces = chunks(deadly(parts, 6, marker), 10)
    with cluster(workers=1, memory="1GB") as client:
        before = list(client.run(os.getpid).values())
        assert listens_to() == {"127.0.0.1"}
        there = map_reduce(task, pieces, add, client, "Gram matrix")
        after = list(client.run(os.getpid).values())
    assert marker.exists() and before != after
    # The worker was the only one: what it had added up was lost, too.
    np.testing.assert_array_equal(there, here)
    np.testing.assert_allclose(there, gram_matrix(data.to_csr()), rtol=1e-6)


def test_whoever_has_made_a_deadly_part_can_read_it(parts, tmp_path):
    marker = tmp_path / "dead"
    dangerous = deadly(parts, 2, marker)
    assert len(dangerous) == len(parts) and not marker.exists()
    for one, other in zip(dangerous, parts, strict=True):
        np.testing.assert_array_equal(one.read().toarray(), other.read().toarray())
    assert not marker.exists()
    with pytest.raises(IndexError):
        deadly(parts, len(parts), marker)
    marker.touch()
    with pytest.raises(ValueError, match="name another file"):
        deadly(parts, 2, marker)


def test_a_task_that_ends_every_worker_is_an_error_in_words():
    def deadly(piece):
        os._exit(1)

    with (
        dask.config.set({"distributed.scheduler.allowed-failures": 0}),
        cluster(workers=1, memory="1GB") as client,
        pytest.raises(WorkerLostError, match=r"doomed: a task has ended.*memory"),
    ):
        map_reduce(deadly, [0], add, client, "doomed")


def test_a_cluster_is_reached_by_its_address(tmp_path):
    world = World(n_users=300, n_items=80, n_groups=10, users_per_block=100)
    with threads(2) as client:
        address = client.scheduler.address
        with cluster(address=address) as connected:
            there = write_world(world, tmp_path / "there", connected)
    here = write_world(world, tmp_path / "here")
    for one, other in itertools.zip_longest(there, here):
        assert one.path.read_bytes() == other.path.read_bytes()


def test_what_all_tasks_need_lies_in_a_file_as_long_as_it_is_needed(tmp_path):
    with shelf(tmp_path, {"a": np.arange(3)}) as path:
        np.testing.assert_array_equal(fetched(path)["a"], [0, 1, 2])
        assert path.is_file()
    assert not list(tmp_path.iterdir())
    with pytest.raises(ZeroDivisionError), shelf(tmp_path, 1):
        raise ZeroDivisionError
    assert not list(tmp_path.iterdir())


def test_a_shelf_that_cannot_be_written(tmp_path):
    from recnb.scale import DiskError

    with (
        pytest.raises(DiskError, match=r"could not be written.*Make room"),
        shelf(tmp_path / "nowhere", 1),
    ):
        pass
