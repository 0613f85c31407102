"""What makes a notebook a lesson, and nothing of what it teaches.

This room knows no model and no dataset: it takes values and gives words.
"""

from recnb.lesson.claims import claim

__all__ = ["claim"]
