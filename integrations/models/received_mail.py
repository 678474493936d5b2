"""Mail that came in to be filed: what it says, with whom it is, and on whom it was filed."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel
from core.models.queue import QueuedRow, QueuedRowQuerySet
from relationships.choices import Direction

if TYPE_CHECKING:
    from core.models import User


class ReceivedMailQuerySet(QueuedRowQuerySet["ReceivedMail"]):
    def visible_to(self, user: "User") -> "ReceivedMailQuerySet":
        """A colleague's mail is their own: nobody else reads it here."""
        return self.filter(colleague=user)


class ReceivedMail(QueuedRow):
    """A mail that came to a colleague's filing address.

    It is a row before its sender is told that we have it; a worker reads it afterwards (``raw``
    becomes ``subject`` and ``text``) and files it. ``key`` is the digest of its Message-ID, so
    that the same mail twice is one row. ``letter_key`` is that of the letter it brings: another
    one where it was forwarded. ``thread`` holds the keys of the letters that it answers.

    What it says is kept only while somebody in it is not known yet, and never for longer than
    ``CAPTURE_KEEP_DAYS``; on the timelines it stands as contact moments.
    """

    class Door(models.TextChoices):
        SMTP = "smtp", _("Mail server")
        API = "api", _("API")

    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    key = models.CharField(max_length=64)
    door = models.CharField(max_length=4, choices=Door)
    raw = models.BinaryField(default=bytes)
    letter_key = models.CharField(max_length=64, blank=True)
    thread = models.JSONField(default=list)
    sent_at = models.DateTimeField(null=True)
    is_automated = models.BooleanField(default=False)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    text = models.TextField(_("text"), blank=True)

    objects = ReceivedMailQuerySet.as_manager()

    class Meta:
        verbose_name = _("received mail")
        verbose_name_plural = _("received mails")
        indexes = [
            models.Index(
                fields=["due_at", "id"],
                condition=Q(queue_state="waiting"),
                name="received_mail_due",
            ),
            models.Index(
                fields=["lease_until"],
                condition=Q(queue_state="claimed"),
                name="received_mail_lease",
            ),
            models.Index(fields=["created_at"], name="received_mail_by_age"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["colleague", "key"], name="one_received_mail_per_key")
        ]

    def __str__(self) -> str:
        return f"received mail #{self.pk}"


class CorrespondentQuerySet(models.QuerySet["Correspondent"]):
    def visible_to(self, user: "User") -> "CorrespondentQuerySet":
        return self.filter(colleague=user)

    def waiting(self) -> "CorrespondentQuerySet":
        return self.filter(state=Correspondent.State.WAITING)


class Correspondent(TimeStampedModel):
    """One address of a received mail: who wrote it, or to whom it was written.

    ``waiting`` until it is known whose address it is → ``filed``; or ``set_aside``, which can be
    taken back. ``address`` is in lower case, and empty where none could be read: somebody must
    say by hand with whom the mail is.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        FILED = "filed", _("Filed")
        SET_ASIDE = "set_aside", _("Not for here")

    mail = models.ForeignKey(ReceivedMail, on_delete=models.CASCADE, related_name="correspondents")
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", db_index=False
    )
    address = models.CharField(_("e-mail address"), max_length=254, blank=True)
    name = models.CharField(_("name"), max_length=200, blank=True)
    direction = models.CharField(max_length=10, choices=Direction)
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, null=True, related_name="+"
    )

    objects = CorrespondentQuerySet.as_manager()

    class Meta:
        verbose_name = _("correspondent")
        verbose_name_plural = _("correspondents")
        indexes = [
            models.Index(
                fields=["colleague", "address"],
                condition=Q(state="waiting"),
                name="correspondent_waiting",
            ),
            models.Index(
                fields=["address"], condition=Q(state="waiting"), name="correspondent_address"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["mail", "address"], name="one_address_per_mail"),
            models.CheckConstraint(
                condition=Q(direction__in=[Direction.INBOUND, Direction.OUTBOUND]),
                name="correspondent_wrote_or_was_written_to",
            ),
        ]

    def __str__(self) -> str:
        return f"correspondent #{self.pk}"


class FiledMail(TimeStampedModel):
    """That a letter stands on a person's timeline: once, whoever files it, however often it comes.

    It outlives the mail itself, and the contact moment where that was taken back: what a colleague
    took away does not come back by itself.
    """

    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="+")
    letter_key = models.CharField(max_length=64)
    interaction = models.ForeignKey(
        "relationships.Interaction", on_delete=models.SET_NULL, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("filed mail")
        verbose_name_plural = _("filed mails")
        constraints = [
            models.UniqueConstraint(fields=["contact", "letter_key"], name="one_line_per_letter")
        ]

    def __str__(self) -> str:
        return f"filed mail #{self.pk}"
