from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class GoodwillQuerySet(models.QuerySet["GoodwillEntry"]):
    def visible_to(self, user: "User") -> "GoodwillQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)


class GoodwillEntry(TimeStampedModel):
    """One thing that one side did for the other, or one trust that it broke.

    ``value`` is what it was worth to who received it: 1 (kind), 2 (a help), 3 (it made a
    difference). A breach has a side too: ``we_gave`` then means that it was ours. What the entries
    add up to is worked out when it is read (``relationships.goodwill``), for it fades every day.

    They hang on the person, not on one kind of relationship: what an employee did for us is not
    forgotten on the day that they become an alumnus. Never an input of matching, selection or
    staffing (docs/measures.md).
    """

    class Direction(models.TextChoices):
        WE_GAVE = "we_gave", _("We gave")
        THEY_GAVE = "they_gave", _("They gave")

    class Kind(models.TextChoices):
        INTRODUCTION = "introduction", _("Introduction")
        ADVICE = "advice", _("Advice")
        REFERENCE = "reference", _("Reference")
        FEEDBACK = "feedback", _("Feedback")
        REFERRAL = "referral", _("Referral")
        TALK = "talk", _("Talk or lecture")
        FLEXIBILITY = "flexibility", _("Flexibility")
        PATIENCE = "patience", _("Patience")
        THANKS = "thanks", _("Thanks")
        LATE_REPLY = "late_reply", _("Late reply")
        BROKEN_PROMISE = "broken_promise", _("Broken promise")
        GHOSTED = "ghosted", _("No answer at all")

    class Worth(models.IntegerChoices):
        KIND = 1, _("1: a kindness")
        HELP = 2, _("2: a real help")
        DIFFERENCE = 3, _("3: it made a difference")

    BREACHES = frozenset({Kind.LATE_REPLY, Kind.BROKEN_PROMISE, Kind.GHOSTED})

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="goodwill_entries"
    )
    direction = models.CharField(_("who gave"), max_length=9, choices=Direction)
    kind = models.CharField(_("what"), max_length=14, choices=Kind)
    value = models.PositiveSmallIntegerField(
        _("worth to who received it"), choices=Worth, default=Worth.KIND
    )
    happened_on = models.DateField(_("when"))
    interaction = models.ForeignKey(
        "relationships.Interaction",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="goodwill_entries",
        verbose_name=_("rests on"),
    )
    note = models.CharField(_("in a line"), max_length=300, blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = GoodwillQuerySet.as_manager()

    class Meta:
        verbose_name = _("goodwill entry")
        verbose_name_plural = _("goodwill entries")
        indexes = [
            models.Index(fields=["contact", "-happened_on"], name="goodwill_of_contact"),
            models.Index(fields=["updated_at", "id"], name="goodwill_by_update"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(value__gte=1, value__lte=3), name="goodwill_value_is_one_to_three"
            )
        ]

    def __str__(self) -> str:
        return f"goodwill entry #{self.pk}"

    @property
    def is_breach(self) -> bool:
        return self.kind in self.BREACHES
