"""People by rule: the rule, who fits it and did before, and who waits for a yes."""

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from core.models import TimeStampedModel
from core.permissions import catalogue

if TYPE_CHECKING:
    from core.models import User

SEE = "contacts.view_contact"


class SegmentQuerySet(models.QuerySet["Segment"]):
    def live(self) -> "SegmentQuerySet":
        return self.filter(archived_at=None)

    def due(self, now: datetime) -> "SegmentQuerySet":
        """Those that must be worked out anew as a whole, the longest waiting first."""
        return self.live().filter(due_at__lte=now).order_by("due_at", "pk")

    def ask_anew(self, *fields: str) -> int:
        """Have those worked out as a whole that ask about one of ``fields``: something changed for
        many at once, of which no event names the people.
        """
        asking = self.live().filter(fields__overlap=list(fields))
        return asking.update(due_at=timezone.now())

    def visible_to(self, user: "User") -> "SegmentQuerySet":
        """One's own and those shared with one's part of the organisation.

        Who is in a segment tells what its rule asks, so a reader must hold, for the whole of
        its unit, whatever permission a condition of the rule needs.
        """
        found = self.filter(Q(owner=user) | Q(is_private=False) & _covered(user, SEE))
        for permission in catalogue():
            units = visible_units(user, permission.codename)
            if units is None:
                continue
            asks = Q(permissions__contains=[permission.codename])
            found = found.filter(~asks | Q(unit__in=units))
        return found


def _covered(user: "User", permission: str) -> Q:
    units = visible_units(user, permission)
    return Q() if units is None else Q(unit__in=units)


class Segment(TimeStampedModel):
    """People by rule, worked out by a worker and kept as rows, so that what was is known too.

    ``rule`` is what ``contacts.conditions.rule`` checked; ``fields``, ``permissions`` and ``pace``
    are derived from it. ``unit`` bounds whom it is about: people kept by that branch. While
    ``due_at`` is set the whole segment is worked out from that moment on; else only the people
    who changed are looked at again. ``is_reviewed``: who fits waits for a colleague's yes.
    """

    class Pace(models.TextChoices):
        """How often time alone may change who fits."""

        STILL = "", _("Only when something changes")
        DAY = "day", _("Every day")
        HOUR = "hour", _("Every hour")

    name = models.CharField(_("name"), max_length=120)
    purpose = models.CharField(_("what it is for"), max_length=300, blank=True)
    rule = models.JSONField()
    fields = ArrayField(models.CharField(max_length=100), default=list, editable=False)
    permissions = ArrayField(models.CharField(max_length=100), default=list, editable=False)
    pace = models.CharField(max_length=4, choices=Pace, blank=True, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="segments",
        verbose_name=_("owner"),
    )
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kept by"),
    )
    is_private = models.BooleanField(_("only for its owner"), default=False)
    is_reviewed = models.BooleanField(_("review first"), default=False)
    size = models.PositiveIntegerField(default=0, editable=False)
    waiting = models.PositiveIntegerField(default=0, editable=False)
    due_at = models.DateTimeField(null=True, editable=False)
    worked_out_at = models.DateTimeField(null=True, editable=False)
    changed_at = models.DateTimeField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = SegmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("segment")
        verbose_name_plural = _("segments")
        indexes = [
            models.Index(
                fields=["due_at"],
                condition=Q(due_at__isnull=False, archived_at=None),
                name="segment_due",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contacts:segment", args=[self.uid])

    @property
    def public_name(self) -> str:
        """What those who may not know of it read: in the log of what was done."""
        return str(_("a private segment")) if self.is_private else self.name

    @property
    def is_being_worked_out(self) -> bool:
        """Nobody has been looked at by the rule as it is now."""
        return self.worked_out_at is None


class PresenceQuerySet(models.QuerySet[Any]):
    """Rows that say from when until when somebody was in something."""

    def present(self) -> Any:
        return self.filter(until=None)

    def present_on(self, day: date) -> Any:
        """Those who were in it at some moment of that day, by the reader's clock."""
        begin = timezone.make_aware(datetime.combine(day, time.min))
        end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        return self.filter(since__lt=end).filter(Q(until=None) | Q(until__gt=begin))


class SegmentMember(models.Model):
    """A contact in a segment, from ``since`` until ``until`` (empty: now), and why each.

    ``admitted_by`` is who said yes where the segment is reviewed first.
    """

    class Joined(models.TextChoices):
        RULE = "rule", _("Fits the rule")
        REVIEW = "review", _("Was accepted")

    class Left(models.TextChoices):
        RULE = "rule", _("Does not fit the rule any more")
        CHANGED = "changed", _("The rule was changed")
        REVIEW = "review", _("Was taken out")

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="segment_members"
    )
    since = models.DateTimeField()
    joined_because = models.CharField(max_length=8, choices=Joined, default=Joined.RULE)
    admitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    until = models.DateTimeField(null=True)
    left_because = models.CharField(max_length=8, choices=Left, blank=True)

    objects = PresenceQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a segment")
        verbose_name_plural = _("segments")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "contact"],
                condition=Q(until=None),
                name="in_a_segment_once",
            ),
        ]
        indexes = [models.Index(fields=["segment", "-since", "-id"], name="segment_history")]

    def __str__(self) -> str:
        return f"contact {self.contact_id} in segment {self.segment_id}"


class SegmentProposal(TimeStampedModel):
    """Somebody who fits the rule of a segment that is reviewed first.

    ``waiting`` → ``accepted`` (and a member) or ``declined`` because of ``reason``; who was
    declined is asked about again from ``not_before`` on, or never. The row goes when an accepted
    or waiting person fits the rule no more.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="proposals")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="segment_proposals"
    )
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    proposed_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    not_before = models.DateField(_("ask again from"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("proposal for a segment")
        verbose_name_plural = _("proposals for segments")
        constraints = [
            models.UniqueConstraint(
                fields=["segment", "contact"], name="one_proposal_per_segment_and_contact"
            ),
        ]
        indexes = [
            models.Index(
                fields=["segment", "proposed_at"],
                condition=Q(state="waiting"),
                name="segment_inbox",
            )
        ]

    def __str__(self) -> str:
        return f"proposal #{self.pk} ({self.state})"


class SegmentDay(models.Model):
    """How a segment stood at the end of a day on which it was changed: one row a day at most."""

    segment = models.ForeignKey(Segment, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    size = models.PositiveIntegerField()
    joined = models.PositiveIntegerField(default=0)
    departed = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["segment", "day"], name="one_row_a_day"),
        ]

    def __str__(self) -> str:
        return f"segment {self.segment_id} on {self.day}: {self.size}"
