"""Widgets: thin shells around pure functions.

A view is a pure function: the values of the controls in, a figure and a sentence out.
`explore` puts controls over it. What a reader can drag, a test can call.
"""

from recnb.widgets.autoencoder_primer import HiddenUnitsView, hidden_units_sliders
from recnb.widgets.autorec import ChangedRatingView, changed_rating_controls
from recnb.widgets.cdae import NodeView, node_slider
from recnb.widgets.data_and_evaluation import (
    NegativesView,
    UsersView,
    negatives_slider,
    users_slider,
)
from recnb.widgets.deeprec import NetView, net_builder
from recnb.widgets.dot_vs_mlp import MFView, mf_explorer
from recnb.widgets.ease import LambdaView, lambda_slider
from recnb.widgets.explorer import Explorer, explore
from recnb.widgets.learned_dot import (
    GridView,
    PlaneView,
    grid_sliders,
    plane_sliders,
)
from recnb.widgets.multvae import BetaView, beta_slider
from recnb.widgets.negative_weights import (
    DialView,
    FourCurvesView,
    NeighboursView,
    dial_sliders,
    four_curves_slider,
    neighbours_menu,
)
from recnb.widgets.picker import Picker, answer, changes, reasons
from recnb.widgets.serving import CatalogueView, catalogue_slider
from recnb.widgets.svae import HistoryView, history_sliders
from recnb.widgets.zero_diagonal import DiagonalView, diagonal_sliders

__all__ = [
    "BetaView",
    "CatalogueView",
    "ChangedRatingView",
    "DiagonalView",
    "DialView",
    "Explorer",
    "FourCurvesView",
    "GridView",
    "HiddenUnitsView",
    "HistoryView",
    "LambdaView",
    "MFView",
    "NegativesView",
    "NeighboursView",
    "NetView",
    "NodeView",
    "Picker",
    "PlaneView",
    "UsersView",
    "answer",
    "beta_slider",
    "catalogue_slider",
    "changed_rating_controls",
    "changes",
    "diagonal_sliders",
    "dial_sliders",
    "explore",
    "four_curves_slider",
    "grid_sliders",
    "hidden_units_sliders",
    "history_sliders",
    "lambda_slider",
    "mf_explorer",
    "negatives_slider",
    "neighbours_menu",
    "net_builder",
    "node_slider",
    "plane_sliders",
    "reasons",
    "users_slider",
]
