from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Upper
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


class EngagementQuerySet(models.QuerySet["Engagement"]):
    def visible_to(self, user: "User") -> "EngagementQuerySet":
        unit_ids = visible_units(user, "relationships.view_relationship")
        if unit_ids is None:
            return self
        return self.filter(contact__unit__in=unit_ids)

    def binding(self) -> "EngagementQuerySet":
        """Without assignments that are still talked about, or that did not go ahead."""
        return self.exclude(phase__in=Engagement.UNBOUND)

    def current(self, today: date) -> "EngagementQuerySet":
        begun = self.binding().filter(starts_on__lte=today)
        return begun.filter(Q(ends_on=None) | Q(ends_on__gte=today))

    def ending(self, today: date, until: date) -> "EngagementQuerySet":
        """Whose last day comes by ``until``, is expected by then, or was and nobody said so."""
        comes = Q(ends_on__gte=today, ends_on__lte=until)
        expected = Q(ends_on=None, expected_end_on__lte=until)
        return self.binding().exclude(phase=Engagement.Phase.CLOSED).filter(comes | expected)

    def to_close(self, today: date) -> "EngagementQuerySet":
        """Assignments whose last day is past and that nobody closed."""
        phases = (Engagement.Phase.AGREED, Engagement.Phase.RUNNING)
        return self.filter(phase__in=phases, ends_on__lt=today)

    def of_people_we_know(self) -> "EngagementQuerySet":
        return self.filter(contact__erased_at=None, contact__merged_into=None)


class Engagement(TimeStampedModel):
    """Work for us over a time: the legal side. They may overlap; a person may return.

    ``ends_on`` is the last day, once it is set; ``expected_end_on`` what we count on until then.
    What is paid for it is shown only to whoever holds ``relationships.view_rates``.

    An assignment stands in a ``phase``; all other work has none, its days say where it stands:
    ``brief`` → ``proposal`` → ``agreed`` → ``running`` → ``closed``; before it runs it may come to
    be ``off``. Only from ``agreed`` on it binds both sides, and counts as work for us.
    """

    class Form(models.TextChoices):
        EMPLOYMENT = "employment", _("Employment")
        INTERNSHIP = "internship", _("Internship")
        ASSIGNMENT = "assignment", _("Assignment")
        VOLUNTEER = "volunteer", _("Volunteer work")

    class Phase(models.TextChoices):
        BRIEF = "brief", _("Brief")
        PROPOSAL = "proposal", _("Proposal")
        AGREED = "agreed", _("Agreed")
        RUNNING = "running", _("Running")
        CLOSED = "closed", _("Closed")
        OFF = "off", _("Did not go ahead")

    class Basis(models.TextChoices):
        """On what agreement the work is done."""

        PERMANENT = "permanent", _("Permanent contract")
        FIXED_TERM = "fixed_term", _("Fixed-term contract")
        ON_CALL = "on_call", _("On-call contract")
        AGENCY = "agency", _("Through an agency")
        SECONDMENT = "secondment", _("Secondment")
        PLACEMENT = "placement", _("Work placement")
        THESIS = "thesis", _("Thesis")
        FREELANCE = "freelance", _("Freelance agreement")
        INTERMEDIARY = "intermediary", _("Through an intermediary")
        VOLUNTARY = "voluntary", _("Volunteer agreement")

    class Status(models.TextChoices):
        """Where it stands on a day: an assignment by its phase, all other work by its days."""

        BRIEF = "brief", _("Brief")
        PROPOSAL = "proposal", _("Proposal")
        OFF = "off", _("Did not go ahead")
        PLANNED = "planned", _("Yet to begin")
        RUNNING = "running", _("Running")
        OVER = "over", _("Over, to be closed")
        ENDED = "ended", _("Ended")

    UNBOUND = (Phase.BRIEF, Phase.PROPOSAL, Phase.OFF)
    BASES: dict[str, tuple[str, ...]] = {
        Form.EMPLOYMENT: (
            *(Basis.PERMANENT, Basis.FIXED_TERM, Basis.ON_CALL, Basis.AGENCY, Basis.SECONDMENT),
        ),
        Form.INTERNSHIP: (Basis.PLACEMENT, Basis.THESIS),
        Form.ASSIGNMENT: (Basis.FREELANCE, Basis.INTERMEDIARY, Basis.SECONDMENT),
        Form.VOLUNTEER: (Basis.VOLUNTARY,),
    }

    class Per(models.TextChoices):
        HOUR = "hour", _("Hour")
        DAY = "day", _("Day")
        MONTH = "month", _("Month")
        YEAR = "year", _("Year")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="engagements"
    )
    form = models.CharField(_("form"), max_length=10, choices=Form)
    basis = models.CharField(_("basis"), max_length=12, choices=Basis, blank=True)
    phase = models.CharField(_("phase"), max_length=8, choices=Phase, blank=True)
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="engagements",
        verbose_name=_("unit"),
    )
    role = models.CharField(_("role"), max_length=150, blank=True)
    manager = models.ForeignKey(
        "contacts.Contact",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="engagements_managed",
        verbose_name=_("manager"),
    )
    starts_on = models.DateField(_("starts on"))
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    expected_end_on = models.DateField(_("expected to end on"), null=True, blank=True)
    hours_per_week = models.DecimalField(
        _("hours a week"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    rate = models.DecimalField(_("rate"), max_digits=9, decimal_places=2, null=True, blank=True)
    rate_per = models.CharField(_("rate per"), max_length=5, choices=Per, blank=True)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    objects = EngagementQuerySet.as_manager()

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        indexes = [
            models.Index(fields=["contact", "starts_on"], name="engagement_of_contact"),
            models.Index(
                fields=["ends_on", "id"],
                condition=Q(ends_on__isnull=False),
                name="engagement_by_end",
            ),
            models.Index(
                fields=["expected_end_on", "id"],
                condition=Q(ends_on=None, expected_end_on__isnull=False),
                name="engagement_by_expected_end",
            ),
            models.Index(fields=["-starts_on", "-id"], name="engagement_by_start"),
            models.Index(
                fields=["ends_on"],
                condition=Q(phase__in=["agreed", "running"], ends_on__isnull=False),
                name="engagement_to_close",
            ),
            GinIndex(OpClass(Upper("role"), name="gin_trgm_ops"), name="engagement_role_words"),
            models.Index(
                fields=["phase", "-starts_on", "-id"],
                condition=~Q(phase=""),
                name="engagement_by_phase",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="engagement_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(expected_end_on=None) | Q(expected_end_on__gte=F("starts_on")),
                name="engagement_expected_to_end_after_start",
            ),
            models.CheckConstraint(
                condition=(Q(form="assignment") & ~Q(phase=""))
                | (~Q(form="assignment") & Q(phase="")),
                name="only_assignments_have_phases",
            ),
            models.CheckConstraint(
                condition=Q(rate=None, rate_per="") | (Q(rate__gte=0) & ~Q(rate_per="")),
                name="engagement_rate_is_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"engagement #{self.pk}"

    @property
    def title(self) -> str:
        return self.role or str(self.get_form_display())

    @property
    def is_binding(self) -> bool:
        return self.phase not in self.UNBOUND

    @property
    def last_day(self) -> date | None:
        """The last day that is set, else the one that is expected."""
        return self.ends_on or self.expected_end_on

    def status_on(self, today: date) -> "Engagement.Status":
        if not self.is_binding:
            return self.Status(self.phase)
        if self.phase == self.Phase.CLOSED:
            return self.Status.ENDED
        if self.ends_on is not None and self.ends_on < today:
            return self.Status.OVER if self.phase else self.Status.ENDED
        if self.starts_on > today or self.phase == self.Phase.AGREED:
            return self.Status.PLANNED
        return self.Status.RUNNING


class EngagementChange(TimeStampedModel):
    """What was changed of an engagement: its terms from a day on (``changed``), or what had been
    written down wrongly (``corrected``), its end, its phase. ``before`` and ``after`` hold each
    field that differs, so that the last change can be undone; they may hold what is paid.
    """

    class Act(models.TextChoices):
        CHANGED = "changed", _("Changed")
        CORRECTED = "corrected", _("Corrected")
        ENDED = "ended", _("Ended")
        RESUMED = "resumed", _("The end was taken back")
        MOVED = "moved", _("Moved to another phase")

    engagement = models.ForeignKey(Engagement, on_delete=models.CASCADE, related_name="changes")
    act = models.CharField(_("act"), max_length=9, choices=Act)
    counts_from = models.DateField(_("from"), null=True, blank=True)
    reason = models.CharField(_("why"), max_length=300, blank=True)
    before = models.JSONField()
    after = models.JSONField()
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("change of an engagement")
        verbose_name_plural = _("changes of engagements")
        indexes = [models.Index(fields=["engagement", "-id"], name="change_of_engagement")]

    def __str__(self) -> str:
        return f"change #{self.pk} of engagement #{self.engagement_id}"
