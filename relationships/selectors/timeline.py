"""The timeline of one person, a page at a time, from the latest back."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cached_property
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core.models import User
from core.prepared import Given, Prepared
from relationships.choices import Channel, Direction
from relationships.models import Interaction, TimelineEntry
from relationships.reasons import reason_words
from relationships.selectors.timeline_filters import Entries, Filters, entries_of
from relationships.selectors.timeline_places import Place, cursor_of, position_of, upper_bound
from relationships.timeline import find_verb

PAGE = 30
# What stands in ``data`` of the words that somebody wrote with it.
SAID = ("summary", "reason", "outcome", "role", "unit", "note")
# Of those who were there too, so many are named.
NAMED = 6


class _Moment(NamedTuple):
    """What a line tells of a contact moment; ``author`` is the primary key of a colleague."""

    pk: int
    uid: UUID
    body: str
    author: int | None
    gathering: UUID | None


# The first page of everything, which is what a person's page opens with.
_LATEST = Prepared(
    lambda: _read(TimelineEntry.objects.filter(contact=Given("contact")), "-at", "-id")[: PAGE + 1]
)
_MOMENTS = Prepared(
    lambda: Interaction.objects.filter(pk__any=Given("ids")).values_list(
        "pk", "uid", "body", "author", "gathering"
    )
)


@dataclass(frozen=True, kw_only=True)
class Line:
    """One entry as it is read. ``body`` is what a colleague (``written_by``) wrote of a contact
    moment, ``note`` its uid; ``others`` were there too.
    """

    entry: TimelineEntry
    icon: str
    sentence: str
    direction: str = ""
    text: str = ""
    body: str = ""
    note: UUID | None = None
    written_by: int | None = None
    others: Sequence[Contact] = ()
    link: str = ""

    is_found: bool = False

    @cached_property
    def at(self) -> datetime:
        """In the reader's time zone."""
        return timezone.localtime(self.entry.at)

    @cached_property
    def by(self) -> str:
        """How it is drawn: contact by a person, another deed of a person, or a machine's."""
        if self.entry.verb == "interaction.logged" and (
            self.is_human or self.entry.channel != Channel.NOTE
        ):
            return "human" if self.is_human else "auto"
        return "deed" if self.is_human or self.is_theirs else "auto"

    @property
    def is_human(self) -> bool:
        return not self.entry.is_automated and self.entry.actor is not None

    @property
    def is_theirs(self) -> bool:
        """Done by the person themselves, on a page of their own."""
        return self.entry.actor is None and self.entry.data.get("source") == "self"

    @property
    def who(self) -> str:
        if self.entry.actor is None:
            return _("themselves") if self.is_theirs else ""
        if self.by == "deed":
            return _("by %(name)s") % {"name": self.entry.actor.name}
        return self.entry.actor.name

    @property
    def channel(self) -> str:
        return self.sentence if self.by == "human" else ""

    @property
    def title(self) -> str:
        return self.text if self.by == "human" else self.sentence

    @property
    def rest(self) -> str:
        return "" if self.by == "human" else self.text

    @property
    def is_whole_day(self) -> bool:
        """Known by its day alone: the hour would be made up."""
        return self.at.time() == time.min

    @property
    def when(self) -> str:
        return "" if self.is_whole_day else f"{self.at:%H:%M}"

    @property
    def is_put_right(self) -> bool:
        return "changed_at" in self.entry.data

    @property
    def anchor(self) -> str:
        return f"line-{self.entry.pk}"

    @property
    def href(self) -> str:
        """The line with what is round it."""
        return f"?tab=timeline&entry={self.entry.pk}#{self.anchor}"

    @property
    def has_foot(self) -> bool:
        return bool(self.written_by or self.others or self.link or self.is_put_right)


@dataclass(frozen=True, kw_only=True)
class Page:
    """``after`` leads to what is older, ``before`` to what is newer: empty where nothing is.

    ``found`` is the entry that was asked for; ``is_missing``: it is not there any more.
    """

    lines: Sequence[Line] = field(default_factory=list)
    after: str = ""
    before: str = ""
    found: int | None = None
    is_missing: bool = False

    def days(self) -> Iterator[tuple[date, list[Line]]]:
        for day, lines in groupby(self.lines, key=lambda line: line.at.date()):
            yield day, list(lines)


def timeline_page(
    contact: Contact,
    filters: Filters,
    *,
    place: Place | None = None,
    reader: User | None = None,
) -> Page:
    """A page in two queries, as fast deep down as on top; a third where the middle is shown, to
    know whether there is something later. ``reader`` is told who else was there.
    """
    place = place or Place()
    rows = entries_of(contact, filters)
    before = position_of(place.before)
    if before is not None:
        newer = list(_read(rows.filter(before.newer), "at", "id")[: PAGE + 1])
        shown = newer[:PAGE][::-1]
        return _page(
            shown, contact, reader, has_newer=len(newer) > PAGE, has_older=True, found=None
        )
    bound = upper_bound(contact, place)
    if bound is None and not filters.is_narrowed:
        found = _LATEST(contact=contact.pk)
    else:
        found = list(_read(rows.filter(bound.older) if bound else rows, "-at", "-id")[: PAGE + 1])
    has_newer = bool(bound and not place.after and rows.filter(bound.newer).exists())
    return _page(
        found[:PAGE],
        contact,
        reader,
        has_newer=has_newer,
        has_older=len(found) > PAGE,
        found=bound.entry if bound else None,
        is_missing=bool(place.entry) and bound is None,
    )


def _read(rows: Entries, *order: str) -> Entries:
    return rows.select_related("actor").order_by(*order)


def _page(
    shown: Sequence[TimelineEntry],
    contact: Contact,
    reader: User | None,
    *,
    has_newer: bool,
    has_older: bool,
    found: int | None,
    is_missing: bool = False,
) -> Page:
    return Page(
        lines=lines_of(shown, reader=reader, found=found),
        after=cursor_of(shown[-1]) if shown and has_older else "",
        before=cursor_of(shown[0]) if shown and has_newer else "",
        found=found,
        is_missing=is_missing,
    )


def lines_of(
    entries: Sequence[TimelineEntry], *, reader: User | None = None, found: int | None = None
) -> list[Line]:
    """Entries as they read in the language in force, with what was written of contact moments."""
    ids = [entry.data["interaction"] for entry in entries if "interaction" in entry.data]
    moments = {row[0]: _Moment(*row) for row in _MOMENTS(ids=ids)} if ids else {}
    others = _others(moments.values(), reader)
    return [_line(entry, moments, others, is_found=entry.pk == found) for entry in entries]


def _others(
    moments: Iterable[_Moment], reader: User | None
) -> Mapping[UUID, Sequence[Interaction]]:
    """Who else was at the gatherings among these moments, as far as ``reader`` may know."""
    met = {row.gathering for row in moments if row.gathering}
    if not met or reader is None:
        return {}
    rows = Interaction.objects.filter(
        gathering__in=met, contact__in=Contact.objects.visible_to(reader).active()
    )
    found: dict[UUID, list[Interaction]] = defaultdict(list)
    for row in rows.select_related("contact").order_by("contact__sort_key", "pk"):
        if row.gathering:
            found[row.gathering].append(row)
    return found


def _line(
    entry: TimelineEntry,
    moments: Mapping[int, _Moment],
    others: Mapping[UUID, Sequence[Interaction]],
    *,
    is_found: bool,
) -> Line:
    verb = find_verb(entry.verb)
    moment = moments.get(entry.data.get("interaction", 0))
    is_moment = entry.verb == "interaction.logged"
    there = others.get(moment.gathering, ()) if moment and moment.gathering else ()
    return Line(
        entry=entry,
        icon=CHANNEL_ICONS.get(entry.channel, verb.icon) if is_moment else verb.icon,
        sentence=verb.render(entry),
        direction=ARROWS.get(entry.direction, ""),
        text=_text(entry),
        body=moment.body if moment else "",
        note=moment.uid if moment else None,
        written_by=moment.author if moment else None,
        others=[row.contact for row in there if row.contact_id != entry.contact_id][:NAMED],
        link=verb.link(entry) if verb.link else "",
        is_found=is_found,
    )


ARROWS: dict[str, str] = {Direction.INBOUND: "in", Direction.OUTBOUND: "out"}
CHANNEL_ICONS: dict[str, str] = {
    Channel.EMAIL: "mail",
    Channel.PHONE: "phone",
    Channel.MEETING: "users",
    Channel.CHAT: "message-circle",
    Channel.WHATSAPP: "message-square-more",
    Channel.LINKEDIN: "briefcase-business",
    Channel.SOCIAL: "share-2",
    Channel.LETTER: "mailbox",
    Channel.EVENT: "calendar",
    Channel.NOTE: "sticky-note",
}


def _text(entry: TimelineEntry) -> str:
    """The words that somebody wrote with it, whichever of these its kind of line has."""
    parts = {name: entry.data.get(name) for name in SAID}
    if parts["reason"]:
        parts["reason"] = reason_words(parts["reason"])
    return ", ".join(str(part) for part in parts.values() if part)
