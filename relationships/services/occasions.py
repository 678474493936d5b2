"""What comes up by itself and asks for a human: a message that waits for an answer, a closing that
deserves a word, a working anniversary, a fact whose moment has come.

Each becomes a task of whoever keeps in touch with the person (``FollowUp.kind``), known by its
``key``: asked again, from an event that is told twice or a round that runs twice, it is made once.
What a human then says to the person answers the first three. The caller has a transaction open.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from contacts.conditions.registry import begin_of
from contacts.models import Contact
from core import audit
from relationships.choices import CLOSING_WITHIN, Channel, Direction, Kind
from relationships.models import (
    Engagement,
    FollowUp,
    Interaction,
    PersonalFact,
    StageTransition,
)
from relationships.services.occasion_tasks import Occasion, ask

# A message older than this is history that was brought in, not somebody who waits.
REPLY_WAITS = timedelta(days=30)
# What is written down by hand is known to the minute only.
A_MINUTE = timedelta(minutes=1)
# A working anniversary that nobody took up in this time is let go.
ANNIVERSARY_STAYS = timedelta(days=7)
# The house works for them still, and they for us: a word of goodbye would be odd.
WORKED = (Kind.EMPLOYEE, Kind.FREELANCER)
ANSWERED = (FollowUp.Kind.REPLY, FollowUp.Kind.CLOSING, FollowUp.Kind.ANNIVERSARY)


def ask_for_replies(*, interaction_ids: Collection[int], now: datetime) -> list[FollowUp]:
    """A task for each person who wrote and has heard no human since. One a person at a time."""
    wrote = _human(Direction.INBOUND).filter(
        pk__in=interaction_ids, happened_at__gt=now - REPLY_WAITS, contact__archived_at=None
    )
    heard = _human(Direction.OUTBOUND, Direction.TWO_WAY).filter(
        contact=OuterRef("contact"), happened_at__gte=OuterRef("happened_at")
    )
    asked = FollowUp.objects.open().filter(kind=FollowUp.Kind.REPLY, contact=OuterRef("contact_id"))
    rows = wrote.filter(~Exists(heard), ~Exists(asked)).order_by("-happened_at", "-pk")
    first = {row.contact_id: row for row in rows}
    return ask(
        Occasion(
            kind=FollowUp.Kind.REPLY,
            key=f"reply:{row.pk}",
            contact_id=row.contact_id,
            occurred_on=timezone.localdate(row.happened_at),
            due_on=timezone.localdate(row.happened_at),
            owner_id=row.author_id,
            interaction_id=row.pk,
        )
        for row in first.values()
    )


def owe_for_moves(*, transition_ids: Collection[int], now: datetime) -> list[FollowUp]:
    """A task for each who was turned down, or left: not for who went on with us, nor for who wants
    to hear nothing more.
    """
    went_on = Q(to_stage__is_onward=True) & ~Q(relationship__kind__in=WORKED)
    moves = StageTransition.objects.filter(
        pk__in=transition_ids, to_stage__is_closed=True, relationship__ended_on__isnull=False
    ).exclude(went_on | Q(to_stage__key="no-contact-wanted"))
    moves = moves.filter(moved_at__gt=now - CLOSING_WITHIN).select_related("relationship")
    return _owe(
        Occasion(
            kind=FollowUp.Kind.CLOSING,
            key=f"closing:move:{move.pk}",
            contact_id=move.relationship.contact_id,
            occurred_on=timezone.localdate(move.moved_at),
            due_on=timezone.localdate(move.moved_at),
            owner_id=move.relationship.owner_id or move.moved_by_id,
        )
        for move in moves
    )


def owe_for_engagements(
    *, today: date, engagement_ids: Collection[int] | None = None
) -> list[FollowUp]:
    """A task for each whose work for us ended these days, unless other work of theirs goes on."""
    goes_on = Engagement.objects.filter(contact=OuterRef("contact")).filter(
        Q(ends_on=None) | Q(ends_on__gt=OuterRef("ends_on"))
    )
    rows = Engagement.objects.binding().filter(
        ends_on__lte=today, ends_on__gt=today - CLOSING_WITHIN
    )
    if engagement_ids is not None:
        rows = rows.filter(pk__in=engagement_ids)
    return _owe(
        Occasion(
            kind=FollowUp.Kind.CLOSING,
            key=f"closing:engagement:{row.pk}",
            contact_id=row.contact_id,
            occurred_on=row.ends_on or today,
            due_on=row.ends_on or today,
            owner_id=row.recorded_by_id,
        )
        for row in rows.filter(~Exists(goes_on)).order_by("pk")
    )


def mark_anniversaries(*, today: date) -> list[FollowUp]:
    """A task for each who began to work for us on this day of an earlier year; what was left lying
    for a week is let go. Who began on 29 February is thought of on the 28th in other years.
    """
    stale = FollowUp.objects.open().filter(kind=FollowUp.Kind.ANNIVERSARY)
    stale.filter(occurred_on__lt=today - ANNIVERSARY_STAYS).delete()
    rows = (
        Engagement.objects.binding()
        .filter(_on_the_day(today), starts_on__lt=today)
        .filter(Q(ends_on=None) | Q(ends_on__gt=today))
        .filter(contact__archived_at=None, contact__do_not_contact=False)
        .exclude(starts_on__year=today.year)
        .order_by("contact", "starts_on", "pk")
        .distinct("contact")
    )
    return ask(
        Occasion(
            kind=FollowUp.Kind.ANNIVERSARY,
            key=f"anniversary:{row.pk}:{today.year}",
            contact_id=row.contact_id,
            occurred_on=today,
            due_on=today,
            years=today.year - row.starts_on.year,
        )
        for row in rows
    )


def bring_up_facts(*, today: date, fact_ids: Collection[int] | None = None) -> list[FollowUp]:
    """A task for each fact whose moment is now. The words stay in the fact, and go with it."""
    rows = PersonalFact.objects.timely(today).filter(contact__archived_at=None)
    if fact_ids is not None:
        rows = rows.filter(pk__in=fact_ids)
    return ask(
        Occasion(
            kind=FollowUp.Kind.FACT,
            key=f"fact:{row.pk}:{row.shows_on}",
            contact_id=row.contact_id,
            occurred_on=row.shows_on or today,
            due_on=today,
            fact_id=row.pk,
        )
        for row in rows.order_by("pk")
    )


def answer(*, interaction_ids: Collection[int]) -> int:
    """What a human said to these people answers what waited for it: done, when it was said.

    A closing is answered by a word on its very day as well: one calls before the card is moved.
    """
    waits = FollowUp.objects.open().filter(kind__in=ANSWERED, contact=OuterRef("contact_id"))
    said = _human(Direction.OUTBOUND, Direction.TWO_WAY).filter(
        Exists(waits), pk__in=interaction_ids
    )
    answered: dict[int, FollowUp] = {}
    for one in said.order_by("happened_at", "pk"):
        day = timezone.localdate(one.happened_at)
        waiting = FollowUp.objects.open().filter(contact=one.contact_id, kind__in=ANSWERED)
        waiting = waiting.filter(occurred_on__lte=day).filter(
            Q(interaction=None) | Q(interaction__happened_at__lt=one.happened_at + A_MINUTE)
        )
        for row in waiting.select_for_update(of=("self",)).order_by("pk"):
            if row.pk not in answered:
                row.state, row.closed_at = FollowUp.State.DONE, one.happened_at
                row.closed_by_id, row.answered_by = one.author_id, one.pk
                answered[row.pk] = row
    rows = list(answered.values())
    if not rows:
        return 0
    FollowUp.objects.bulk_update(rows, ["state", "closed_at", "closed_by", "answered_by"])
    audit.record_many(
        actor=None,
        action="relationships.follow_up_closed",
        entries=((row, {"state": row.state, "answered": True}) for row in rows),
    )
    return len(rows)


def take_back(*, interaction_ids: Collection[int], contact_ids: Collection[int]) -> None:
    """These were logged by mistake: what they asked is gone, what they answered waits again."""
    asked = FollowUp.objects.open().filter(key__in=[f"reply:{pk}" for pk in interaction_ids])
    asked.delete()
    answered = FollowUp.objects.filter(contact__in=contact_ids, answered_by__in=interaction_ids)
    answered.filter(state=FollowUp.State.DONE).update(
        state=FollowUp.State.OPEN, closed_at=None, closed_by=None, answered_by=None
    )


def _human(*directions: str) -> QuerySet[Interaction]:
    rows = Interaction.objects.filter(direction__in=directions, is_automated=False)
    return rows.exclude(channel=Channel.NOTE)


def _on_the_day(today: date) -> Q:
    on_it = Q(starts_on__month=today.month, starts_on__day=today.day)
    tomorrow = today + timedelta(days=1)
    if (today.month, today.day) == (2, 28) and tomorrow.day == 1:
        on_it |= Q(starts_on__month=2, starts_on__day=29)
    return on_it


def _owe(occasions: Iterable[Occasion]) -> list[FollowUp]:
    """Only of people who may be spoken with, who are not owed one already, nor heard from us on the
    very day.
    """
    found = {one.contact_id: one for one in occasions}
    owed = FollowUp.objects.open().filter(kind=FollowUp.Kind.CLOSING, contact__in=found)
    may_hear = Contact.objects.filter(pk__in=found, archived_at=None, do_not_contact=False)
    people = set(may_hear.values_list("pk", flat=True))
    people -= set(owed.values_list("contact_id", flat=True))
    made = ask(one for one in found.values() if one.contact_id in people)
    since = min((row.occurred_on for row in made if row.occurred_on), default=None)
    if since is not None:
        said = _human(Direction.OUTBOUND, Direction.TWO_WAY).filter(
            contact__in=[row.contact_id for row in made], happened_at__gte=begin_of(since)
        )
        answer(interaction_ids=list(said.values_list("pk", flat=True)))
    return made
