"""What the rooms above share, and what knows none of them.

================  ===================================================================
`training`        the one training loop of all nets, and its random numbers
`training_log`    what a training has been through, epoch by epoch
`sparse_rows`     rows of a sparse matrix in torch, without their zeros
`sequences`       histories in their order
`ranking`         the best k of many scores, ties and all
`compiled`        code that numba compiles, and its threads
`progress`        a line that shows how far long work is, and leaves no trace
`machine`         memory that is left, and where to compute
================  ===================================================================

Each is imported where it is used, so that torch and numba are loaded with the first
model that needs them.
"""
