"""Who has a tie with an organisation, a page at a time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import DateField, F, Q, Value
from django.db.models.functions import Coalesce

from contacts.models import Organisation
from core.models import User
from relationships.models import Tie
from relationships.models.tie import TieQuerySet
from relationships.selectors.ties import PARTS, TieLine

PAGE_SIZE = 50
# Later than any day a tie ends on: what still holds comes first.
NEVER = date.max


@dataclass(frozen=True)
class TiesPage:
    """``previous`` and ``next`` are the ties from which the neighbouring pages go on, or None."""

    lines: list[TieLine]
    count: int
    previous: UUID | None = None
    next: UUID | None = None


def ties_with(
    organisation: Organisation,
    user: User,
    *,
    today: date,
    after: UUID | None = None,
    before: UUID | None = None,
    size: int = PAGE_SIZE,
) -> TiesPage:
    """Those with people whom ``user`` may see: what holds by name, then what ended, latest first.
    A uid that is none of theirs gives the first page.
    """
    ties = Tie.objects.visible_to(user).filter(organisation=organisation)
    rows = ties.annotate(
        till=Coalesce("until", Value(NEVER), output_field=DateField()),
        name_key=F("contact__sort_key"),
    )
    named = before or after
    turn = rows.filter(uid=named).first() if named else None
    is_back = turn is not None and before is not None
    found = list(_walk(rows, turn, is_back=is_back)[: size + 1])
    is_more, shown = len(found) > size, found[:size]
    if is_back:
        shown.reverse()
    has_previous = is_more if is_back else turn is not None
    has_next = is_back or is_more
    return TiesPage(
        lines=_lines(shown, today),
        count=ties.count(),
        previous=shown[0].uid if shown and has_previous else None,
        next=shown[-1].uid if shown and has_next else None,
    )


def _walk(rows: TieQuerySet, turn: Tie | None, *, is_back: bool) -> TieQuerySet:
    order = ("till", "-name_key", "-pk") if is_back else ("-till", "name_key", "pk")
    if turn is not None:
        past, on = ("gt", "lt") if is_back else ("lt", "gt")
        till, key = turn.until or NEVER, turn.contact.sort_key
        rows = rows.filter(
            Q(**{f"till__{past}": till})
            | Q(**{"till": till, f"name_key__{on}": key})
            | Q(**{"till": till, "name_key": key, f"pk__{on}": turn.pk})
        )
    return rows.select_related(*PARTS).order_by(*order)


def _lines(rows: Sequence[Tie], today: date) -> list[TieLine]:
    return [
        TieLine(row, row.kind.name, row.contact, row.until is None or row.until >= today)
        for row in rows
    ]
