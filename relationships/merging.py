"""How two people who are one go on in the relationships that both have."""

from django.db import models

from core.merging import Clash, Journal, register_afterwards, register_resolver
from relationships.models import Relationship, StageTransition
from relationships.services.cadence import refresh_touches


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
            clash.journal.change(row, owner=double.owner_id)
        clash.journal.change(StageTransition.objects.filter(relationship=double), relationship=kept)
        clash.journal.take_out(Relationship.objects.filter(pk=double.pk))


def bring_touches_up_to_date(journal: Journal, survivor: models.Model) -> None:
    """What was said with the one was said with the other."""
    with journal.watching(Relationship.objects.filter(contact=survivor.pk)):
        refresh_touches([survivor.pk])


register_afterwards(bring_touches_up_to_date)
register_resolver(Relationship, keep_one_open_relationship)
