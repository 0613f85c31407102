"""Widgets: thin shells around pure functions.

A view is a pure function: the values of the controls in, a figure and a sentence out.
`explore` puts controls over it. What a reader can drag, a test can call.
"""

from recnb.widgets.data_and_evaluation import (
    NegativesView,
    UsersView,
    negatives_slider,
    users_slider,
)
from recnb.widgets.ease import LambdaView, lambda_slider
from recnb.widgets.explorer import Explorer, explore
from recnb.widgets.picker import Picker, answer, changes, reasons

__all__ = [
    "Explorer",
    "LambdaView",
    "NegativesView",
    "Picker",
    "UsersView",
    "answer",
    "changes",
    "explore",
    "lambda_slider",
    "negatives_slider",
    "reasons",
    "users_slider",
]
