"""What is timed: the list of cases, with the budget of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from . import autoencoders, embeddings, factors, linear, surroundings


@dataclass(frozen=True)
class Case:
    """Something to time.

    Parameters
    ----------
    name : str
    figure : callable
        Measures it: seconds, or a ratio to something that is timed beside it.
    budget : float
        What it may be on two cores, in `unit`.
    unit : {"s", "x", "GiB"}
    target : float, optional
        What it may be relative to another checkout of the course; None: anything.
    """

    name: str
    figure: Callable[[], float]
    budget: float
    unit: str = "s"
    target: float | None = None


NOT_SLOWER = 1.1  # 1, and as much as two runs of the same code may differ by
CASES = (
    Case("EASE fit / its parts", linear.ease_ratio, 1.3, "x", NOT_SLOWER),
    Case("EASE, a curve of 13 lambdas", linear.curve, 5, "s", 0.2),
    Case("slider: lambda to figure", linear.lambda_slider, 0.5, "s", 0.5),
    Case("the same / potrf + potri", linear.lambda_slider_ratio, 1, "x"),
    Case("slider: diagonal to figure", linear.diagonal_slider, 0.5),
    Case("slider: negative weights to figure", linear.dial, 0.5),
    Case("picker: tick to list", linear.tick, 0.3),
    Case("SLIM fit, l1 = 5", linear.slim, 10, "s", NOT_SLOWER),
    Case("NonNegativeEASE fit", linear.non_negative_ease, 10, "s", NOT_SLOWER),
    Case("SLIT fit", linear.slit, 15),
    Case("GF-CF fit, k = 256", linear.gfcf, 6),
    Case("InfiniteAE fit / EASE fit", linear.infinite_ratio, 3, "x"),
    Case("ItemKNN fit, 12,000 items", linear.item_knn, 10, "s", 0.3),
    Case("ImplicitSLIM, L = 64 / EASE fit", embeddings.implicit_slim_ratio, 0.5, "x"),
    Case("ImplicitSLIM, Gowalla", embeddings.implicit_slim_gowalla, 10),
    Case("the same, memory", embeddings.implicit_slim_memory, 1, "GiB"),
    Case("ALS-MF with ImplicitSLIM, 10 epochs", embeddings.als_mf, 10),
    Case("MF, an epoch with d = 192, m = 8", factors.mf, 1.3, "s", NOT_SLOWER),
    Case("IALS, d = 192 / implicit's, exact", factors.ials_ratio, 0.8, "x"),
    Case("MLP, an epoch with d = 32", factors.mlp_small, 30, "s", 0.4),
    Case("MLP, an epoch with d = 128", factors.mlp_large, 60, "s", 0.4),
    Case("NeuMF, an epoch with d = 48", factors.neumf_small, 40, "s", 0.4),
    Case("NeuMF, an epoch with d = 192", factors.neumf_large, 90, "s", 0.4),
    Case("UltraGCN, an epoch", factors.ultragcn, 8),
    Case("LightGCN, an epoch", factors.lightgcn, 4),
    Case("AutoRec, whole training", autoencoders.autorec, 60, "s", 0.6),
    Case("MultVAE, whole training", autoencoders.multvae, 90, "s", NOT_SLOWER),
    Case("MultVAE, 20 epochs", autoencoders.multvae_epochs, 40, "s", NOT_SLOWER),
    Case("RecVAE, an epoch", autoencoders.recvae, 5.4, "s", NOT_SLOWER),
    Case("SVAE, an epoch", autoencoders.svae, 30, "s", 0.6),
    Case("load + strong_generalization", surroundings.load_and_split, 1, "s", 0.5),
    Case("top-100 metrics, 6,040 x 3,706", surroundings.ranking, 0.3),
    Case("read_table / pandas.read_csv, 1M", surroundings.table_ratio, 3, "x"),
    Case("import recnb", surroundings.import_recnb, 0.3),
)


def choose(parts: Iterable[str] = ()) -> list[Case]:
    """Return the cases whose name contains one of these parts; none given: all.

    Raises
    ------
    ValueError
        If a part is in no name.
    """
    parts = [part.lower() for part in parts]
    for part in parts:
        if not any(part in case.name.lower() for case in CASES):
            known = "; ".join(case.name for case in CASES)
            raise ValueError(f"No case has {part!r} in its name; there are: {known}.")
    return [c for c in CASES if not parts or any(p in c.name.lower() for p in parts)]
