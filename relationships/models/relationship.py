from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Expression, F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from relationships.choices import Cause, Kind
from relationships.models.lifecycle import Stage

if TYPE_CHECKING:
    from core.models import User


class RelationshipQuerySet(models.QuerySet["Relationship"]):
    def open(self) -> "RelationshipQuerySet":
        return self.filter(ended_on=None)

    def visible_to(self, user: "User") -> "RelationshipQuerySet":
        """The rows ``user`` may see: those of people they may see. Pages and API start here."""
        return self.in_units(visible_units(user, "relationships.view_relationship"))

    def in_units(self, unit_ids: Sequence[int] | Expression | None) -> "RelationshipQuerySet":
        """Those of people whom these units keep (None: whoever keeps them)."""
        return self if unit_ids is None else self.filter(contact__unit__any=unit_ids)

    def for_board(self) -> "RelationshipQuerySet":
        """Everything one board card shows; the longest at their stage first."""
        return self.select_related("contact", "owner", "stage").order_by("stage_since", "pk")


class Relationship(TimeStampedModel):
    """What a contact is to us, of one kind, from ``started_on`` until ``ended_on``.

    ``stage``, ``stage_since`` and ``ended_on`` are written by ``services.lifecycle`` alone, which
    also writes the ``StageTransition`` that explains the change. A relationship is open while
    ``ended_on`` is empty; a stage that closes sets it, and leaving such a stage clears it.

    How often we speak: ``cadence_days``, else ``segment_days`` (written by
    ``services.segment_cadence``), else the stage's. ``tie_value`` is 1 to 5, written by
    ``services.losing_touch``.
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="relationships"
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    stage = models.ForeignKey(
        Stage, on_delete=models.PROTECT, related_name="relationships", verbose_name=_("stage")
    )
    stage_since = models.DateTimeField()
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="relationships",
        verbose_name=_("owner"),
    )
    # Since they are the owner; empty for who was from the beginning.
    owner_since = models.DateField(null=True, editable=False)
    started_on = models.DateField(_("started on"))
    ended_on = models.DateField(_("ended on"), null=True, blank=True)
    cadence_days = models.PositiveSmallIntegerField(
        _("days between contact moments"), null=True, blank=True
    )
    segment_days = models.PositiveSmallIntegerField(null=True, editable=False)
    last_two_way_at = models.DateTimeField(null=True, editable=False)
    next_touch_on = models.DateField(_("next contact moment"), null=True, blank=True)
    tie_value = models.PositiveSmallIntegerField(default=1, editable=False)

    objects = RelationshipQuerySet.as_manager()

    class Meta:
        verbose_name = _("relationship")
        verbose_name_plural = _("relationships")
        indexes = [
            # With whom, so that whoever was put aside can be left out of what is counted.
            models.Index(
                fields=["stage", "stage_since", "id"],
                include=["contact"],
                condition=Q(ended_on=None),
                name="relationship_board",
            ),
            models.Index(
                fields=["stage", "next_touch_on", "id"],
                condition=Q(ended_on=None),
                name="relationship_board_by_touch",
            ),
            # Who came lately to a stage that closes.
            models.Index(
                fields=["stage", "ended_on", "stage_since", "id"],
                include=["contact"],
                condition=Q(ended_on__isnull=False),
                name="relationship_ended",
            ),
            models.Index(fields=["owner", "next_touch_on"], name="relationship_due"),
            models.Index(fields=["updated_at", "id"], name="relationship_by_update"),
            models.Index(
                fields=["next_touch_on", "contact"],
                condition=Q(ended_on=None, next_touch_on__isnull=False),
                name="relationship_by_touch",
            ),
            models.Index(
                fields=["tie_value", "next_touch_on", "id"],
                condition=Q(ended_on=None, next_touch_on__isnull=False),
                name="relationship_losing_touch",
            ),
            models.Index(
                fields=["last_two_way_at", "contact"],
                condition=Q(last_two_way_at__isnull=False),
                name="relationship_by_last_contact",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["contact", "kind"],
                condition=Q(ended_on=None),
                name="one_open_relationship_per_kind",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="relationship_ends_after_start",
            ),
        ]

    def __str__(self) -> str:
        return f"relationship #{self.pk}"

    def days_between(self, stage: Stage | None = None) -> int | None:
        """The cadence in force, standing at ``stage`` (without one: where it stands): the person's
        own before that of their segments, that of the segments before that of the stage.
        """
        return self.cadence_days or self.segment_days or (stage or self.stage).cadence_days


class StageTransition(TimeStampedModel):
    """One move. Rows are only ever added. ``from_stage`` is empty for the beginning."""

    relationship = models.ForeignKey(
        Relationship, on_delete=models.CASCADE, related_name="transitions"
    )
    from_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, null=True, related_name="+")
    to_stage = models.ForeignKey(Stage, on_delete=models.PROTECT, related_name="+")
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    moved_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    cause = models.CharField(
        max_length=12, choices=Cause, default=Cause.MOVED, db_default=Cause.MOVED.value
    )

    class Meta:
        indexes = [
            models.Index(fields=["relationship", "moved_at"], name="transition_history"),
            models.Index(fields=["moved_at"], name="transition_flow"),
        ]

    def __str__(self) -> str:
        return f"transition #{self.pk}"
