from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from contacts.choices import Purpose
from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def visible_to(self, user: "User") -> "CampaignQuerySet":
        unit_ids = visible_units(user, "campaigns.view_campaign")
        if unit_ids is None:
            return self
        return self.filter(unit__in=unit_ids)


class Campaign(TimeStampedModel):
    """A sequence of steps by which we keep in touch with the people enrolled in it.

    ``draft`` → ``running`` ⇄ ``paused`` → ``ended``. The state is read when touchpoints are
    claimed: pausing is one row, and nothing that waits is rewritten. ``intake``: whether it takes
    its audience in as it starts, or nobody until somebody does, one by one.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        RUNNING = "running", _("Running")
        PAUSED = "paused", _("Paused")
        ENDED = "ended", _("Ended")

    class Intake(models.TextChoices):
        AUDIENCE = "audience", _("An audience, taken in as it starts")
        ONE_BY_ONE = "one_by_one", _("People one by one: by hand, or by an automation of a stage")

    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.DRAFT)
    intake = models.CharField(
        _("who comes into it"), max_length=10, choices=Intake, default=Intake.AUDIENCE
    )
    audience = models.JSONField(_("audience"), default=dict, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="campaigns",
        verbose_name=_("owner"),
    )
    unit = models.ForeignKey(
        "contacts.OrgUnit", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    started_at = models.DateTimeField(null=True, editable=False)
    ended_at = models.DateTimeField(null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")

    def __str__(self) -> str:
        return self.name

    @property
    def has_audience(self) -> bool:
        return self.intake == self.Intake.AUDIENCE


class Step(TimeStampedModel):
    """One act of a campaign, ``offset_days`` after the enrolment, never before the step above it.

    Texts are per language (``{"nl": …, "en": …}``) and may hold the registered merge tags.
    """

    class Action(models.TextChoices):
        MAIL = "mail", _("Send a mail")
        FOLLOW_UP = "follow_up", _("Give a colleague a task")

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    action = models.CharField(_("action"), max_length=10, choices=Action)
    offset_days = models.PositiveSmallIntegerField(_("days after enrolment"), default=0)
    subject = models.JSONField(_("subject"), default=dict, blank=True)
    body = models.JSONField(_("text"), default=dict, blank=True)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"],
                name="one_step_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return f"step {self.position} of campaign {self.campaign_id}"

    @property
    def title(self) -> str:
        """The subject in the reader's language, or in whichever there is."""
        language = (get_language() or "en")[:2]
        texts = self.subject
        return texts.get(language) or next((text for text in texts.values() if text), "")
