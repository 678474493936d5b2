from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One ratio: ``ours`` over ``reference``, of each round, in the same unit.

    ``goal`` is the ratio to reach, ``at_most`` or at least; None where there is none yet.
    """

    name: str
    unit: str
    ours: Sequence[float]
    reference: Sequence[float]
    reference_name: str
    goal: float | None = None
    at_most: bool = True

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios: rounds share the machine's mood, runs do not."""
        return median(a / b for a, b in zip(self.ours, self.reference, strict=True))

    @property
    def is_met(self) -> bool:
        if self.goal is None:
            return True
        return self.ratio <= self.goal if self.at_most else self.ratio >= self.goal

    def __str__(self) -> str:
        verdict = ""
        if self.goal is not None:
            sign = "≤" if self.at_most else "≥"
            verdict = f"  goal {sign} {self.goal:g}: {'met' if self.is_met else 'MISSED'}"
        return (
            f"{self.name}: {self.ratio:.2f} × {self.reference_name}{verdict}\n"
            f"    ours {median(self.ours):.3g} {self.unit}, reference {median(self.reference):.3g} "
            f"{self.unit}, {len(self.ours)} rounds"
        )


def p99(values: Sequence[float]) -> float:
    """The value that 99 of a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 99 // 100) - 1)]


def p95(values: Sequence[float]) -> float:
    """The value that 95 of a hundred do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]
