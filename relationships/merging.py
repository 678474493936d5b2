"""How two people who are one go on in the relationships that both have."""

from django.db import models

from core.merging import (
    Clash,
    Journal,
    register_afterwards,
    register_derived,
    register_resolver,
)
from relationships.models import CoOwner, Exposed, Relationship, SidesPlace, StageTransition, Tie
from relationships.services.cadence import refresh_touches
from relationships.services.ties import same_ties


def keep_one_open_relationship(clash: Clash) -> None:
    """Of two open relationships of one kind, the survivor's goes on, from the day the first of
    them began; the moves of the duplicate's become part of its history.
    """
    open_now = {one.kind: one for one in clash.survivors.filter(ended_on=None)}
    for double in clash.duplicates.filter(ended_on=None, kind__in=open_now):
        kept = open_now[double.kind]
        row = Relationship.objects.filter(pk=kept.pk)
        if double.started_on < kept.started_on:
            clash.journal.change(row, started_on=double.started_on)
        if kept.owner_id is None and double.owner_id is not None:
            clash.journal.change(row, owner=double.owner_id, owner_since=double.owner_since)
        beside = CoOwner.objects.filter(relationship=kept).values("user")
        joining = CoOwner.objects.filter(relationship=double).exclude(user__in=beside)
        clash.journal.change(joining, relationship=kept)
        clash.journal.change(StageTransition.objects.filter(relationship=double), relationship=kept)
        clash.journal.take_out(Relationship.objects.filter(pk=double.pk))


def bring_touches_up_to_date(journal: Journal, survivor: models.Model) -> None:
    """What was said with the one was said with the other."""
    with journal.watching(Relationship.objects.filter(contact=survivor.pk)):
        refresh_touches([survivor.pk])


def keep_one_tie(clash: Clash) -> None:
    """A tie between the two is none any more. Of two that say the same and still hold, the
    survivor's stays, from the day that the first of them began.
    """
    pair = (clash.survivor_id, clash.duplicate_id)
    clash.journal.take_out(Tie.objects.filter(contact__in=pair, other__in=pair))
    for double in clash.duplicates.filter(until=None, removed_at=None).select_related("kind"):
        handed = _in_the_hands_of(clash.survivor_id, double, was=clash.duplicate_id)
        kept = Tie.objects.filter(same_ties(handed), until=None).order_by("pk").first()
        if kept is None:
            continue
        if double.since and (kept.since is None or double.since < kept.since):
            clash.journal.change(
                Tie.objects.filter(pk=kept.pk),
                since=double.since,
                is_since_year=double.is_since_year,
            )
        clash.journal.take_out(Tie.objects.filter(pk=double.pk))


def _in_the_hands_of(survivor_id: int, tie: Tie, *, was: int) -> Tie:
    """As it will be, unsaved."""
    ends = {name: getattr(tie, name) for name in ("contact_id", "other_id")}
    handed = {name: survivor_id if pk == was else pk for name, pk in ends.items()}
    rest = {name: getattr(tie, name) for name in ("pk", "organisation_id", "colleague_id")}
    return Tie(kind=tie.kind, **handed, **rest)


register_resolver(Tie, keep_one_tie)
register_resolver(Tie, keep_one_tie, field_name="other")


def keep_what_is_derived(clash: Clash) -> None:
    """Worked out anew every night: until then the survivor's stands, if there is one."""
    if clash.survivors.exists():
        clash.journal.take_out(clash.duplicates)


for _derived in (Exposed, SidesPlace):
    register_resolver(_derived, keep_what_is_derived)
    register_derived(_derived)
register_afterwards(bring_touches_up_to_date)
register_resolver(Relationship, keep_one_open_relationship)
