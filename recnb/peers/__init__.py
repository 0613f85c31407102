"""The peers beside us: what a reader would pick instead, asked for the same.

Other libraries do not live together: they hold each other's NumPy and torch back. So
each has an environment of its own (`environments`), with the versions that
`catalogue` names, and is asked by a script that runs there (`scripts`). What passes
between the course and a script are files in a folder (`asking`); `translation` says in
the library's names what our models are set to. The scores that come back are judged by
the course's own metrics, in `recnb.experiments.peers`.
"""
