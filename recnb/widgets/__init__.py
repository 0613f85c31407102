"""Widgets: thin shells around pure functions.

A view is a pure function: the values of the controls in, a figure and a sentence out.
`explore` puts controls over it. What a reader can drag, a test can call.
"""

from recnb.widgets.ease import LambdaView, lambda_slider
from recnb.widgets.explorer import Explorer, explore

__all__ = ["Explorer", "LambdaView", "explore", "lambda_slider"]
