"""`python -m recnb measure`: what the notebooks cost, and where the tests' time goes.

Code cells are counted from 0, as nbval counts them where it reports a failure.
"""
