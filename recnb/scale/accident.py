"""An accident to order: parts of which one ends the worker that reads it first.

For a rehearsal of what a cluster does when a worker is lost, in lessons and tests. The
process that has made the parts can read all of them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, replace
from pathlib import Path

from scipy import sparse

from recnb.scale.parts import Part, Parts


@dataclass(frozen=True)
class DeadlyPart(Part):
    """A part that ends the first worker that reads it, and is like any other then.

    Parameters
    ----------
    maker : int
        The process that is spared.
    marker : Path
        A file that is there as soon as a worker has been ended.
    """

    maker: int
    marker: Path

    def read(self, ratings: bool = False) -> sparse.csr_array:
        """Return the block as `Part.read`, unless it is the first worker's turn."""
        if os.getpid() != self.maker and not self.marker.exists():
            self.marker.touch()
            os._exit(1)
        return super().read(ratings)


def deadly(parts: Parts, number: int, marker: str | Path) -> Parts:
    """Return the same parts, one of which ends the worker that reads it first.

    Parameters
    ----------
    parts : Parts
    number : int
        The place of the deadly one, from 0.
    marker : path
        A file that is not there yet, where all workers can see it.

    Raises
    ------
    ValueError
        If the marker is there, so that no worker would be ended.
    IndexError
        If there is no such part.
    """
    marker = Path(marker)
    if marker.exists():
        raise ValueError(f"{marker} is there already: name another file.")
    victim = DeadlyPart(**vars(parts[number]), maker=os.getpid(), marker=marker)
    before, after = parts.parts[:number], parts.parts[number + 1 :]
    return replace(parts, parts=(*before, victim, *after))
