"""AutoRec whose hidden layer reads every row in the same measure.

Lesson 03's control: which part of what a bent hidden layer brings, a straight one has
as well, if its input does not grow with the number of ratings?
"""

from __future__ import annotations

from torch import Tensor

from recnb.ground.sparse_rows import SparseRows
from recnb.models.autorec import AutoRec, AutoRecNet


class EvenNet(AutoRecNet):
    """h(r) = f(W · g(V x + μ) + b), with x = (r − r̄) / √n where r is rated, else 0.

    Parameters
    ----------
    n_inputs, hidden, output, hidden_activation, mean, scale
        As in `AutoRecNet`; `mean` is r̄, the mean of all training ratings.
    centred : bool
        Whether r̄ is subtracted; n is the number of ratings in the row.
    rooted : bool
        Whether the row is divided by √n.
    """

    def __init__(
        self, *args: object, mean: float, centred: bool, rooted: bool, **kwargs: object
    ) -> None:
        super().__init__(*args, mean=mean, **kwargs)
        self.mean, self.centred, self.rooted = mean, centred, rooted

    def even(self, rows: SparseRows) -> SparseRows:
        """Return the rows as the hidden layer reads them."""
        x = rows.values
        if self.centred:
            x = x - self.mean
        if self.rooted:
            n = rows.indptr.diff()
            x = x / n.repeat_interleave(n).sqrt()
        return rows.with_values(x)

    def code(self, rows: SparseRows) -> Tensor:
        """Return the hidden layer g(V x + μ) of each row; shape (n_rows, hidden)."""
        return self.g(self.even(rows).times(self.V) + self.mu)


class EvenAutoRec(AutoRec):
    """AutoRec with `EvenNet`: the course's own control, in no paper.

    Parameters
    ----------
    centred, rooted : bool
        Whether the mean rating is subtracted from the input, and whether a row of n
        ratings is divided by √n. With neither, it is AutoRec.
    kind, hidden, activations, l2, lr, batch_size, lr_decay, epochs, patience, unseen, \
seed
        As in `AutoRec`.

    Attributes
    ----------
    module_ : EvenNet
    log_ : TrainingLog
    """

    def __init__(
        self,
        kind: str = "item",
        hidden: int = 500,
        activations: tuple[str, str] = ("identity", "identity"),
        centred: bool = True,
        rooted: bool = True,
        l2: float = 50.0,
        lr: float = 3e-3,
        batch_size: int = 256,
        lr_decay: float = 0.95,
        epochs: int = 60,
        patience: int | None = 5,
        unseen: float = 3.0,
        seed: int = 0,
    ) -> None:
        super().__init__(
            kind,
            hidden,
            activations,
            l2,
            lr,
            batch_size,
            lr_decay,
            epochs,
            patience,
            unseen,
            seed,
        )
        self.centred = centred
        self.rooted = rooted

    def _build(self, n_inputs: int, mean: float) -> EvenNet:
        output, hidden = self.activations
        return EvenNet(
            n_inputs,
            self.hidden,
            output,
            hidden,
            mean=mean,
            scale=self.rating_range_,
            centred=self.centred,
            rooted=self.rooted,
        )
