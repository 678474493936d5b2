"""What the marks of a note became. The promises of a note stand in ``Promise``."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class MentionQuerySet(models.QuerySet["Mention"]):
    def unread_by(self, user: "User") -> "MentionQuerySet":
        """Those about people whom ``user`` may still see."""
        unread = self.filter(user=user, read_at=None)
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return unread
        return unread.filter(interaction__contact__unit__in=unit_ids)


class Mention(TimeStampedModel):
    """``@colleague`` in a note: it stands on the desk of ``user`` until they read it."""

    interaction = models.ForeignKey(
        "relationships.Interaction", on_delete=models.CASCADE, related_name="mentions"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="mentions"
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    read_at = models.DateTimeField(null=True, editable=False)

    objects = MentionQuerySet.as_manager()

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        indexes = [
            models.Index(
                fields=["user", "-created_at"], condition=Q(read_at=None), name="mention_unread"
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["interaction", "user"], name="one_mention_per_note")
        ]

    def __str__(self) -> str:
        return f"mention #{self.pk}"


class NoteTag(TimeStampedModel):
    """``#topic`` in a note. ``is_new``: the person did not have the tag before this note, so that
    taking the word out of the note takes the tag off the person again.
    """

    interaction = models.ForeignKey(
        "relationships.Interaction", on_delete=models.CASCADE, related_name="note_tags"
    )
    tag = models.ForeignKey("contacts.Tag", on_delete=models.CASCADE, related_name="note_tags")
    is_new = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("topic of a note")
        verbose_name_plural = _("topics of notes")
        constraints = [
            models.UniqueConstraint(fields=["interaction", "tag"], name="one_topic_per_note")
        ]

    def __str__(self) -> str:
        return f"topic #{self.pk}"
