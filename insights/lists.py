"""What lists of people can ask of the map of the life cycle: who is where, and who went where."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.conditions.registry import leave_out
from contacts.listing import Filter, register_filter
from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.choices import State
from insights.periods import EARLIEST, LATEST
from insights.selectors.life_cycle import Arrow, along, in_state
from insights.selectors.stays import Asked, By, reaching, staying
from relationships.choices import Kind
from relationships.models import Stage

SEE = "relationships.view_relationship"
What = Literal["reached", "left", "here"]
_WHAT: dict[str, What] = {"reached": "reached", "left": "left", "here": "here"}


def flow_value(arrow: Arrow, since: date, until: date) -> str:
    """How an arrow and its days stand in an address: "alumnus.returner.2026-01-01.2026-03-31"."""
    return f"{arrow.source.value}.{arrow.target.value}.{since}.{until}"


def read_flow(value: str) -> tuple[Arrow, date, date]:
    """What ``flow_value`` wrote; raises ValueError for anything else."""
    source, target, since, until = value.split(".")
    return (
        Arrow(State(source), State(target)),
        date.fromisoformat(since),
        date.fromisoformat(until),
    )


@dataclass(frozen=True, kw_only=True)
class StayValue:
    """One number of the funnel: who ``reached`` a stage, ``left`` it, or is ``here`` still."""

    what: What
    asked: Asked
    stage: str
    by: By = By.NOTHING
    group: str = ""

    def __str__(self) -> str:
        days = f"{self.asked.since}.{self.asked.until}"
        return f"{self.what}.{self.asked.kind}.{self.stage}.{days}.{self.by.value}.{self.group}"


def read_stay(value: str) -> StayValue:
    """What a ``StayValue`` is in an address; raises ValueError or KeyError for anything else."""
    what, kind, stage, since, until, by, group = value.split(".")
    asked = Asked(
        kind=Kind(kind).value, since=date.fromisoformat(since), until=date.fromisoformat(until)
    )
    if not EARLIEST <= asked.since <= asked.until < LATEST:
        raise ValueError(until)
    return StayValue(what=_WHAT[what], asked=asked, stage=stage, by=By(by), group=group)


def by_stay(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Who is behind the first of the numbers; nobody where it cannot be read."""
    try:
        one = read_stay(values[0])
    except (KeyError, ValueError):
        return people.none()
    today = timezone.localdate()
    if one.what == "reached":
        return reaching(people, one.asked, user, stage=one.stage, today=today)
    return staying(
        people,
        one.asked,
        user,
        stage=one.stage,
        is_left=one.what == "left",
        today=today,
        by=one.by,
        group=one.group,
    )


def _say_stay(values: list[str], user: User) -> str:
    try:
        one = read_stay(values[0])
    except (KeyError, ValueError):
        return "?"
    stage = Stage.objects.filter(lifecycle__kind=one.asked.kind, key=one.stage).first()
    words = {
        "reached": _t("began %(since)s to %(until)s and reached “%(stage)s”"),
        "left": _t("came to “%(stage)s” %(since)s to %(until)s and moved on"),
        "here": _t("came to “%(stage)s” %(since)s to %(until)s and are still there"),
    }
    return words[one.what] % {
        "stage": stage.label if stage else one.stage,
        "since": formats.date_format(one.asked.since, "SHORT_DATE_FORMAT"),
        "until": formats.date_format(one.asked.until, "SHORT_DATE_FORMAT"),
    }


def by_state(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    found = in_state(people, State(values[0]), user)
    for value in values[1:]:
        found = found | in_state(people, State(value), user)
    return found


def by_flow(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Who went along the first of the arrows that can be read; nobody where none can."""
    try:
        arrow, since, until = read_flow(values[0])
    except ValueError:
        return people.none()
    return along(people, arrow, user, since=since, until=until)


def _states(user: User) -> list[tuple[str, str | Promise]]:
    return [(state.value, state.label) for state in State]


def _say_flow(values: list[str], user: User) -> str:
    try:
        arrow, since, until = read_flow(values[0])
    except ValueError:
        return "?"
    return _t("%(source)s to %(target)s, %(since)s to %(until)s") % {
        "source": arrow.source.label,
        "target": arrow.target.label,
        "since": formats.date_format(since, "SHORT_DATE_FORMAT"),
        "until": formats.date_format(until, "SHORT_DATE_FORMAT"),
    }


register_filter(
    Filter(
        key="life_state",
        label=_("Place in the life cycle"),
        position=60,
        widget="choice",
        sentence=_("now: %(value)s"),
        apply=by_state,
        choices=_states,
        permission=SEE,
        icon="route",
    )
)
register_filter(
    Filter(
        key="life_flow",
        label=_("Way in the life cycle"),
        position=61,
        widget="made",
        sentence=_("from %(value)s"),
        apply=by_flow,
        permission=SEE,
        icon="route",
        say=_say_flow,
    )
)
register_filter(
    Filter(
        key="stay",
        label=_("Way along the stages"),
        position=62,
        widget="made",
        sentence="%(value)s",
        apply=by_stay,
        permission=SEE,
        icon="hourglass",
        say=_say_stay,
    )
)
leave_out(lambda: ("life_flow", "stay"))
