from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from relationships.models.relationship import Relationship


class RelationshipHealth(models.Model):
    """How a relationship is doing, 0 to 100, with the parts that it is made of.

    A part of which nothing is known is empty and does not count (docs/measures.md). Written in
    sets by ``services.health`` alone, and only where something came out differently, at
    ``computed_at``; the row may be missing until the next round.
    """

    PARTS: ClassVar = ("recency", "reciprocity", "breadth", "promises", "experience")

    relationship = models.OneToOneField(
        Relationship, on_delete=models.CASCADE, primary_key=True, related_name="health"
    )
    value = models.PositiveSmallIntegerField()
    recency = models.PositiveSmallIntegerField()
    reciprocity = models.PositiveSmallIntegerField(null=True)
    breadth = models.PositiveSmallIntegerField(null=True)
    promises = models.PositiveSmallIntegerField(null=True)
    experience = models.PositiveSmallIntegerField(null=True)
    computed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("health of a relationship")
        verbose_name_plural = _("health of relationships")
        indexes = [models.Index(fields=["value"], name="health_by_value")]

    def __str__(self) -> str:
        return f"health of relationship #{self.relationship_id}"


class HealthMark(models.Model):
    """Something happened with this person: the health of their relationships is to be worked out.

    Rows are only added, one per event, and taken out by the round that answers them. A mark
    that is there already is no reason to leave one out: the round that takes it may have read
    the rest before our event was there.
    """

    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return f"health mark #{self.pk}"
