"""What a chart shows, once for the drawing and once for the table beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

Role = Literal["", "blue", "red", "quiet", "act"]


@dataclass(frozen=True, kw_only=True)
class Series:
    """One line or set of bars. ``role`` takes a colour with a meaning; else they come in order."""

    name: str | Promise
    values: Sequence[float | int | None]
    role: Role = ""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """At most five series over shared categories; bars start at zero.

    ``title`` says the finding where one is known. ``unit`` is written after each number.
    ``whole`` keeps the axis to whole numbers, ``target`` draws a dashed line.
    """

    title: str | Promise
    kind: Literal["bar", "hbar", "stacked", "hstacked", "line"]
    categories: Sequence[str | Promise]
    series: Sequence[Series]
    lead: str | Promise = ""
    category_label: str | Promise = ""
    unit: str | Promise = ""
    whole: bool = True
    from_zero: bool = True
    target: float | None = None
    target_label: str | Promise = ""

    def __post_init__(self) -> None:
        if len(self.series) > 5:
            raise ValueError("A chart with more than five series cannot be read")
        if any(len(series.values) != len(self.categories) for series in self.series):
            raise ValueError("Each series needs one value per category")

    @property
    def rows(self) -> list[tuple[str, list[float | int | None]]]:
        """The same numbers by category, for the table."""
        return [
            (str(category), [series.values[index] for series in self.series])
            for index, category in enumerate(self.categories)
        ]

    @property
    def is_empty(self) -> bool:
        return not any(value for series in self.series for value in series.values)

    @property
    def data(self) -> dict[str, object]:
        """What ``charts.js`` reads. Plain values only."""
        return {
            "kind": self.kind,
            "description": str(self.title),
            "unit": str(self.unit),
            "whole": self.whole,
            "from_zero": self.from_zero,
            "target": self.target,
            "target_label": str(self.target_label),
            "categories": [str(category) for category in self.categories],
            "series": [
                {"name": str(series.name), "values": list(series.values), "role": series.role}
                for series in self.series
            ],
        }
