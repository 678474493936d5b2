from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.searching.expressions import TextWords
from core.models import TimeStampedModel
from relationships.choices import DEPTHS, Channel, Depth, Direction, Party

if TYPE_CHECKING:
    from core.models import User


class InteractionQuerySet(models.QuerySet["Interaction"]):
    def visible_to(self, user: "User") -> "InteractionQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)


class Interaction(TimeStampedModel):
    """One thing that happened between us: who spoke, by what means, and who began it.

    ``is_automated`` is true for what a machine sent: it never counts as human contact.
    ``gathering`` is the same for all with whom we spoke at once: one row each.
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="interactions", db_index=False
    )
    happened_at = models.DateTimeField(_("when"))
    channel = models.CharField(_("channel"), max_length=10, choices=Channel)
    direction = models.CharField(_("direction"), max_length=10, choices=Direction)
    initiated_by = models.CharField(_("began with"), max_length=4, choices=Party)
    is_automated = models.BooleanField(default=False, editable=False)
    summary = models.CharField(_("in a line"), max_length=200, blank=True)
    body = models.TextField(_("notes"), blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    gathering = models.UUIDField(null=True, editable=False)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        verbose_name = _("interaction")
        verbose_name_plural = _("interactions")
        indexes = [
            # With what rules ask of a moment, so that they need not look at the row itself.
            models.Index(
                fields=["contact", "-happened_at"],
                include=["channel", "direction", "is_automated"],
                name="interaction_of_contact",
            ),
            models.Index(fields=["happened_at"], name="interaction_by_time"),
            GinIndex(TextWords("summary", "body"), name="interaction_words"),
            models.Index(
                fields=["gathering"],
                condition=models.Q(gathering__isnull=False),
                name="interaction_gathering",
            ),
        ]
        constraints = [
            # What every report tells apart is known of every row, whoever wrote it.
            models.CheckConstraint(
                condition=models.Q(
                    channel__in=Channel.values,
                    direction__in=Direction.values,
                    initiated_by__in=Party.values,
                ),
                name="interaction_is_told_apart",
            )
        ]

    def __str__(self) -> str:
        return f"interaction #{self.pk}"

    @property
    def depth(self) -> Depth:
        return DEPTHS[self.channel]


class InteractionVersion(TimeStampedModel):
    """How a contact moment read before its author put it right (``changed``) or took it back.

    ``number`` is the primary key of the moment, which is gone while it is ``taken_back``; putting
    it back (``put_back_at``) gives it the same one.
    """

    class Act(models.TextChoices):
        CHANGED = "changed", _("Put right")
        TAKEN_BACK = "taken_back", _("Taken back")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="interaction_versions"
    )
    number = models.BigIntegerField(db_index=True)
    act = models.CharField(max_length=10, choices=Act)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    put_back_at = models.DateTimeField(null=True)
    held = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("earlier version of a contact moment")
        verbose_name_plural = _("earlier versions of contact moments")

    def __str__(self) -> str:
        return f"version #{self.pk} of interaction #{self.number}"


class TimelineEntry(models.Model):
    """What the profile lists: one line for everything that happened, written by every app.

    ``verb`` says what kind of line it is (``stage.changed``, ``touchpoint.sent``); its app
    registers how it reads (``relationships.timeline``), from ``data``, in the reader's language.
    ``key`` names what it tells of, so that a replayed event writes it once.
    """

    contact = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.CASCADE,
        related_name="timeline_entries",
        db_index=False,
    )
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    key = models.CharField(max_length=80)
    direction = models.CharField(max_length=10, choices=Direction, blank=True)
    channel = models.CharField(max_length=10, choices=Channel, blank=True)
    is_automated = models.BooleanField(default=False)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
    )
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["contact", "-at", "-id"], name="timeline_of_contact"),
            models.Index(
                fields=["actor", "-at"],
                condition=models.Q(actor__isnull=False),
                name="timeline_of_actor",
            ),
        ]
        constraints = [models.UniqueConstraint(fields=["key"], name="one_line_per_key")]

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"
