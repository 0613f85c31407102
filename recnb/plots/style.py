"""The look of the course: one colour, marker and line style a model.

The colours are the eight of Okabe and Ito (2008), which readers with any common
colour vision can tell apart. There are more models than colours: models that share
a figure have different ones. Marker, hatching and line style say the same thing again,
so that a figure survives a grey printer.
"""

from __future__ import annotations

from dataclasses import dataclass

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY = "#767676"

RC = {
    "figure.figsize": (7.2, 3.6),
    "figure.dpi": 110,
    "figure.facecolor": "white",  # opaque: a dark theme must not shine through
    "savefig.facecolor": "white",
    "axes.facecolor": "white",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#DDDDDD",
    "grid.linewidth": 0.8,
    "font.size": 11,
    "axes.titlesize": 12,
    "axes.titlelocation": "left",
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 6,
}


@dataclass(frozen=True)
class Look:
    """How one model is drawn."""

    color: str
    marker: str | tuple[int, int, float]
    linestyle: str | tuple[int, tuple[float, ...]]
    hatch: str


LOOKS = {
    "Popularity": Look(GREY, "s", ":", ".."),
    "Cooccurrence": Look(ORANGE, "^", "-.", "//"),
    "ItemKNN": Look(GREEN, "v", "--", "\\\\"),
    "EASE": Look(BLUE, "o", "-", ""),
    "LAE": Look(VERMILLION, "X", "--", "oo"),
    "RLAE": Look(PURPLE, "P", "-.", "++"),
    "EDLAE": Look(SKY, "<", "-", "--"),
    "DLAE": Look(ORANGE, ">", "--", "||"),
    "RDLAE": Look(GREEN, "*", "-", "**"),
    "clamped EASE": Look(PURPLE, "d", ":", "xxx"),
    "non-negative EASE": Look(SKY, "h", "-.", "OO"),
    "SLIM": Look(ORANGE, "p", "-", "\\"),
    "signed SLIM": Look(GREEN, "8", ":", "///"),
    "EASE, largest 2%": Look(BLUE, "H", "--", "---"),
    "EASE, largest positive 2%": Look(VERMILLION, "$+$", ":", "..."),
    "SLIT": Look(GREEN, (5, 0, 45), (0, (8, 2)), "\\/"),
    "I-AutoRec": Look(VERMILLION, (4, 0, 44), "-", ""),
    "U-AutoRec": Look(SKY, (3, 0, 2), "--", "//"),
    "EvenAutoRec": Look(GREEN, (5, 0, 2), (0, (4, 1, 2, 1)), "--/"),
    "DeepRec": Look(PURPLE, (5, 1, 4), "-", "///"),
    "deep I-AutoRec": Look(ORANGE, (8, 0, 11), ":", "+"),
    "Bias": Look(GREY, (3, 0, 178), "--", "/"),
    "ItemMean": Look(GREY, (4, 1, 44), "-.", "|"),
    "DAE": Look(PURPLE, (6, 0, 30), "--", "++|"),
    "SDAE": Look(VERMILLION, (3, 0, 60), "-.", "xx"),
    "MarginalizedDAE": Look(GREEN, (4, 0, 22), "-.", "++"),
    "VAE": Look(SKY, (3, 0, 93), ":", "xx"),
    "CDAE": Look(BLUE, (5, 0, 90), "-.", "oo"),
    "LiangCDAE": Look(GREY, (3, 1, 90), "-", "//"),
    "MultVAE": Look(BLACK, (7, 1, 8), "-", "//"),
    "MultDAE": Look(BLUE, (4, 0, 66), ":", "++"),
    "SVAE": Look(VERMILLION, (5, 1, 8), (0, (9, 1.5)), "\\\\"),
    "GRU, no z": Look(ORANGE, (3, 0, 45), (0, (2.5, 1)), "--"),
    "mean, z": Look(GREEN, (6, 0, 12), (0, (6, 1.5, 1, 1.5, 1, 1.5)), "oo"),
    "mean, no z": Look(SKY, (4, 1, 20), (0, (5, 1.5, 5, 1.5, 1, 1.5)), "||"),
    "faded mean, z": Look(PURPLE, (3, 1, 30), (0, (7, 1.5, 2, 1.5, 2, 1.5)), "/o"),
    "small GRU, z": Look(SKY, (3, 1, 75), (0, (4, 1, 4, 1, 1, 1)), "o|"),
    "RVAE": Look(PURPLE, (7, 0, 25), (0, (1, 3)), "**"),
    "MF": Look(VERMILLION, (4, 1, 0), (0, (12, 1)), "\\|"),
    "GMF": Look(ORANGE, (3, 1, 180), (0, (9, 2, 2, 2)), "xx"),
    "MLP": Look(GREEN, (5, 0, 180), (0, (3, 1)), "|||"),
    "NeuMF": Look(PURPLE, (6, 1, 0), (0, (5, 1.5)), "\\"),
    "NeuMF, pretrained": Look(SKY, (4, 1, 45), (0, (7, 1.5, 2, 1.5)), "\\"),
    "iALS": Look(BLACK, (5, 1, 36), (0, (4, 1, 1, 1)), ".."),
    "MF + ImplicitSLIM": Look(PURPLE, r"$\bowtie$", (0, (14, 1, 2, 1)), "oo"),
    "PLRec": Look(ORANGE, (3, 1, 0), (0, (6, 2, 1, 2)), "/|"),
    "LRR": Look(GREEN, (2, 1, 90), (0, (2, 2)), "o"),
    "RecVAE": Look(GREEN, (8, 1, 0), (0, (10, 2)), "--"),
    "HVamp": Look(ORANGE, (6, 0, 0), (0, (5, 2, 1, 2)), ".."),
    "UltraGCN": Look(SKY, (5, 0, 0), (0, (3, 1.5)), "++"),
    "LightGCN": Look(GREY, (7, 0, 0), (0, (4, 2)), "xx"),
    "GFCF": Look(PURPLE, (4, 0, 0), (0, (8, 1, 1, 1, 1, 1)), ".."),
    "CEASE": Look(VERMILLION, (3, 0, 0), (0, (6, 2, 2, 2)), "++"),
    "AddEASE": Look(GREEN, (4, 0, 45), (0, (1, 1)), "xx"),
    "InfiniteAE": Look(PURPLE, (3, 0, 180), (0, (11, 1.5, 3, 1.5)), "--|"),
    "SparseEASE": Look(SKY, (6, 2, 0), (0, (3, 1, 1, 1, 1, 1)), "//|"),
    "EASE on a disk": Look(VERMILLION, r"$\boxplus$", (0, (2, 3)), "||"),
    "scaled EASE": Look(ORANGE, r"$\otimes$", (0, (5, 3)), "\\|"),
    "sansa": Look(BLACK, (3, 2, 0), (0, (3, 2)), "o-"),
    "Published": Look(BLACK, "D", "--", "xx"),
}


def look(model: str) -> Look:
    """Return the look of a model, by the name that it has in figures.

    Raises
    ------
    ValueError
        If the model has none yet.
    """
    try:
        return LOOKS[model]
    except KeyError:
        known = ", ".join(LOOKS)
        raise ValueError(
            f"{model!r} has no look yet ({known} have one); add it to "
            "recnb/plots/style.py, so that it is the same in every lesson."
        ) from None


#: Decorator: whatever the function draws, it draws in the style of the course.
styled = mpl.rc_context(RC)


def new_figure(**size: float) -> tuple[Figure, Axes]:
    """Return an empty figure with one axis.

    The figure is not known to pyplot: nothing draws it but `recnb.plots.show`, and
    nothing has to close it.

    Parameters
    ----------
    width, height : float, optional
        In inches.
    """
    width, height = RC["figure.figsize"]
    figsize = (size.get("width", width), size.get("height", height))
    fig = Figure(figsize=figsize, layout="constrained")
    return fig, fig.add_subplot()
