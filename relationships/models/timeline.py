from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _

from contacts.searching.expressions import TextWords
from core.models import TimeStampedModel
from relationships.choices import Channel, Direction, Party


class Interaction(TimeStampedModel):
    """One thing that happened between us: who spoke, by what means, and who began it.

    ``is_automated`` is true for what a machine sent: it never counts as human contact.
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="interactions"
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
        ]

    def __str__(self) -> str:
        return f"interaction #{self.pk}"


class TimelineEntry(models.Model):
    """What the profile lists: one line for everything that happened, written by every app.

    ``verb`` says what kind of line it is (``stage.changed``, ``touchpoint.sent``); its app
    registers how it reads (``relationships.timeline``), from ``data``, in the reader's language.
    ``key`` names what it tells of, so that a replayed event writes it once.
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="timeline_entries"
    )
    at = models.DateTimeField()
    verb = models.CharField(max_length=40)
    key = models.CharField(max_length=80, unique=True)
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

    def __str__(self) -> str:
        return f"{self.verb} #{self.pk}"
