from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from contacts.models.access import visible_units
from contacts.searching.expressions import TextWords
from core.models import TimeStampedModel
from relationships.choices import Party

if TYPE_CHECKING:
    from core.models import User


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, user: "User") -> "PromiseQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)

    def open(self) -> "PromiseQuerySet":
        return self.filter(state=Promise.State.OPEN)

    def overdue(self, today: date) -> "PromiseQuerySet":
        """Open, and their day is past."""
        return self.open().filter(due_on__lt=today)


class Promise(TimeStampedModel):
    """Something that one side said it would do for the other by a day.

    ``open`` → ``kept``, ``broken``, ``withdrawn`` (because of ``reason``) or ``renegotiated``, when
    another promise (``replaces``) came in its place. Each of these can be undone. ``promiser`` is
    who of us gave our word, or to whom they gave theirs.

    ``note_key`` knows a promise again that was made by a note (``services.notes``), so that the
    note may be edited without making it twice.

    ``desk_from``: who gave our word put it off their desk until then. The word itself stands.
    """

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("promise", "Open")
        KEPT = "kept", pgettext_lazy("promise", "Kept")
        RENEGOTIATED = "renegotiated", pgettext_lazy("promise", "Agreed anew")
        BROKEN = "broken", pgettext_lazy("promise", "Broken")
        WITHDRAWN = "withdrawn", pgettext_lazy("promise", "Withdrawn")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="promises"
    )
    side = models.CharField(_("whose word"), max_length=4, choices=Party, default=Party.US)
    text = models.CharField(_("what was promised"), max_length=300)
    due_on = models.DateField(_("by"))
    promiser = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="promises",
        verbose_name=_("who of us"),
    )
    interaction = models.ForeignKey(
        "relationships.Interaction", on_delete=models.SET_NULL, null=True, related_name="promises"
    )
    note_key = models.CharField(max_length=300, blank=True, editable=False)
    desk_from = models.DateField(null=True, editable=False)
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    handed_over_note = models.CharField(_("a word with it"), max_length=300, blank=True)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    replaces = models.OneToOneField(
        "self", on_delete=models.SET_NULL, null=True, editable=False, related_name="replaced_by"
    )
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(fields=["contact", "due_on"], name="promise_of_contact"),
            models.Index(fields=["updated_at", "id"], name="promise_by_update"),
            GinIndex(TextWords("text"), name="promise_words"),
            models.Index(
                fields=["promiser", "due_on"], condition=Q(state="open"), name="promise_open_of"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", closed_at=None)
                | (~Q(state="open") & Q(closed_at__isnull=False)),
                name="promise_is_open_or_closed",
            ),
            models.UniqueConstraint(
                fields=["interaction", "note_key"],
                condition=~Q(note_key=""),
                name="one_promise_per_mark_of_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"promise #{self.pk} ({self.state})"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_ours(self) -> bool:
        return self.side == Party.US
