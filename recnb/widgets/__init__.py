"""Widgets: thin shells around pure functions.

A view is a pure function: the values of the controls in, a figure and a sentence out.
`explore` puts controls over it. What a reader can drag, a test can call.

Some views train a net, and torch takes seconds to import: a module is imported when one
of its names is first asked for.
"""

from importlib import import_module

#: Module -> what it offers.
MODULES = {
    "at_scale": ("BillView", "TradeView", "bill_fields", "trade_slider"),
    "autoencoder_primer": ("HiddenUnitsView", "hidden_units_sliders"),
    "autorec": ("ChangedRatingView", "changed_rating_controls"),
    "cdae": ("NodeView", "node_slider"),
    "data_and_evaluation": (
        "NegativesView",
        "UsersView",
        "negatives_slider",
        "users_slider",
    ),
    "deeprec": ("NetView", "net_builder"),
    "dot_vs_mlp": ("MFView", "mf_explorer"),
    "ease": ("LambdaView", "lambda_slider"),
    "explorer": ("Explorer", "explore"),
    "implicit_slim": ("HostView", "PullView", "host_sliders", "pull_sliders"),
    "infinitely_wide": ("KernelView", "kernel_sliders"),
    "learned_dot": ("GridView", "PlaneView", "grid_sliders", "plane_sliders"),
    "multvae": ("BetaView", "beta_slider"),
    "negative_weights": (
        "DialView",
        "FourCurvesView",
        "NeighboursView",
        "dial_sliders",
        "four_curves_slider",
        "neighbours_menu",
    ),
    "other_hosts": ("FilterView", "filter_sliders"),
    "picker": ("Picker", "answer", "changes", "reasons"),
    "serving": ("CatalogueView", "catalogue_slider"),
    "showdown": (
        "AxesView",
        "MinutesView",
        "TableView",
        "axes_menus",
        "minutes_slider",
        "table_menus",
    ),
    "svae": ("HistoryView", "history_sliders"),
    "zero_diagonal": ("DiagonalView", "diagonal_sliders"),
}
HOME = {name: module for module, names in MODULES.items() for name in names}

__all__ = list(HOME)


def __getattr__(name: str):
    if name in HOME:
        return getattr(import_module(f"recnb.widgets.{HOME[name]}"), name)
    raise AttributeError(f"module 'recnb.widgets' has no attribute {name!r}")
