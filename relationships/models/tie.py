from datetime import date
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from contacts.models.access import visible_units
from contacts.models.custom_field import in_language
from core.models import TimeStampedModel
from relationships import part_days

if TYPE_CHECKING:
    from contacts.models import Contact
    from core.models import User


class TieKind(TimeStampedModel):
    """What one may be to another, read from either side: "mentor of", "mentee of".

    A kind without an inverse reads the same from both sides. ``among``: whom it leads to from a
    contact. ``key`` is made once and stays: files and other systems go by it. A retired kind is
    offered no more; ties of it stay.
    """

    class Among(models.TextChoices):
        PERSON = "person", _("Another person")
        ORGANISATION = "organisation", _("An organisation")
        COLLEAGUE = "colleague", _("A colleague of ours")

    key = models.SlugField(_("key"), max_length=50, unique=True)
    among = models.CharField(_("leads to"), max_length=12, choices=Among)
    name_en = models.CharField(_("name in English"), max_length=60, blank=True)
    name_nl = models.CharField(_("name in Dutch"), max_length=60, blank=True)
    inverse_en = models.CharField(_("the other way round, in English"), max_length=60, blank=True)
    inverse_nl = models.CharField(_("the other way round, in Dutch"), max_length=60, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    retired_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("kind of tie")
        verbose_name_plural = _("kinds of ties")
        constraints = [
            models.CheckConstraint(
                condition=~Q(name_en="", name_nl=""), name="tie_kind_has_a_name"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self.name_en, self.name_nl)

    @property
    def inverse(self) -> str:
        return in_language(self.inverse_en, self.inverse_nl) or self.name

    @property
    def is_symmetric(self) -> bool:
        return not self.inverse_en and not self.inverse_nl


class TieQuerySet(models.QuerySet["Tie"]):
    def visible_to(self, user: "User") -> "TieQuerySet":
        """Ties both ends of which ``user`` may see: to know of one would be to know of the other.

        Whoever was erased or has become part of another is no end of a tie any more.
        """
        return self.also_removed(user).filter(removed_at=None)

    def also_removed(self, user: "User") -> "TieQuerySet":
        """As ``visible_to``, with those that were taken out and may be put back."""
        rows = self.filter(contact__erased_at=None, contact__merged_into=None)
        rows = rows.filter(Q(other=None) | Q(other__erased_at=None, other__merged_into=None))
        for permission in ("contacts.view_contact", "relationships.view_relationship"):
            unit_ids = visible_units(user, permission)
            if unit_ids is not None:
                rows = rows.filter(
                    Q(other=None) | Q(other__unit__in=unit_ids), contact__unit__in=unit_ids
                )
        return rows

    def of(self, contact: "Contact") -> "TieQuerySet":
        """Those in which ``contact`` is either end."""
        return self.filter(Q(contact=contact) | Q(other=contact))

    def current(self, today: date) -> "TieQuerySet":
        return self.filter(Q(until=None) | Q(until__gte=today))


class Tie(TimeStampedModel):
    """Who knows whom: ``contact`` is ``kind`` (of) exactly one of ``other``, ``organisation`` and
    ``colleague``, from ``since`` to ``until``.

    Either day may be unknown, or known to the year (``relationships.part_days``). What was removed
    stays for an undo until ``relationships.forget_ties`` takes it away (``removed_at``).
    """

    class Source(models.TextChoices):
        THEMSELVES = "themselves", _("They told us")
        COLLEAGUE = "colleague", _("A colleague told")
        PUBLIC = "public", _("It is public")
        IMPORT = "import", _("Import")
        SYSTEM = "system", _("Another system")

    kind = models.ForeignKey(
        TieKind, on_delete=models.PROTECT, related_name="ties", verbose_name=_("kind")
    )
    contact = models.ForeignKey("contacts.Contact", on_delete=models.CASCADE, related_name="ties")
    other = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, null=True, related_name="ties_towards"
    )
    organisation = models.ForeignKey(
        "contacts.Organisation", on_delete=models.PROTECT, null=True, related_name="ties"
    )
    colleague = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="ties"
    )
    since = models.DateField(_("since"), null=True, blank=True)
    is_since_year = models.BooleanField(default=False)
    until = models.DateField(_("until"), null=True, blank=True)
    is_until_year = models.BooleanField(default=False)
    detail = models.CharField(_("how, or where"), max_length=200, blank=True)
    source = models.CharField(
        _("how we know"), max_length=10, choices=Source, default=Source.COLLEAGUE
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = TieQuerySet.as_manager()

    class Meta:
        verbose_name = _("tie")
        verbose_name_plural = _("ties")
        indexes = [
            models.Index(fields=["updated_at", "id"], name="tie_by_update"),
            models.Index(
                fields=["removed_at"], condition=Q(removed_at__isnull=False), name="tie_removed"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(other__isnull=False, organisation=None, colleague=None)
                | Q(other=None, organisation__isnull=False, colleague=None)
                | Q(other=None, organisation=None, colleague__isnull=False),
                name="tie_leads_to_one",
            ),
            models.CheckConstraint(
                condition=Q(other=None) | ~Q(other=F("contact")), name="tie_leads_elsewhere"
            ),
            models.CheckConstraint(
                condition=Q(since=None) | Q(until=None) | Q(until__gte=F("since")),
                name="tie_ends_after_start",
            ),
            *(
                models.UniqueConstraint(
                    fields=["kind", "contact", target],
                    condition=Q(until=None, removed_at=None, **{f"{target}__isnull": False}),
                    name=f"one_open_tie_per_{target}",
                )
                for target in ("other", "organisation", "colleague")
            ),
        ]

    def __str__(self) -> str:
        return f"tie #{self.pk}"

    @property
    def since_shown(self) -> str:
        return part_days.shown(self.since, is_year=self.is_since_year)

    @property
    def until_shown(self) -> str:
        return part_days.shown(self.until, is_year=self.is_until_year)

    def words_from(self, contact_id: int) -> str:
        """What the tie is called on the page of that end of it."""
        return self.kind.name if contact_id == self.contact_id else self.kind.inverse
