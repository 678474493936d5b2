"""The rows of the funnel's tables: each number with the address of the people behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from insights.lists import StayValue, What
from insights.selectors.stays import By, Funnel, Reached, TimeAtStage


@dataclass(frozen=True, kw_only=True)
class ReachedRow:
    of: Reached
    url: str


@dataclass(frozen=True, kw_only=True)
class TimeRow:
    of: TimeAtStage
    left_url: str
    here_url: str


def reached_rows(found: Funnel) -> Sequence[ReachedRow]:
    return [
        ReachedRow(
            of=one,
            url=_url(StayValue(what="reached", asked=found.asked, stage=one.stage.key)),
        )
        for one in found.reached
    ]


def time_rows(found: Funnel, by: By) -> Sequence[TimeRow]:
    def url(what: What, one: TimeAtStage) -> str:
        return _url(
            StayValue(what=what, asked=found.asked, stage=one.stage.key, by=by, group=one.group)
        )

    return [
        TimeRow(of=one, left_url=url("left", one), here_url=url("here", one)) for one in found.times
    ]


def _url(value: StayValue) -> str:
    return f"{reverse('contacts:people')}?{urlencode({'stay': str(value)})}"
