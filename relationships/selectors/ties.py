"""Ties as a person's page and the lists of people show them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from contacts.models import Contact, Organisation
from contacts.selectors.search import suggestions
from core.models import User
from relationships.choices import Channel, Direction
from relationships.models import Interaction, Tie, TieKind

Among = TieKind.Among
# Of each sort; the list of people shows all.
SHOWN = 50
MET_BY = "met-by"
PARTS = ("kind", "contact", "other", "organisation", "colleague", "author")


@dataclass(frozen=True)
class TieLine:
    """A tie as one end reads it; ``other`` is the person at the other end, if it is one."""

    row: Tie
    words: str
    other: Contact | None
    is_current: bool

    @property
    def is_left_alone(self) -> bool:
        """Whether the other asked not to be contacted."""
        return self.other is not None and self.other.do_not_contact


@dataclass(frozen=True)
class FirstTalk:
    """The first conversation that was logged: how we met, where nobody wrote it down."""

    colleague: User
    at: datetime
    channel: str


@dataclass(frozen=True)
class Ties:
    """``met``: which colleagues met the person, and how. ``is_cut``: there are more people."""

    people: list[TieLine] = field(default_factory=list)
    organisations: list[TieLine] = field(default_factory=list)
    met: list[TieLine] = field(default_factory=list)
    colleagues: list[TieLine] = field(default_factory=list)
    first_talk: FirstTalk | None = None
    is_cut: bool = False


def ties_of(contact: Contact, user: User, *, today: date) -> Ties:
    """Those that ``user`` may see; what still holds first, then the latest."""
    rows = Tie.objects.visible_to(user).of(contact).select_related(*PARTS)
    ordered = rows.order_by(
        F("until").desc(nulls_first=True), F("since").desc(nulls_last=True), "pk"
    )
    people = [
        _line(row, contact.pk, today) for row in ordered.filter(other__isnull=False)[: SHOWN + 1]
    ]
    rest = [_line(row, contact.pk, today) for row in ordered.filter(other=None)[: 2 * SHOWN]]
    met = [line for line in rest if line.row.kind.key == MET_BY]
    return Ties(
        people=people[:SHOWN],
        organisations=[line for line in rest if line.row.organisation_id],
        met=met,
        colleagues=[line for line in rest if line.row.colleague_id and line not in met],
        first_talk=None if met else first_talk(contact),
        is_cut=len(people) > SHOWN,
    )


def first_talk(contact: Contact) -> FirstTalk | None:
    """The first human conversation of which we know who of us had it."""
    talks = Interaction.objects.filter(
        contact=contact, is_automated=False, author__isnull=False
    ).exclude(Q(channel=Channel.NOTE) | Q(direction=Direction.INTERNAL))
    row = talks.select_related("author").order_by("happened_at").first()
    if row is None or row.author is None:
        return None
    return FirstTalk(row.author, row.happened_at, str(Channel(row.channel).label))


def _line(row: Tie, contact_id: int, today: date) -> TieLine:
    other = row.other if row.contact_id == contact_id else row.contact
    return TieLine(
        row=row,
        words=row.words_from(contact_id),
        other=other,
        is_current=row.until is None or row.until >= today,
    )


def kinds_in_use(among: str | None = None) -> QuerySet[TieKind]:
    rows = TieKind.objects.filter(retired_at=None).order_by("position", "pk")
    return rows if among is None else rows.filter(among=among)


def kind_choices(among: str | None = None) -> list[tuple[str, str]]:
    """Each kind from either side: ``uid`` and, where it reads otherwise, ``uid:inverse``."""
    choices = []
    for kind in kinds_in_use(among):
        choices.append((str(kind.uid), kind.name))
        if not kind.is_symmetric:
            choices.append((f"{kind.uid}:inverse", kind.inverse))
    return choices


def people_named(user: User, words: str, *, but: Contact, limit: int = 8) -> Sequence[Contact]:
    """Whom one may mean by what was typed: never the person themselves."""
    people = Contact.objects.visible_to(user).active().exclude(pk=but.pk)
    return suggestions(people, words, limit=limit)


def organisations_named(words: str, *, limit: int = 8) -> list[Organisation]:
    """Those whose name holds what was typed; those that begin with it first."""
    found = Organisation.objects.filter(name__icontains=words).order_by("name", "pk")[: 5 * limit]
    folded = words.casefold()
    first = sorted(found, key=lambda one: not one.name.casefold().startswith(folded))
    return first[:limit]


NOBODY = _("There is nobody by that name whom you may see.")
