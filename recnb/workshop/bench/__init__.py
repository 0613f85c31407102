"""`python -m recnb bench`: whether the course is as fast as it shall be.

`cases` is the list of what is timed; the files beside it do the timing. `budgets`
measures on this machine, `against` in turn with another checkout of the course.

What is timed runs with the models of either checkout, always timed by this one's code:
so the cases import each other relatively, and `recnb` is whichever the process has. A
case imports a model inside its function, so that a checkout without it lacks that case
and no other.
"""
