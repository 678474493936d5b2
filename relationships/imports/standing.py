"""What the people of a batch are to us already."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from contacts.imports.targets import TargetRow
from relationships.models import Engagement, Relationship


@dataclass(slots=True)
class Engaged:
    """An engagement as it is (then it has a ``pk``) or will be."""

    form: str
    starts_on: date
    ends_on: date | None
    role: str = ""
    unit_id: int | None = None
    pk: int | None = None


@dataclass(slots=True)
class Standing:
    """What someone is to us: as it is, and then as the rows of the file leave it."""

    kinds: set[str] = field(default_factory=set)
    open_kinds: set[str] = field(default_factory=set)
    engagements: dict[tuple[str, date], Engaged] = field(default_factory=dict)


def whose(row: TargetRow) -> tuple[str, int]:
    """Two persons of a file may turn out to be one that we have."""
    return ("row", row.person) if row.contact_id is None else ("contact", row.contact_id)


def standings(rows: Sequence[TargetRow]) -> defaultdict[tuple[str, int], Standing]:
    standings: defaultdict[tuple[str, int], Standing] = defaultdict(Standing)
    people = {row.contact_id for row in rows if row.contact_id is not None}
    if not people:
        return standings
    held = Relationship.objects.filter(contact_id__any=people)
    for pk, kind, ended_on in held.values_list("contact_id", "kind", "ended_on"):
        standing = standings["contact", pk]
        standing.kinds.add(kind)
        if ended_on is None:
            standing.open_kinds.add(kind)
    engagements = Engagement.objects.binding().filter(contact_id__any=people).order_by("-pk")
    for contact_id, form, starts_on, ends_on, pk in engagements.values_list(
        "contact_id", "form", "starts_on", "ends_on", "pk"
    ):
        engaged = Engaged(form, starts_on, ends_on, pk=pk)
        standings["contact", contact_id].engagements[form, starts_on] = engaged
    return standings
