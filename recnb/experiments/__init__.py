"""Long runs whose results are stored: what takes longer than a notebook may.

    python -m recnb run                    # what there is
    python -m recnb run negative_weights   # run it, or what is missing of it

An experiment is a list of cases, such as one for each dataset and split seed. Each case
that is done is in ``data/results/NAME.csv`` at once, so that a run can be interrupted
and taken up again. Notebooks read the file with `results`, and say so.

====================  ==================================================================
``catalogue``         all that there are, by name
``runner``            cases in, a csv file out; resuming, progress, interruption
``shown``             the dashboard: every stored run, for the eye
``tuning``            choose each model's settings on validation users, judge on test
``diagonal``          lesson 09: with and without the zero diagonal, and in between
``negative_share``    lesson 10: how many weights are negative, where and when
``negative_weights``  lesson 10: clamped, non-negative, sparse and signed models
``rating_tuning``     the same for models of ratings: choose on validation ratings
``autorec``           lesson 03: the paper's tables, rows of ratings, hidden units
``deeprec``           lesson 04: learning curves, and DeepRec tuned against its rivals
``deeprec_controls``  lesson 04: learning curves of nets with one thing changed
``cdae``              lesson 05: the user node, noise, negatives, tied weights;
                      with ``_parts``, instruments that take a net apart
``multvae``           lesson 06: likelihoods, weights of the KL divergence, the clinic;
                      with ``_controls``: more epochs
``order``             lesson 07: tools to shuffle, cut and examine histories
``svae``              lesson 07: the split, the order, the sampling, ties in time;
                      with ``_controls``: memories that fade, and a small one
``ials``              lesson 11: least squares tuned, and by another library
``learned_dot``       lesson 12: how well an MLP learns a dot product;
                      with ``_controls``: stopped early, other rates, more width
``serving``           lesson 12: what one list costs, by the size of the catalogue
``implicit_slim``     lesson 13: hosts with and without ImplicitSLIM, by their length;
                      with ``_cost``, ``_cut``, ``_gowalla``, ``_nets``, ``_users`` and
                      ``_variants`` behind it, rooms of their own
``other_hosts``       lesson 13b: RecVAE and H+Vamp with ImplicitSLIM; MultVAE
``graph_filter``      lesson 13b: GF-CF, its directions and their weight
``graph_nets``        lesson 13b: LightGCN, and UltraGCN with ImplicitSLIM
``metadata``          lesson 13b: genres and years for EASE and for ImplicitSLIM
``infinite_ae``       lesson 14: the kernels of infinitely wide nets, beside ridge;
                      with ``_known``, where a training user's own vote is left out
``showdown``          lesson 15: the search, every trial stored with its seconds
``tuning_minutes``    lesson 15: what a search holds after so many minutes
``showdown_table``    lesson 15: quality, popularity, time, memory and size
``peers``             lesson 15: other libraries' models beside ours; ``peers_metrics``
                      their metrics, ``peers_controls`` why one is ahead, and
                      ``peers_shown`` and ``peers_page`` all as tables
``at_scale``          lesson 16: users by the million, block by block, on Dask
``dot_vs_mlp``        lesson 11: MF, GMF, MLP and NeuMF under the NCF protocol
``ncf_weights``       lesson 11: the nets that NCF's authors trained, on our lists
``ncf_search``        lesson 11: settings of nets that draw no seen film as a negative
``ncf_nets``          lesson 11: these nets at each published size, read in two ways
``autorec_films``     lesson 03: item against user when films are taken away
``autorec_inputs``    lesson 03: step sizes, and a bent net over the root
``autorec_leak``      lesson 03: the test ratings as input, honest and published nets
``autorec_pairs``     lesson 03: item against user, where no star hangs on other films
``scale_cost``        lesson 16: EASE's seconds and memory, by the size of the catalogue
``scale_penalty``     lesson 16: EASE's penalty on Gowalla, on validation users
``scale_quality``     lesson 16: EASE, SparseEASE and LRR: quality, seconds and memory
``scale_update``      lesson 16: new users by Woodbury's identity, beside learning anew
``scale_serving``     lesson 16: lists in users a second, dense, sparse, by an index
``scale_sansa``       lesson 16: the package sansa as a model, where it is installed
``scale_trade``       lesson 16: SparseEASE's forms beside EASE, out of stored rows
``scale_bill``        lesson 16: what the calculator of costs goes by
``alone``             what an action costs, in a process of its own
====================  ==================================================================

To read results needs no net: the experiments, and torch with them, are imported when
`EXPERIMENTS` is first asked for.
"""

from recnb.experiments.runner import Experiment, results, run

__all__ = ["EXPERIMENTS", "Experiment", "results", "run"]


def __getattr__(name: str):
    if name == "EXPERIMENTS":
        from recnb.experiments.catalogue import EXPERIMENTS

        return EXPERIMENTS
    raise AttributeError(f"module 'recnb.experiments' has no attribute {name!r}")
