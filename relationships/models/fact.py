from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Expression, F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.searching.expressions import TextWords
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class PersonalFactQuerySet(models.QuerySet["PersonalFact"]):
    def visible_to(self, user: "User") -> "PersonalFactQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)

    def kept(self, today: date | Expression) -> "PersonalFactQuerySet":
        """Those whose time is not over: the others are no longer shown, whatever the task did."""
        return self.filter(kept_until__gte=today)

    def expired(self, today: date) -> "PersonalFactQuerySet":
        return self.filter(kept_until__lt=today)

    def timely(self, today: date) -> "PersonalFactQuerySet":
        """Their moment is now: the month that it is in, or a few days before the day and on it."""
        soon = today + timedelta(days=settings.FACT_LEAD_DAYS)
        return self.kept(today).filter(
            Q(is_month=True, shows_on=today.replace(day=1))
            | Q(is_month=False, shows_on__gte=today, shows_on__lte=soon)
        )


class PersonalFact(TimeStampedModel):
    """Something we keep of a person for a stated purpose and a stated time.

    ``shows_on`` is the moment to speak of it: a day, or (``is_month``) the first of its month.
    When that comes, whoever keeps in touch gets a task (``services.occasions``). After
    ``kept_until`` the row is deleted by ``relationships.forget_facts``, which leaves no word of it
    in the audit.
    """

    class Source(models.TextChoices):
        THEMSELVES = "themselves", _("They told us")
        COLLEAGUE = "colleague", _("A colleague told")
        PUBLIC = "public", _("It is public")

    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="facts")
    text = models.CharField(_("fact"), max_length=300)
    purpose = models.CharField(_("why we keep it"), max_length=200)
    shows_on = models.DateField(_("moment"), null=True, blank=True)
    is_month = models.BooleanField(_("some time in that month"), default=False)
    kept_until = models.DateField(_("kept until"))
    source = models.CharField(
        _("how we know"), max_length=10, choices=Source, default=Source.THEMSELVES
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = PersonalFactQuerySet.as_manager()

    class Meta:
        verbose_name = _("personal fact")
        verbose_name_plural = _("personal facts")
        indexes = [
            models.Index(fields=["contact", "kept_until"], name="fact_of_contact"),
            models.Index(fields=["updated_at", "id"], name="fact_by_update"),
            GinIndex(TextWords("text"), name="fact_words"),
            models.Index(fields=["kept_until"], name="fact_expiry"),
            models.Index(
                fields=["shows_on"], condition=Q(shows_on__isnull=False), name="fact_moment"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(shows_on=None) | Q(shows_on__lte=F("kept_until")),
                name="fact_shows_while_kept",
            ),
            models.CheckConstraint(
                condition=Q(is_month=False) | Q(shows_on__isnull=False), name="fact_month_is_given"
            ),
        ]

    def __str__(self) -> str:
        return f"personal fact #{self.pk}"

    @property
    def shows_until(self) -> date | None:
        """The last day of its moment."""
        if self.shows_on is None or not self.is_month:
            return self.shows_on
        return self.shows_on.replace(day=monthrange(self.shows_on.year, self.shows_on.month)[1])
