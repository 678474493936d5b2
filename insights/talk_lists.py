"""What lists of people can ask of how we were in touch: by which channel, who spoke, when."""

from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _

from contacts.conditions.registry import leave_out
from contacts.listing import Filter, register_filter
from contacts.models.contact import ContactQuerySet
from core.models import User
from insights.periods import EARLIEST, LATEST
from insights.selectors.channels import SORTS, Sort, channels_of, talked
from relationships.choices import Channel, Depth

SEE = "relationships.view_relationship"


@dataclass(frozen=True, kw_only=True)
class TalkValue:
    """One number of the table: a channel, a depth or "all"; of one sort, or of any."""

    name: str
    sort: Sort | None
    since: date
    until: date

    def __str__(self) -> str:
        return f"{self.name}.{self.sort.value if self.sort else ''}.{self.since}.{self.until}"


def read_talk(value: str) -> TalkValue:
    """What a ``TalkValue`` is in an address; raises ValueError for anything else."""
    name, sort, first, last = value.split(".")
    since, until = date.fromisoformat(first), date.fromisoformat(last)
    if not EARLIEST <= since <= until < LATEST or not channels_of(name):
        raise ValueError(value)
    return TalkValue(name=name, sort=Sort(sort) if sort else None, since=since, until=until)


def by_talk(people: ContactQuerySet, values: list[str], user: User) -> ContactQuerySet:
    """Who is behind the first of the numbers; nobody where it cannot be read."""
    try:
        one = read_talk(values[0])
    except ValueError:
        return people.none()
    sorts = [one.sort] if one.sort else SORTS
    return talked(people, user, name=one.name, sorts=sorts, since=one.since, until=one.until)


def _say(values: list[str], user: User) -> str:
    try:
        one = read_talk(values[0])
    except ValueError:
        return "?"
    words = {
        None: _t("in touch: %(how)s, %(since)s to %(until)s"),
        Sort.BOTH_WAYS: _t("spoke with us: %(how)s, %(since)s to %(until)s"),
        Sort.FROM_US: _t("from us alone: %(how)s, %(since)s to %(until)s"),
        Sort.FROM_THEM: _t("from them alone: %(how)s, %(since)s to %(until)s"),
        Sort.AUTOMATED: _t("sent by machines: %(how)s, %(since)s to %(until)s"),
    }
    return words[one.sort] % {
        "how": _how(one.name),
        "since": formats.date_format(one.since, "SHORT_DATE_FORMAT"),
        "until": formats.date_format(one.until, "SHORT_DATE_FORMAT"),
    }


def _how(name: str) -> str:
    if name == "all":
        return _t("by any channel")
    if name.upper() in Depth.__members__:
        return str(Depth[name.upper()].label)
    return str(Channel(name).label)


register_filter(
    Filter(
        key="talked",
        label=_("How we were in touch"),
        position=63,
        widget="made",
        sentence="%(value)s",
        apply=by_talk,
        permission=SEE,
        icon="messages-square",
        say=_say,
    )
)
leave_out(lambda: ("talked",))
