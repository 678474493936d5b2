from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.searching.expressions import TextWords
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class FollowUpQuerySet(models.QuerySet["FollowUp"]):
    def visible_to(self, user: "User") -> "FollowUpQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        about_people = Q(contact__isnull=False)
        if unit_ids is not None:
            about_people &= Q(contact__unit__in=unit_ids)
        return self.filter(about_people | Q(assignee=user))

    def open(self) -> "FollowUpQuerySet":
        return self.filter(state=FollowUp.State.OPEN)

    def due(self, today: date) -> "FollowUpQuerySet":
        return self.open().filter(due_on__lte=today).order_by("due_on", "pk")


class FollowUp(TimeStampedModel):
    """Something a colleague must do by a day. People read it as "task".

    It is about a person, or about a talent pool (to look it over): that is its assignee's alone.
    ``kind`` says how it came: a colleague made it, or an occasion did (``services.occasions``),
    which then has a ``key`` of its own, so that it asks once, and the day on which it
    ``occurred_on``. ``interaction`` is the message that waits for an answer, ``answered_by`` the
    number of the one that answered it, ``fact`` what is worth speaking of; with the fact the task
    goes too.

    ``open`` → ``done`` or ``not_needed`` (because of ``outcome``); both can be undone.
    """

    class Kind(models.TextChoices):
        TASK = "task", _("Task")
        REPLY = "reply", _("Reply waiting")
        CLOSING = "closing", _("Closing act")
        INTRODUCTION = "introduction", _("Introduction asked")
        HANDED_OVER = "handed_over", _("Handed over")
        ANNIVERSARY = "anniversary", _("Anniversary")
        FACT = "fact", _("Good to know now")
        TOUCH = "touch", _("Contact moment")

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        NOT_NEEDED = "not_needed", _("Not needed")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, null=True, related_name="follow_ups"
    )
    pool = models.ForeignKey(
        "contacts.TalentPool", on_delete=models.CASCADE, null=True, related_name="follow_ups"
    )
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="follow_ups",
        verbose_name=_("for"),
    )
    kind = models.CharField(_("how it came"), max_length=12, choices=Kind, default=Kind.TASK)
    key = models.CharField(max_length=80, null=True, unique=True, editable=False)  # noqa: DJ001 -- unique
    occurred_on = models.DateField(null=True, editable=False)
    interaction = models.ForeignKey(
        "relationships.Interaction", on_delete=models.SET_NULL, null=True, related_name="+"
    )
    answered_by = models.BigIntegerField(null=True, editable=False)
    fact = models.ForeignKey(
        "relationships.PersonalFact", on_delete=models.CASCADE, null=True, related_name="+"
    )
    title = models.CharField(_("what to do"), max_length=200)
    body = models.TextField(_("notes"), blank=True)
    due_on = models.DateField(_("by"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    outcome = models.CharField(_("outcome"), max_length=300, blank=True)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    handed_over_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    handed_over_note = models.CharField(_("a word with it"), max_length=300, blank=True)

    objects = FollowUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("task")
        verbose_name_plural = _("tasks")
        indexes = [
            models.Index(
                fields=["assignee", "due_on"], condition=Q(state="open"), name="follow_up_due"
            ),
            models.Index(fields=["contact", "due_on"], name="follow_up_of_contact"),
            models.Index(
                fields=["kind", "occurred_on"],
                condition=Q(occurred_on__isnull=False),
                name="follow_up_occasions",
            ),
            GinIndex(TextWords("title", "body"), name="follow_up_words"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(contact__isnull=False, pool=None) | Q(contact=None, pool__isnull=False),
                name="follow_up_is_about_one",
            ),
        ]

    def __str__(self) -> str:
        return f"follow-up #{self.pk} ({self.state})"
