"""Who competes, and from which ranges each model's settings are drawn.

A `Contestant` has a name, ranges, and a function that builds an unfitted model. The
ranges are the same on every dataset, and wide: on each a model has to find its own.
Lesson 15's search and the contest on a reader's own data draw from them. A contestant
can be handed to another process, so that what builds it is no lambda.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
from scipy import sparse

from recnb.evaluation import Split
from recnb.models import (
    ALSMF,
    CDAE,
    EASE,
    GFCF,
    IALS,
    LRR,
    RDLAE,
    SLIM,
    Cooccurrence,
    HVamp,
    ImplicitSLIM,
    InfiniteAE,
    ItemKNN,
    LiangCDAE,
    MultDAE,
    MultVAE,
    PLRec,
    Popularity,
    RecVAE,
    gram_matrix,
)
from recnb.models.arc_cosine import relu_kernel
from recnb.models.base import Recommender
from recnb.models.cdae import VARIANTS

Settings = dict[str, object]


@dataclass(frozen=True)
class Between:
    """A range that is drawn from evenly on a logarithmic scale, to three digits.

    Parameters
    ----------
    low, high : float
        Its ends.
    whole : bool
        Whether the number is rounded.
    """

    low: float
    high: float
    whole: bool = False

    def draw(self, rng: np.random.Generator) -> float:
        """Return one number."""
        number = float(f"{np.exp(rng.uniform(*np.log([self.low, self.high]))):.3g}")
        return round(number) if self.whole else number


@dataclass(frozen=True)
class OneOf:
    """Some values, each as likely as the others."""

    values: tuple[object, ...]

    def draw(self, rng: np.random.Generator) -> object:
        """Return one of the values."""
        return self.values[rng.integers(len(self.values))]


@dataclass(frozen=True)
class Contestant:
    """A model of the contest.

    Parameters
    ----------
    name : str
    kind : str
        How it is made: "closed form", "convex", "alternating", "kernel" or "net". The
        first two kinds are linear in the history.
    build : function of the settings
        Returns the unfitted model.
    ranges : mapping of str to Between or OneOf
        Of the settings.
    """

    name: str
    kind: str
    build: Callable[..., Recommender]
    ranges: Mapping[str, Between | OneOf] = field(default_factory=dict)

    def draw(self, trial: int) -> Settings:
        """Return the settings of a trial; the same number gives the same settings."""
        rng = np.random.default_rng([zlib.crc32(self.name.encode()), trial])
        return {name: span.draw(rng) for name, span in self.ranges.items()}


class ItemsNTK(EASE):
    """EASE on the tangent kernel of the items, as in lesson 14.

    Parameters
    ----------
    l2 : float
        Penalty λ.
    depth : int
        Hidden layers of the infinitely wide net.
    """

    def __init__(self, l2: float = 500.0, depth: int = 1) -> None:
        super().__init__(l2)
        self.depth = depth

    def fit(self, X: sparse.csr_array) -> ItemsNTK:
        """Solve EASE with the kernel in place of the items' inner products."""
        G = gram_matrix(X).astype(float)
        return super().fit(X, relu_kernel(G, np.diag(G), np.diag(G), self.depth))


def ridge(**settings: object) -> InfiniteAE:
    """Return ridge regression in its dual form: users vote, no zero diagonal."""
    return InfiniteAE(kernel="linear", **settings)


def mf_and_implicit_slim(
    l2: float, alpha: float, threshold: int, **settings: object
) -> ALSMF:
    """Return lesson 13's MF with ImplicitSLIM as initialiser and regulariser."""
    slim = ImplicitSLIM(l2, alpha, threshold)
    return ALSMF(init=slim, reg=slim, **ROUNDS, **settings)


def cdae(**settings: object) -> CDAE:
    """Return the paper's M4 without the user node, which strangers have not."""
    return CDAE(**VARIANTS["M4"], user_node=False, epochs=60, patience=5, **settings)


def liang_cdae(**settings: object) -> LiangCDAE:
    """Return what Liang et al. call CDAE, without the user node."""
    return LiangCDAE(user_node=False, epochs=60, patience=5, **settings)


def fit(model: Recommender, split: Split) -> bool:
    """Fit a model, and return whether its training stayed finite.

    One with epochs to stop after watches the validation users.

    Raises
    ------
    KeyboardInterrupt
        If the training was interrupted: half a training is no result.
    """
    watched = (split.val,) if hasattr(model, "patience") else ()
    try:
        model.fit(split.train, *watched)
    except FloatingPointError:
        return False
    if getattr(getattr(model, "log_", None), "stopped", "") == "interrupted":
        raise KeyboardInterrupt
    return True


#: MF takes at most so many epochs, and two more than the best on validation users.
ROUNDS = {"epochs": 20}
OF_MF = {
    "L": Between(16, 512, whole=True),
    "r_p": Between(1, 200),
    "r_q": Between(0.5, 200),
}
OF_SLIM = {
    "s_q": Between(3, 100),
    "l2": Between(20, 1500),
    "alpha": Between(0.1, 10),
    "threshold": OneOf((5, 20, 50)),
}
LIKELIHOOD = OneOf(("multinomial", "logistic", "gaussian"))
OF_NET = {
    "dropout": Between(0.1, 0.7),
    "lr": Between(1e-3, 1e-2),
    "batch_size": OneOf((50, 100, 200)),
}

CONTESTANTS = (
    Contestant("Popularity", "closed form", Popularity),
    Contestant("Cooccurrence", "closed form", Cooccurrence),
    Contestant(
        "ItemKNN",
        "closed form",
        ItemKNN,
        {
            "n_neighbors": Between(5, 500, whole=True),
            "alpha": Between(0.05, 1),
            "shrink": Between(1, 200),
        },
    ),
    Contestant("ridge", "closed form", ridge, {"l2": Between(0.05, 50)}),
    Contestant("EASE", "closed form", EASE, {"l2": Between(5, 3000)}),
    Contestant(
        "RDLAE",
        "closed form",
        RDLAE,
        {
            "l2": Between(5, 3000),
            "dropout": Between(0.01, 0.7),
            "xi": Between(0.01, 1),
        },
    ),
    Contestant(
        "EASE on items' NTK",
        "closed form",
        ItemsNTK,
        {"l2": Between(2, 3000), "depth": OneOf((1, 2, 3, 5))},
    ),
    Contestant(
        "∞-AE",
        "kernel",
        InfiniteAE,
        {"l2": Between(0.05, 50), "depth": OneOf((1, 2, 3, 5, 7, 10))},
    ),
    Contestant(
        "GF-CF",
        "closed form",
        GFCF,
        {"k": Between(16, 512, whole=True), "alpha": Between(0.03, 300)},
    ),
    Contestant(
        "LRR",
        "closed form",
        LRR,
        {"L": Between(16, 512, whole=True), "l2": Between(10, 10_000)},
    ),
    Contestant(
        "PLRec",
        "closed form",
        PLRec,
        {
            "L": Between(16, 512, whole=True),
            "r_q": Between(1, 3000),
            "power": Between(0.02, 0.5),
        },
    ),
    Contestant(
        "SLIM", "convex", SLIM, {"l1": Between(0.03, 30), "l2": Between(1, 2000)}
    ),
    Contestant("MF", "alternating", partial(ALSMF, **ROUNDS), OF_MF),
    Contestant(
        "MF + ImplicitSLIM", "alternating", mf_and_implicit_slim, OF_MF | OF_SLIM
    ),
    Contestant(
        "iALS",
        "alternating",
        IALS,
        {
            "d": Between(32, 256, whole=True),
            "l2": Between(3e-4, 0.1),
            "alpha0": Between(0.03, 1),
            "epochs": Between(4, 20, whole=True),
        },
    ),
    Contestant(
        "CDAE",
        "net",
        cdae,
        {
            "hidden": Between(50, 500, whole=True),
            "corruption": Between(0.1, 0.8),
            "n_negatives": Between(2, 20, whole=True),
            "lr": Between(0.03, 0.3),
        },
    ),
    Contestant(
        "CDAE (Liang)",
        "net",
        liang_cdae,
        {
            "hidden": Between(50, 500, whole=True),
            "corruption": Between(0.1, 0.8),
            "c1": Between(1, 20),
            "lr": Between(3e-4, 3e-3),
            "batch_size": OneOf((50, 100, 200)),
        },
    ),
    Contestant(
        "MultDAE",
        "net",
        partial(MultDAE, epochs=150, patience=8),
        {
            "hidden": OneOf(((), (600,))),
            "latent": Between(100, 400, whole=True),
            "likelihood": LIKELIHOOD,
            "c1": OneOf((2, 5, 10)),
            **OF_NET,
        },
    ),
    Contestant(
        "MultVAE",
        "net",
        partial(MultVAE, epochs=150, patience=8),
        {
            "hidden": OneOf(((), (600,))),
            "latent": Between(100, 400, whole=True),
            "likelihood": LIKELIHOOD,
            "c1": OneOf((1, 2, 5, 10)),
            "beta": Between(0.005, 1),
            **OF_NET,
        },
    ),
    Contestant(
        "RecVAE",
        "net",
        partial(RecVAE, epochs=150, patience=8),
        {
            "hidden": Between(200, 600, whole=True),
            "latent": Between(100, 400, whole=True),
            "likelihood": LIKELIHOOD,
            "c1": OneOf((1, 2, 5, 10)),
            "gamma": Between(0.001, 0.02),
            "dropout": Between(0.1, 0.7),
            "lr": Between(2e-4, 5e-3),  # the authors have 0.0005, in batches of 500
            "batch_size": OneOf((100, 200, 500)),
        },
    ),
    Contestant(
        "H+Vamp",
        "net",
        partial(HVamp, epochs=40, patience=6),
        {
            "hidden": Between(150, 600, whole=True),
            "latent": Between(50, 200, whole=True),
            "n_pseudo": Between(50, 500, whole=True),
            "likelihood": LIKELIHOOD,
            "c1": OneOf((2, 5, 10)),
            "beta": Between(0.02, 0.5),
            "anneal_epochs": OneOf((5, 10, 20)),
            **OF_NET,
        },
    ),
)
BY_NAME = {contestant.name: contestant for contestant in CONTESTANTS}

#: What each model is, in a line.
WHAT = {
    "Popularity": "the same list for all: what most people like",
    "Cooccurrence": "adds up how often films are liked together",
    "ItemKNN": "the same, divided by popularity; the nearest films only",
    "ridge": "predicts each film from all films by least squares, with a penalty",
    "EASE": "the same, but no film may predict itself",
    "RDLAE": "EASE that expects missing likes, and lets a film predict itself a little",
    "EASE on items' NTK": "EASE with films compared by a wide net's kernel",
    "∞-AE": "ridge with users compared by the kernel of a net of 1 to 10 wide layers",
    "GF-CF": "smooths likes over the graph of users and films",
    "LRR": "ridge with a weight matrix of low rank",
    "PLRec": "ridge from the main directions of the likes to the films",
    "SLIM": "EASE with weights of 0 or more, most of them 0",
    "MF": "a vector for each user and film; their product is the score",
    "MF + ImplicitSLIM": "the same, with films' vectors drawn to EASE's neighbours",
    "iALS": "the same as MF, with unseen films weighed lightly",
    "CDAE": "net of one hidden layer; restores hidden likes; samples what is not liked",
    "CDAE (Liang)": "a net of one hidden layer with square loss, all films",
    "MultDAE": "a net of one or three hidden layers; restores hidden likes",
    "MultVAE": "the same with a code that is drawn at random, and a price for it",
    "RecVAE": "a deep net with such a code, whose price looks back at older codes",
    "H+Vamp": "a deep net with gates and such a code; made-up users set its price",
}

#: What each setting is, in a few words; "x of M" is what x is in model M.
SETTINGS = {
    "l2": "penalty λ on large weights",
    "l1": "penalty that makes weights 0",
    "n_neighbors": "neighbours that a film keeps",
    "alpha of ItemKNN": "how far popularity is divided out",
    "shrink": "what is added before dividing",
    "dropout": "share of likes that are dropped",
    "xi": "bound on the diagonal: 0 is EASE's, 1 is none",
    "depth": "hidden layers",
    "k": "directions that are kept",
    "alpha of GF-CF": "weight of the directions that are kept",
    "L": "length of the vectors",
    "power": "how much less a popular film counts",
    "r_p": "penalty on users' vectors; only r_p times r_q counts",
    "r_q": "penalty on films' vectors; only r_p times r_q counts",
    "r_p of MF + ImplicitSLIM": "penalty on users' vectors",
    "r_q of MF + ImplicitSLIM": "penalty on films' vectors",
    "r_q of PLRec": "penalty on films' vectors",
    "s_q": "pull towards ImplicitSLIM's vectors",
    "alpha": "how near ImplicitSLIM stays to a film's own vector",
    "threshold": "users that a film needs, for ImplicitSLIM to go by it",
    "d": "length of the vectors",
    "alpha0": "weight of what is not liked",
    "epochs": "passes over the data",
    "hidden": "width of the hidden layer",
    "latent": "length of the code",
    "corruption": "share of likes that are hidden",
    "n_negatives": "films drawn as not liked, for each like",
    "c1": "weight of a like",
    "likelihood": "what a like is taken for",
    "beta": "weight of the code's price",
    "gamma": "weight of the code's price, for each like",
    "n_pseudo": "made-up users",
    "anneal_epochs": "epochs in which the price rises",
    "lr": "learning rate",
    "batch_size": "users a step",
}


def what_it_is(model: str, setting: str) -> str:
    """Return what a setting of a model is, in a few words."""
    return SETTINGS.get(f"{setting} of {model}") or SETTINGS[setting]
