"""The budgets: each case is measured on this machine and judged."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .cases import Case

HEADING = f"{'case':<36}{'measured':>10}{'budget':>9}   verdict"


@dataclass(frozen=True)
class Measurement:
    """What a case measured, in its unit; as text, a line of the table."""

    case: Case
    figure: float

    @property
    def kept(self) -> bool:
        """Whether the budget is kept."""
        return self.figure <= self.case.budget

    def __str__(self) -> str:
        case, verdict = self.case, "kept" if self.kept else "OVER BUDGET"
        values = f"{self.figure:>8.2f} {case.unit}{case.budget:>7.2f} {case.unit}"
        return f"{case.name:<36}{values}   {verdict}"


def measure(cases: Iterable[Case]) -> Iterator[Measurement]:
    """Measure one case after the other."""
    for case in cases:
        yield Measurement(case, case.figure())
