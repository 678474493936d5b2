import re
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Lower, Upper
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from contacts import names
from contacts.choices import Source
from contacts.models.access import visible_units
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


_PHONE = re.compile(r"\+?[\d\s().\-/]{4,}")


def _words(text: str) -> list[str]:
    text = text.replace("\x00", "").strip()
    if not _PHONE.fullmatch(text):
        return names.fold(text).split()
    digits = "".join(character for character in text if character.isdigit())
    return [digits.removeprefix("00")]


class ContactQuerySet(models.QuerySet["Contact"]):
    def active(self) -> "ContactQuerySet":
        """Neither archived, nor merged into another, nor erased."""
        return self.filter(archived_at=None, merged_into=None, erased_at=None)

    def visible_to(self, user: "User") -> "ContactQuerySet":
        """The people ``user`` may know of. Every page and endpoint starts from here."""
        unit_ids = visible_units(user, "contacts.view_contact")
        if unit_ids is None:
            return self
        return self.filter(unit__in=unit_ids)

    def search(self, text: str) -> "ContactQuerySet":
        """Match every word of ``text`` against names, e-mail addresses and phone digits.

        What looks like a phone number is one word, however its digits are set apart.
        """
        found = self
        for word in _words(text)[:8]:
            found = found.filter(search_text__contains=word)
        return found

    def in_name_order(self) -> "ContactQuerySet":
        return self.order_by("sort_key", "pk")


class Contact(TimeStampedModel):
    """A person we know, once, whatever they are to us now or were before.

    What we are to each other stands in relationships, one per kind; never on this row.
    ``sort_key`` and ``search_text`` are derived: whoever writes names, addresses or phones calls
    ``refresh_derived`` (one row) or ``services.contacts`` (many).

    ``custom_values`` holds ``{key of a custom field: value}``. ``field_sources`` tells where a
    field came from and when it was last said: ``{field: [source, ISO day, detail]}``, the detail
    naming the system or the import. A field that is not in it came with the row (``source``,
    ``created_at``).
    """

    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    infix = models.CharField(_("infix"), max_length=30, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    preferred_name = models.CharField(_("preferred name"), max_length=100, blank=True)
    native_name = models.CharField(_("name in native script"), max_length=200, blank=True)
    headline = models.CharField(_("position"), max_length=200, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    time_zone = models.CharField(_("time zone"), max_length=50, default="Europe/Amsterdam")
    unit = models.ForeignKey(
        "contacts.OrgUnit",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="contacts",
        verbose_name=_("kept by"),
    )
    note = models.TextField(_("note"), blank=True)
    do_not_contact = models.BooleanField(_("do not contact"), default=False)
    source = models.CharField(max_length=10, choices=Source, default=Source.MANUAL)
    custom_values = models.JSONField(default=dict, blank=True)
    field_sources = models.JSONField(default=dict, editable=False)
    tags = models.ManyToManyField("contacts.Tag", blank=True, related_name="contacts")
    sort_key = models.CharField(max_length=250, editable=False)
    search_text = models.TextField(editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged_from"
    )

    # What the last write left as it was, because somebody outranks the writer (``freshness``).
    kept_fields: tuple[str, ...] = ()

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="contact_by_name"),
            models.Index(fields=["updated_at", "id"], name="contact_by_update"),
            models.Index(Lower("city"), name="contact_by_city"),
            GinIndex(OpClass("search_text", name="gin_trgm_ops"), name="contact_search"),
            # Most people hold none: a row without any costs these nothing.
            GinIndex(
                OpClass("custom_values", name="jsonb_path_ops"),
                condition=~Q(custom_values={}),
                name="contact_custom",
            ),
            GinIndex(
                OpClass(Upper(Cast("custom_values", models.TextField())), name="gin_trgm_ops"),
                condition=~Q(custom_values={}),
                name="contact_custom_text",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_name="", family_name="", native_name="")
                | Q(erased_at__isnull=False),
                name="contact_has_a_name",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.sort_key:
            self.refresh_derived()
        super().save(*args, **kwargs)

    @property
    def full_name(self) -> str:
        return (
            names.full_name(
                given=self.given_name,
                infix=self.infix,
                family=self.family_name,
                preferred=self.preferred_name,
            )
            or self.native_name
        )

    @property
    def initials(self) -> str:
        given = self.preferred_name or self.given_name
        return names.initials(given=given, family=self.family_name) or self.native_name[:1]

    @property
    def country_name(self) -> str:
        return str(countries.name(self.country)) if self.country else ""

    @property
    def is_active(self) -> bool:
        return self.archived_at is None and self.merged_into_id is None and self.erased_at is None

    def refresh_derived(self, *, addresses: str = "") -> None:
        """Work out ``sort_key`` and ``search_text`` anew; ``addresses`` are its other words."""
        self.sort_key = names.sort_key(
            given=self.given_name or self.native_name, infix=self.infix, family=self.family_name
        )[:250]
        words = (
            self.given_name,
            self.preferred_name,
            self.infix,
            self.family_name,
            self.native_name,
            self.headline,
            self.organisation_name,
            self.city,
            addresses,
        )
        self.search_text = names.fold(" ".join(word for word in words if word))


class Tag(TimeStampedModel):
    """A word that colleagues hang on people."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name
