"""What changed on a board since somebody looked, from the change log.

Whoever looks keeps the snapshot that PostgreSQL gave: which transactions they saw the work of.
What they did not see then and see now is what changed, each once: nothing that commits late is
missed, and nobody waits for the oldest transaction that runs, as readers of the whole log do
(docs/adr/0003).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value

from core.models import Change, User
from relationships.models import Relationship
from relationships.selectors.board import Card, Column, Filters, cards_of, columns

# So many events are looked through, and so many cards put in their places; beyond that the board is
# better looked at anew.
MOST_EVENTS, MOST_CARDS = 2000, 100
_SNAPSHOT = re.compile(r"[0-9]{1,19}:[0-9]{1,19}:(?:[0-9]{1,19}(?:,[0-9]{1,19}){0,999})?")
# What a bigint holds.
MOST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Changes:
    """``gone``: cards that no longer belong on this board, if they are there. ``moved``: those of
    the cards that somebody else moved. ``is_much``: too much to be shown piece by piece.
    """

    seen: str
    cards: Sequence[Card] = ()
    gone: Sequence[UUID] = ()
    heads: Sequence[Column] = ()
    moved: Sequence[Card] = ()
    is_much: bool = False


class _Unseen(Func):
    """Whether the work of a transaction was not yet to be seen in a snapshot."""

    template = "NOT pg_visible_in_snapshot(%(expressions)s)"
    output_field = BooleanField()

    def __init__(self, transaction: str, seen: str) -> None:
        super().__init__(
            Func(F(transaction), template="%(expressions)s::text::xid8"),
            Func(Value(seen), template="%(expressions)s::pg_snapshot"),
        )


def seen_now() -> str:
    """The snapshot of now: ``lowest:next:running,running``, in numbers of transactions."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text")
        (seen,) = cursor.fetchone()
    return str(seen)


def changes_since(seen: str, kind: str, user: User, filters: Filters, *, now: datetime) -> Changes:
    """In two queries where nothing happened with whom this kind of relationship is open.

    Raises ValueError for what no board ever gave.
    """
    lowest = _lowest(seen)
    here = seen_now()
    events = list(
        Change.objects.filter(_Unseen("transaction", seen), transaction__gte=lowest)
        .filter(payload__has_key="contact_id")
        .values_list("payload", flat=True)[: MOST_EVENTS + 1]
    )
    if not events:
        return Changes(seen=here)
    people = {payload["contact_id"] for payload in events} - {None}
    touched = Relationship.objects.visible_to(user).filter(kind=kind, contact__in=people)
    rows = dict(touched.values_list("pk", "uid")[: MOST_CARDS + 1])
    if len(events) > MOST_EVENTS or len(rows) > MOST_CARDS:
        return Changes(seen=here, is_much=True)
    if not rows:
        return Changes(seen=here)
    found = cards_of(kind, user, filters, of=Q(pk__in=list(rows)), now=now)
    shown = {card.relationship.pk for card in found}
    stages = {card.relationship.stage_id for card in found}
    moved = set()
    for payload in events:
        stages |= {payload.get(name) for name in ("from_stage_id", "to_stage_id", "stage_id")}
        if "to_stage_id" in payload and payload.get("actor_id") != user.pk:
            moved.add(payload.get("relationship_id"))
    return Changes(
        seen=here,
        cards=found,
        gone=[uid for pk, uid in rows.items() if pk not in shown],
        heads=columns(kind, user, filters, now=now, only=stages - {None}, with_cards=False),
        moved=[card for card in found if card.relationship.pk in moved],
    )


def _lowest(seen: str) -> int:
    """The transaction before which everything was seen, of a snapshot that PostgreSQL reads."""
    if not _SNAPSHOT.fullmatch(seen):
        raise ValueError(seen)
    lowest, following, running_ = seen.split(":")
    running = [int(number) for number in running_.split(",") if number]
    bounds = [int(lowest), *running, int(following)]
    if bounds != sorted(bounds) or not 0 < bounds[0] <= bounds[-1] < MOST:
        raise ValueError(seen)
    if len(set(running)) < len(running) or int(following) in running:
        raise ValueError(seen)
    return bounds[0]
