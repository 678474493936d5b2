"""What lists of people can ask of the map of the life cycle: who is where, and who went where."""

from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.conditions.registry import leave_out
from contacts.listing import Filter, register_filter
from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.choices import State
from insights.selectors.life_cycle import Arrow, along, in_state

SEE = "relationships.view_relationship"


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
leave_out(lambda: ("life_flow",))
