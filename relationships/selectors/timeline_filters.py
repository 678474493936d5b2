"""What the timeline is narrowed to: the kind of thing, who did it, who began it, its words."""

from dataclasses import dataclass, fields

from django.db.models import CharField, Func, Q, QuerySet, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Concat

from contacts.models import Contact
from relationships.choices import Channel, Direction, Party
from relationships.models import Interaction, TimelineEntry
from relationships.timeline import verbs_of

Entries = QuerySet[TimelineEntry]

BY = ("human", "machine")
MOST_WORDS = 6
# What people wrote, or is called by a name, in the lines of any app.
WRITTEN = (
    *("summary", "reason", "outcome", "role", "unit", "note", "title", "titles", "text", "name"),
    *("campaign", "from", "to"),
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """Empty: everything.

    ``what`` is one of ``timeline.Group`` or a channel; ``by`` is ``human`` or ``machine``;
    ``began`` says which side began it, ``spoke`` in which direction it went; ``colleague`` is the
    primary key of who did it, and ``q`` what is written in it.
    """

    what: str = ""
    by: str = ""
    began: str = ""
    spoke: str = ""
    colleague: int | None = None
    q: str = ""

    @property
    def is_narrowed(self) -> bool:
        return any(getattr(self, one.name) for one in fields(self))


def entries_of(contact: Contact, filters: Filters) -> Entries:
    """Found by the index of a person; what they are narrowed to is asked of each of these rows."""
    rows = TimelineEntry.objects.filter(contact=contact)
    if filters.what in Channel.values:
        rows = rows.filter(channel=filters.what)
    elif filters.what:
        rows = rows.filter(verb__in=verbs_of(filters.what))
    if filters.by:
        rows = rows.filter(_HUMAN if filters.by == "human" else ~_HUMAN)
    if filters.began:
        rows = rows.filter(_BEGAN[filters.began])
    if filters.spoke:
        rows = rows.filter(direction=filters.spoke)
    if filters.colleague is not None:
        rows = rows.filter(actor=filters.colleague)
    for word in filters.q.split()[:MOST_WORDS]:
        rows = _with_word(rows, contact, word)
    return rows


_HUMAN = Q(is_automated=False) & (Q(actor__isnull=False) | Q(verb="interaction.logged"))
_BEGAN: dict[str, Q] = {
    Party.US: Q(data__initiated_by=Party.US)
    | (Q(direction=Direction.OUTBOUND) & ~Q(verb="interaction.logged")),
    Party.THEM: Q(data__initiated_by=Party.THEM) | Q(data__source="self"),
}


def _with_word(rows: Entries, contact: Contact, word: str) -> Entries:
    """In the line itself, or in the notes of the contact moment that it tells of."""
    told = Interaction.objects.filter(contact=contact, body__icontains=word)
    keys = told.annotate(
        key=Concat(Value("interaction.logged:"), Cast("pk", CharField()), output_field=CharField())
    )
    written = Func(
        Value(" "),
        *(KeyTextTransform(name, "data") for name in WRITTEN),
        function="concat_ws",
        output_field=CharField(),
    )
    rows = rows.annotate(written=written)
    return rows.filter(Q(written__icontains=word) | Q(key__in=keys.values("key")))
