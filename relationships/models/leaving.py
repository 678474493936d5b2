"""The way out: what is done, by whom and when, as work for us comes to its end."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from relationships.choices import Party
from relationships.models.engagement import Engagement

if TYPE_CHECKING:
    from core.models import User


class WhatToDo(models.TextChoices):
    """What a step of the way out is for. Its label is the title of the task."""

    HANDOVER = "handover", _("Hand over the work, and whom they know")
    CONVERSATION = "conversation", _("Have the closing conversation")
    FEEDBACK_OURS = "feedback_ours", _("Tell them how it was for us")
    FEEDBACK_THEIRS = "feedback_theirs", _("Ask them how it was for them")
    STAY_IN_TOUCH = "stay_in_touch", _("Ask whether we may stay in touch")
    THANKS = "thanks", _("Thank them in your own words")
    CLOSING = "closing", _("Close it well: say a word yourself")
    OTHER = "other", _("Something else")


class ClosingStep(TimeStampedModel):
    """A step of the way out of one form of work, as administrators wrote it.

    ``days`` from the last day, before it where negative. An empty ``name`` is that of ``what``, in
    the language of whoever does it. It goes to the owner of the relationship, to the manager where
    they have an account (else to the owner), or always to the same colleague.
    """

    class Who(models.TextChoices):
        OWNER = "owner", _("Who keeps in touch")
        MANAGER = "manager", _("The manager")
        COLLEAGUE = "colleague", _("Always the same colleague")

    form = models.CharField(_("form"), max_length=10, choices=Engagement.Form)
    what = models.CharField(_("what for"), max_length=15, choices=WhatToDo)
    name = models.CharField(_("what to do"), max_length=200, blank=True)
    days = models.SmallIntegerField(_("days from the last day"))
    who = models.CharField(_("by whom"), max_length=9, choices=Who, default=Who.OWNER)
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("colleague"),
    )

    class Meta:
        verbose_name = _("step of the way out")
        verbose_name_plural = _("steps of the way out")
        constraints = [
            models.CheckConstraint(
                condition=Q(days__gte=-180, days__lte=180), name="closing_step_is_near"
            ),
            models.CheckConstraint(
                condition=~Q(what="other") | ~Q(name=""), name="closing_step_says_what"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        return self.name or str(WhatToDo(self.what).label)


class LeavingQuerySet(models.QuerySet["Leaving"]):
    def visible_to(self, user: "User") -> "LeavingQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(engagement__contact__unit__in=unit_ids)

    def under_way(self) -> "LeavingQuerySet":
        return self.filter(stopped_at=None)


class Leaving(TimeStampedModel):
    """One person's way out of one engagement. It begins as the end is said, and goes with it:
    ``stopped_at`` is when the end was taken back, until it is said again.

    ``last_day`` is the day by which its tasks were planned. ``stays_in_touch`` is their answer.
    """

    class Answer(models.TextChoices):
        YES = "yes", _("Yes, please")
        LATER = "later", _("Ask again later")
        NO = "no", _("No, thank you")

    engagement = models.OneToOneField(Engagement, on_delete=models.CASCADE, related_name="leaving")
    last_day = models.DateField()
    stopped_at = models.DateTimeField(null=True, editable=False)
    stays_in_touch = models.CharField(
        _("may we stay in touch"), max_length=5, choices=Answer, blank=True
    )
    touch_note = models.CharField(_("how, and about what"), max_length=300, blank=True)
    answered_on = models.DateField(null=True, editable=False)

    objects = LeavingQuerySet.as_manager()

    class Meta:
        verbose_name = _("way out")
        verbose_name_plural = _("ways out")
        indexes = [
            models.Index(
                fields=["last_day", "id"],
                condition=Q(stopped_at=None),
                name="leaving_under_way",
            ),
            models.Index(fields=["updated_at", "id"], name="leaving_by_update"),
        ]

    def __str__(self) -> str:
        return f"way out of engagement #{self.engagement_id}"


class LeavingStep(TimeStampedModel):
    """One task of a way out. ``planned_on`` is where the plan put it; the task may have been put
    off. It has none any more where the end was taken back before it was done.
    """

    leaving = models.ForeignKey(Leaving, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=15, choices=WhatToDo)
    days = models.SmallIntegerField()
    planned_on = models.DateField()
    follow_up = models.OneToOneField(
        "relationships.FollowUp",
        on_delete=models.SET_NULL,
        null=True,
        related_name="leaving_step",
    )

    class Meta:
        verbose_name = _("task of a way out")
        verbose_name_plural = _("tasks of ways out")

    def __str__(self) -> str:
        return f"{self.what} of way out #{self.leaving_id}"


class ClosingFeedback(TimeStampedModel):
    """How it was, as one side said it at the end. ``again``: would they do it again."""

    class Again(models.TextChoices):
        YES = "yes", _("Yes")
        UNSURE = "unsure", _("Perhaps")
        NO = "no", _("No")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="feedback")
    side = models.CharField(_("who says it"), max_length=4, choices=Party)
    went_well = models.TextField(_("what went well"), max_length=4000, blank=True)
    could_be_better = models.TextField(_("what could be better"), max_length=4000, blank=True)
    again = models.CharField(_("would it be done again"), max_length=6, choices=Again, blank=True)
    given_on = models.DateField(_("said on"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        verbose_name = _("closing feedback")
        verbose_name_plural = _("closing feedback")
        constraints = [
            models.UniqueConstraint(fields=["engagement", "side"], name="one_feedback_per_side"),
        ]

    def __str__(self) -> str:
        return f"feedback of {self.side} on engagement #{self.engagement_id}"
