"""What happened in a training: an epoch a line, the best one, and how it ended."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import pandas as pd


@dataclass
class TrainingLog:
    """What happened in training.

    Attributes
    ----------
    loss, val : list of float
        A value an epoch: the mean loss over the steps, the validation error.
    seconds : list of float
        From the start to the end of the epoch.
    best_epoch : int
        Counted from 1: the epoch whose weights were kept, the one with the lowest
        validation error; without validation, the last one.
    stopped : str
        "finished", or why there are fewer epochs than asked for: "no improvement",
        "interrupted" or "diverged".
    """

    loss: list[float] = field(default_factory=list)
    val: list[float] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    best_epoch: int = 0
    stopped: str = "finished"

    @property
    def best(self) -> float:
        """The validation error of the epoch that was kept; NaN without validation."""
        return (
            self.val[self.best_epoch - 1] if self.val and self.best_epoch else math.nan
        )

    def add(self, loss: float, seconds: float, val: float | None = None) -> bool:
        """Note an epoch; return whether it is the best so far, whose weights to keep.

        Without validation, that is every epoch.
        """
        is_best = val is None or not self.best_epoch or val < self.best
        self.loss.append(loss)
        self.seconds.append(seconds)
        if val is not None:
            self.val.append(val)
        if is_best:
            self.best_epoch = len(self.loss)
        return is_best

    def is_stale(self, patience: int | None) -> bool:
        """Return whether so many epochs have passed since the best one; None: never."""
        return patience is not None and len(self.loss) - self.best_epoch >= patience

    def to_frame(self) -> pd.DataFrame:
        """Return the epochs as rows: index ``epoch``, columns loss, val, seconds."""
        columns = {"loss": self.loss, "val": self.val, "seconds": self.seconds}
        table = pd.DataFrame({name: c for name, c in columns.items() if c})
        return table.set_axis(pd.RangeIndex(1, len(table) + 1, name="epoch"))

    def note(self) -> str:
        """Return the last epoch in words, for the progress line."""
        note = f"loss {self.loss[-1]:.4g}"
        if self.val:
            note += f", validation {self.val[-1]:.4f}, best {self.best:.4f}"
            note += f" in epoch {self.best_epoch}"
        return f"{note}, {self.seconds[-1]:.0f} s"

    def tell(self, what: str) -> None:
        """Say in words what a reader would not expect of how the training ended.

        Raises
        ------
        FloatingPointError
            If it diverged before the first epoch was over.
        """
        done = len(self.loss)
        if self.stopped == "diverged" and not self.best_epoch:
            raise FloatingPointError(
                f"{what}: the loss is no longer finite in the first epoch. Try a "
                "smaller learning rate."
            )
        if self.stopped == "diverged":
            print(
                f"{what} diverged in epoch {done + 1}: the loss is no longer finite. "
                f"The weights of epoch {self.best_epoch} are kept; try a smaller "
                "learning rate."
            )
        if self.stopped == "interrupted":
            kept = f"of epoch {self.best_epoch}" if self.best_epoch else "it began with"
            print(
                f"{what} interrupted after {done} epochs; the weights {kept} are kept."
            )
