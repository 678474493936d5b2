"""What a file of people may say of whom they know: who referred them, whose mentor they are, where
they studied.

A person is named by e-mail address, an organisation by name; several are parted by semicolons, and
a year or a day in brackets says since when: ``eva@example.org (2019)``. Only people whom the
importer may see are found; who stands further down in the file is found when it is read again,
which changes nothing else. A tie that is written down already, open or ended, is left as it is.

How strong a tie is, is no column: it is worked out from what happened (``tie_value``).
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.imports import notes, values
from contacts.imports.notes import Note, Weight, note
from contacts.imports.targets import ImportTarget, TargetField, TargetOutcome, TargetRow, register
from contacts.imports.undoing import Brought
from contacts.models import Contact, EmailAddress, Organisation
from core import audit, events
from core.bulk import insert
from core.models import User
from relationships import part_days
from relationships.events import TieAdded
from relationships.models import Tie, TieKind
from relationships.services.ties import organisation_named, remove_tie

MOST = 20
LONGEST = 200
_BETWEEN = re.compile(r"\s*(?::::|[;|\n])\s*")
_SINCE = re.compile(r"(.*?\S)\s*\((\d{4}(?:-\d{2}-\d{2})?)\)")

notes.register(
    "relationships.unknown_person",
    Weight.WARNING,
    _("Tie with somebody we do not know"),
    _("There is nobody with the e-mail address “%(value)s”; the tie was left out."),
)
notes.register(
    "relationships.kind_out_of_use",
    Weight.WARNING,
    _("Kind of tie that is no longer in use"),
    _("Ties of the kind “%(value)s” are no longer written down; it was left out."),
)


@dataclass(frozen=True)
class Said:
    """``name``: an address in small letters, or what an organisation is called."""

    name: str
    since: date | None = None
    is_year: bool = False


@dataclass(frozen=True)
class _Way:
    """What a column means: of which kind, and whether the other is it of the person."""

    kind: str
    is_inverse: bool = False
    organisation: str = ""


WAYS = {
    "tie_referred_by": _Way("referred-by"),
    "tie_mentor": _Way("mentor", is_inverse=True),
    "tie_mentee": _Way("mentor"),
    "tie_knows": _Way("knows"),
    "tie_studied_at": _Way("studied-at", organisation=Organisation.Kind.SCHOOL),
    "tie_worked_at": _Way("worked-at", organisation=Organisation.Kind.EMPLOYER),
}


def _parts(text: str) -> Iterable[tuple[str, date | None, bool]]:
    for part in _BETWEEN.split(text)[:MOST]:
        found = _SINCE.fullmatch(part)
        name, since = (found[1], found[2]) if found else (part, "")
        try:
            day, is_year = part_days.read(since, is_end=False) or (None, False)
        except ValueError:
            day, is_year = None, False
        if day is not None and day > timezone.localdate():
            day, is_year = None, False
        if name.strip():
            yield " ".join(name.split())[:LONGEST], day, is_year


def read_people(text: str) -> tuple[list[Said] | None, list[Note]]:
    said: dict[str, Said] = {}
    problems: list[Note] = []
    for name, day, is_year in _parts(text):
        address = values.email(name)
        if address is None:
            problems.append(note("bad_email", value=name[:100]))
        else:
            said.setdefault(address.lower(), Said(address.lower(), day, is_year))
    return list(said.values()) or None, problems


def read_organisations(text: str) -> tuple[list[Said] | None, list[Note]]:
    said = {name.casefold(): Said(name, day, is_year) for name, day, is_year in _parts(text)}
    return list(said.values()) or None, []


@dataclass(frozen=True)
class _Wanted:
    """``other``: ("contact", id), ("row", person) or ("organisation", name)."""

    person: int
    way: _Way
    other: tuple[str, Any]
    said: Said


@dataclass(slots=True)
class _Plan:
    """See ``TargetPlan``."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    wanted: list[_Wanted] = field(default_factory=list)
    kinds: dict[str, TieKind] = field(default_factory=dict)
    made: dict[int, list[int]] = field(default_factory=dict)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        rows = [(one, self._tie(one, contact_ids, actor)) for one in self.wanted]
        known = [(one, tie) for one, tie in rows if tie is not None]
        if not known:
            return
        ties = [tie for _one, tie in known]
        insert(ties)
        for one, tie in known:
            self.made.setdefault(one.person, []).append(tie.pk)
        audit.record_many(
            actor=actor,
            action="relationships.tie_added",
            entries=((tie.contact, {"tie": tie.pk, "kind": tie.kind.key}) for tie in ties),
        )
        events.publish(
            *(
                TieAdded(
                    tie_id=tie.pk,
                    contact_ids=sorted({tie.contact_id, tie.other_id or tie.contact_id}),
                    actor_id=actor.pk,
                )
                for tie in ties
            )
        )

    def _tie(self, one: _Wanted, contact_ids: dict[int, int], actor: User) -> Tie | None:
        where, what = one.other
        here = Contact(pk=contact_ids[one.person])
        tie = Tie(
            kind=self.kinds[one.way.kind],
            contact=here,
            since=one.said.since,
            is_since_year=one.said.is_year,
            source=Tie.Source.IMPORT,
            author=actor,
        )
        if where == "organisation":
            tie.organisation = organisation_named(name=what, kind=one.way.organisation)
            return tie
        there = Contact(pk=contact_ids.get(what) if where == "row" else what)
        if there.pk is None or there.pk == here.pk:
            return None
        tie.contact, tie.other = (there, here) if one.way.is_inverse else (here, there)
        return tie


def plan(rows: Sequence[TargetRow], options: dict[str, str]) -> _Plan:
    """What is new: ties that are not written down yet, with people we know or who come with it."""
    made = _Plan(kinds={kind.key: kind for kind in TieKind.objects.filter(retired_at=None)})
    others = _others(rows, options)
    held = _held(rows)
    for row in rows:
        outcome = TargetOutcome()
        made.outcomes.append(outcome)
        for column, way in WAYS.items():
            for said in row.draft.extras.get(column) or ():
                if way.kind not in made.kinds:
                    outcome.notes.append(note("relationships.kind_out_of_use", value=way.kind))
                    continue
                other = _other(way, said, others)
                if other is None:
                    outcome.notes.append(note("relationships.unknown_person", value=said.name))
                    outcome.holds_until = timezone.localdate()
                    continue
                ends = _ends(row, way, other)
                if ends in held or other == _whose(row):
                    continue
                held.add(ends)
                outcome.changes.append((column, "", said.name))
                made.wanted.append(_Wanted(row.person, way, other, said))
    return made


def _other(way: _Way, said: Said, others: dict[str, tuple[str, Any]]) -> tuple[str, Any] | None:
    return ("organisation", said.name) if way.organisation else others.get(said.name)


def _ends(row: TargetRow, way: _Way, other: tuple[str, Any]) -> tuple[Any, ...]:
    """By which two ties are one: from whom to whom, whichever way the column tells it."""
    here = _whose(row)
    if way.organisation:
        return (way.kind, here, ("organisation", other[1].casefold()))
    if way.kind == "knows":
        return (way.kind, *sorted((here, other), key=str))
    return (way.kind, other, here) if way.is_inverse else (way.kind, here, other)


def _whose(row: TargetRow) -> tuple[str, int]:
    return ("row", row.person) if row.contact_id is None else ("contact", row.contact_id)


def _others(rows: Sequence[TargetRow], options: dict[str, str]) -> dict[str, tuple[str, Any]]:
    """Whom each address names: of this batch, else of those whom the importer may see."""
    wanted = {
        said.name
        for row in rows
        for column, way in WAYS.items()
        if not way.organisation
        for said in row.draft.extras.get(column) or ()
    }
    if not wanted:
        return {}
    importer = User.objects.filter(pk=int(options.get("importer") or 0)).first()
    people = Contact.objects.visible_to(importer).active() if importer else Contact.objects.none()
    found: dict[str, tuple[str, Any]] = {}
    held = EmailAddress.objects.alias(folded=Lower("address")).filter(folded__in=wanted)
    for address, pk in held.filter(contact__in=people).values_list("address", "contact_id"):
        found[address.lower()] = ("contact", pk)
    for row in rows:
        for address in row.draft.emails:
            if address.lower() in wanted:
                found.setdefault(address.lower(), _whose(row))
    return found


def _held(rows: Sequence[TargetRow]) -> set[tuple[Any, ...]]:
    """The ties of those people that are written down, as ``_ends`` names them."""
    people = {
        row.contact_id
        for row in rows
        if row.contact_id is not None and any(row.draft.extras.get(name) for name in WAYS)
    }
    if not people:
        return set()
    kinds = {way.kind for way in WAYS.values()}
    ties = Tie.objects.filter(
        Q(contact__in=people) | Q(other__in=people), removed_at=None, kind__key__in=kinds
    )
    held: set[tuple[Any, ...]] = set()
    for kind, here, there, name in ties.values_list(
        "kind__key", "contact_id", "other_id", "organisation__name"
    ):
        if there is None:
            held.add((kind, ("contact", here), ("organisation", (name or "").casefold())))
        elif kind == "knows":
            held.add((kind, *sorted((("contact", here), ("contact", there)), key=str)))
        else:
            held.add((kind, ("contact", here), ("contact", there)))
    return held


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Take out the ties that nobody changed since."""
    of: defaultdict[int, list[Brought]] = defaultdict(list)
    for brought, pks in made:
        for pk in pks:
            of[pk].append(brought)
    for tie in Tie.objects.filter(pk__in=of, removed_at=None).select_related("contact"):
        for brought in of[tie.pk]:
            if tie.updated_at > brought.done_at:
                brought.keep("ties")
            else:
                brought.restored.add("ties")
                remove_tie(tie=tie, actor=actor)


def _headers(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in text.split(","))


register(
    ImportTarget(
        key="ties",
        label=_("Whom and what they know"),
        fields=(
            TargetField(
                key="tie_referred_by",
                label=_("Referred by (e-mail address)"),
                headers=_headers("""
                    referred by, referrer, referrer email, referral, referral email,
                    aangedragen door, verwezen door, voorgedragen door, aanbrenger
                """),
                read=read_people,
            ),
            TargetField(
                key="tie_mentor",
                label=_("Their mentor (e-mail address)"),
                headers=_headers("mentor, mentor email, e mail mentor, mentee of, mentee van"),
                read=read_people,
            ),
            TargetField(
                key="tie_mentee",
                label=_("Mentor of (e-mail address)"),
                headers=_headers("mentor of, mentor van, mentee, mentee email"),
                read=read_people,
            ),
            TargetField(
                key="tie_knows",
                label=_("Knows (e-mail address)"),
                headers=_headers("knows, kent, kent ook, acquainted with"),
                read=read_people,
            ),
            TargetField(
                key="tie_studied_at",
                label=_("Studied at"),
                headers=_headers("""
                    school, opleidingsinstituut, onderwijsinstelling, universiteit, hogeschool,
                    university, college, studied at, studeerde aan, alma mater
                """),
                read=read_organisations,
            ),
            TargetField(
                key="tie_worked_at",
                label=_("Worked at before"),
                headers=_headers("""
                    vorige werkgever, vorige werkgevers, previous employer, previous employers,
                    former employer, worked at, werkte bij
                """),
                read=read_organisations,
            ),
        ),
        options=(),
        plan=plan,
        undo=undo,
    )
)
