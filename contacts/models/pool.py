"""People by hand: talent pools, their steps, and who was where."""

from datetime import date, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.models.segment import SEE, PresenceQuerySet, Segment
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User

REVIEW_AFTER = timedelta(days=183)


class TalentPoolQuerySet(models.QuerySet["TalentPool"]):
    def live(self) -> "TalentPoolQuerySet":
        return self.filter(archived_at=None)

    def visible_to(self, user: "User") -> "TalentPoolQuerySet":
        """One's own and those shared with one's part of the organisation. A private one is its
        owner's alone; whoever closed the owner's account finds it again.
        """
        units = visible_units(user, SEE)
        shared = Q(is_private=False) & (Q() if units is None else Q(unit__in=units))
        mine = Q(owner=user)
        if visible_units(user, "core.manage_accounts") is None:
            mine |= Q(owner__is_active=False)
        return self.filter(shared | mine)

    def stale(self, today: date) -> "TalentPoolQuerySet":
        return self.live().filter(reviewed_on__lt=today - REVIEW_AFTER)


class TalentPool(TimeStampedModel):
    """People whom colleagues picked by hand, for a purpose, with steps of its own or none.

    Nobody looked at it for half a year: it is stale, its owner is asked to, and no campaign
    starts from it. ``filled_from`` is a segment whose people are added every night.
    """

    name = models.CharField(_("name"), max_length=120)
    purpose = models.TextField(_("what it is for"), max_length=1000, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="talent_pools",
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
    filled_from = models.ForeignKey(
        Segment,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="fills",
        verbose_name=_("filled from"),
    )
    filled_on = models.DateField(null=True, editable=False)
    reviewed_on = models.DateField(default=timezone.localdate)
    reminded_on = models.DateField(null=True, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    objects = TalentPoolQuerySet.as_manager()

    class Meta:
        verbose_name = _("talent pool")
        verbose_name_plural = _("talent pools")
        indexes = [models.Index(fields=["reviewed_on"], name="talent_pool_review")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("contacts:pool", args=[self.uid])

    @property
    def public_name(self) -> str:
        """What those who may not know of it read: in the log of what was done."""
        return str(_("a private talent pool")) if self.is_private else self.name

    @property
    def review_due_on(self) -> date:
        return self.reviewed_on + REVIEW_AFTER

    def is_stale(self, today: date | None = None) -> bool:
        return self.review_due_on < (today or timezone.localdate())


class PoolStep(TimeStampedModel):
    """A place on the way through one pool."""

    pool = models.ForeignKey(TalentPool, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(_("step"), max_length=60)
    position = models.PositiveSmallIntegerField()

    class Meta:
        verbose_name = _("step of a talent pool")
        verbose_name_plural = _("steps of talent pools")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "position"],
                name="one_pool_step_per_position",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PoolMemberQuerySet(PresenceQuerySet):
    def visible_to(self, user: "User") -> "PoolMemberQuerySet":
        """Both the pool and the person must be one's to see."""
        found = self.filter(pool__in=TalentPool.objects.visible_to(user))
        units = visible_units(user, SEE)
        return found if units is None else found.filter(contact__unit__in=units)


class PoolMember(TimeStampedModel):
    """A contact in a pool, from ``since`` until ``until`` (empty: now), at a step of it.

    ``why`` is what whoever added them wrote, or the rule of the segment that did.
    """

    pool = models.ForeignKey(TalentPool, on_delete=models.CASCADE, related_name="members")
    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="pool_members"
    )
    step = models.ForeignKey(
        PoolStep, on_delete=models.PROTECT, null=True, blank=True, related_name="members"
    )
    step_since = models.DateTimeField()
    since = models.DateTimeField()
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    why = models.CharField(_("why"), max_length=500, blank=True)
    filled_from = models.ForeignKey(Segment, on_delete=models.SET_NULL, null=True, related_name="+")
    until = models.DateTimeField(null=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_why = models.CharField(_("why"), max_length=300, blank=True)

    objects = PoolMemberQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of a talent pool")
        verbose_name_plural = _("talent pools")
        constraints = [
            models.UniqueConstraint(
                fields=["pool", "contact"], condition=Q(until=None), name="in_a_pool_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["step", "step_since", "id"],
                condition=Q(until=None),
                name="pool_board",
            )
        ]

    def __str__(self) -> str:
        return f"member #{self.pk} of pool {self.pool_id}"


class PoolMove(TimeStampedModel):
    """One move from step to step. Rows are only ever added."""

    member = models.ForeignKey(PoolMember, on_delete=models.CASCADE, related_name="moves")
    from_step = models.ForeignKey(PoolStep, on_delete=models.SET_NULL, null=True, related_name="+")
    to_step = models.ForeignKey(PoolStep, on_delete=models.SET_NULL, null=True, related_name="+")
    from_name = models.CharField(max_length=60, blank=True)
    to_name = models.CharField(max_length=60, blank=True)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    moved_at = models.DateTimeField()
    reason = models.CharField(_("reason"), max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["member", "moved_at"], name="pool_moves")]

    def __str__(self) -> str:
        return f"move #{self.pk}"
