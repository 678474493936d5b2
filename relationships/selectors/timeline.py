"""The timeline of one person, a page at a time, from the latest back."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import groupby
from uuid import UUID

from django.core import signing
from django.db.models import Q
from django.utils import timezone

from contacts.models import Contact
from relationships.choices import Channel, Direction
from relationships.models import Interaction, TimelineEntry
from relationships.timeline import GROUP_LABELS, find_verb, groups_in_use, verbs_of

PAGE = 30
SALT = "relationships.timeline"
BY = ("human", "machine")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """``group``: one of ``timeline.Group``; ``by``: ``human`` or ``machine``. Empty: everything."""

    group: str = ""
    by: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.group or self.by)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as it is read. ``body`` is what a colleague (``written_by``) wrote of a contact
    moment, ``note`` its uid.
    """

    entry: TimelineEntry
    icon: str
    sentence: str
    channel: str = ""
    direction: str = ""
    text: str = ""
    body: str = ""
    note: UUID | None = None
    written_by: int | None = None
    link: str = ""

    @property
    def is_human(self) -> bool:
        return not self.entry.is_automated and self.entry.actor is not None

    @property
    def is_whole_day(self) -> bool:
        """Known by its day alone: the hour would be made up."""
        return timezone.localtime(self.entry.at).time() == time.min

    @property
    def is_contact(self) -> bool:
        return self.entry.verb == "interaction.logged" and self.entry.channel != Channel.NOTE


@dataclass(frozen=True, kw_only=True)
class Page:
    lines: Sequence[Line] = field(default_factory=list)
    after: str = ""

    def days(self) -> Iterator[tuple[date, list[Line]]]:
        for day, lines in groupby(self.lines, key=lambda line: timezone.localdate(line.entry.at)):
            yield day, list(lines)


def timeline_page(contact: Contact, filters: Filters, *, after: str = "") -> Page:
    """A page in two queries, as fast deep down as on top. ``after``: where the last one ended."""
    rows = TimelineEntry.objects.filter(_narrowed(filters), contact=contact)
    position = _position(after)
    if position is not None:
        at, pk = position
        rows = rows.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
    found = list(rows.select_related("actor").order_by("-at", "-pk")[: PAGE + 1])
    shown = found[:PAGE]
    cursor = ""
    if len(found) > PAGE:
        cursor = signing.dumps([shown[-1].at.isoformat(), shown[-1].pk], salt=SALT)
    return Page(lines=lines_of(shown), after=cursor)


def lines_of(entries: Sequence[TimelineEntry]) -> list[Line]:
    """Entries as they read in the language in force, with what was written of contact moments."""
    ids = [entry.data["interaction"] for entry in entries if "interaction" in entry.data]
    moments = Interaction.objects.only("uid", "body", "author").in_bulk(ids) if ids else {}
    return [_line(entry, moments) for entry in entries]


def group_choices() -> list[tuple[str, str]]:
    return [(group, str(GROUP_LABELS[group])) for group in groups_in_use()]


def _line(entry: TimelineEntry, moments: Mapping[int, Interaction]) -> Line:
    verb = find_verb(entry.verb)
    moment = moments.get(entry.data.get("interaction", 0))
    is_moment = entry.verb == "interaction.logged"
    return Line(
        entry=entry,
        icon=CHANNEL_ICONS.get(entry.channel, verb.icon) if is_moment else verb.icon,
        sentence=verb.render(entry),
        direction=ARROWS.get(entry.direction, ""),
        text=_text(entry),
        body=moment.body if moment else "",
        note=moment.uid if moment else None,
        written_by=moment.author_id if moment else None,
        link=verb.link(entry) if verb.link else "",
    )


ARROWS: dict[str, str] = {Direction.INBOUND: "in", Direction.OUTBOUND: "out"}
CHANNEL_ICONS: dict[str, str] = {
    Channel.EMAIL: "mail",
    Channel.PHONE: "phone",
    Channel.MEETING: "users",
    Channel.CHAT: "message-circle",
    Channel.SOCIAL: "share-2",
    Channel.LETTER: "mailbox",
    Channel.EVENT: "calendar",
    Channel.NOTE: "sticky-note",
}


def _text(entry: TimelineEntry) -> str:
    """The words that somebody wrote with it, whichever of these its kind of line has."""
    parts = (entry.data.get(name) for name in ("summary", "reason", "outcome", "role", "unit"))
    return ", ".join(str(part) for part in parts if part)


def _narrowed(filters: Filters) -> Q:
    narrowed = Q()
    if filters.group:
        narrowed &= Q(verb__in=verbs_of(filters.group))
    if filters.by == "human":
        narrowed &= Q(is_automated=False, actor__isnull=False)
    elif filters.by == "machine":
        narrowed &= Q(is_automated=True) | Q(actor=None)
    return narrowed


def _position(after: str) -> tuple[datetime, int] | None:
    """Where to go on, or None: from the top, as for an address that somebody made up."""
    if not after:
        return None
    try:
        at, pk = signing.loads(after, salt=SALT)
    except signing.BadSignature:
        return None
    return datetime.fromisoformat(at), pk
