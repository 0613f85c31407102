"""A contest of all models on data of one's own: `python -m recnb compare`.

    recnb.showdown(recnb.read_table("orders.csv", "customer", "product"), minutes=20)

One job: interactions go in; a table, a page and what to trust of them come out.

=================  ==================================================================
``showdown``       the way in: `showdown`, and the `Contest` that it returns
``protocol``       what a like is, which items stay, and the split
``search``         whose turn it is, within its share of the minutes
``trials``         the process that fits and judges, and can be ended at any moment
``reasons``        three people, their recommendations, and what speaks for them
``folder``         what is written, whole or not at all, and read again
``verdict``        the table, paired differences, and the answer
``trust``          what to trust and what not, a rule each
``page``           the HTML page
=================  ==================================================================
"""

from recnb.contest.showdown import Contest, showdown

__all__ = ["Contest", "showdown"]
