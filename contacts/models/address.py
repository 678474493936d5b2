"""The ways to reach a contact, and the names by which other systems know them."""

from datetime import date

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries
from phonenumber_field.phonenumber import to_python
from phonenumbers import country_code_for_region

from contacts.choices import Source
from contacts.freshness import Provenance, oldest_fresh_day
from core.models import TimeStampedModel


class Label(models.TextChoices):
    WORK = "work", _("Work")
    PRIVATE = "private", _("Private")
    OTHER = "other", _("Other")


class SourcedModel(TimeStampedModel):
    """A way to reach someone that knows who told it, and the day it was last said or confirmed
    (None: the day it was written down).
    """

    source = models.CharField(
        _("source"), max_length=10, choices=Source, default=Source.MANUAL, editable=False
    )
    confirmed_on = models.DateField(_("confirmed on"), null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def said_on(self) -> date:
        return self.confirmed_on or timezone.localdate(self.created_at)

    @property
    def said(self) -> Provenance:
        return Provenance(self.source, self.said_on, "", self.said_on < oldest_fresh_day())


class EmailAddress(SourcedModel):
    """One of a contact's addresses. Two people may share one: a hint for matching, never a key."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="email_addresses"
    )
    address = models.EmailField(_("e-mail address"))
    label = models.CharField(_("label"), max_length=10, choices=Label, default=Label.OTHER)
    is_primary = models.BooleanField(_("primary"), default=False)
    bounced_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("e-mail address")
        verbose_name_plural = _("e-mail addresses")
        indexes = [models.Index(Lower("address"), name="email_address_lower")]
        constraints = [
            models.UniqueConstraint("contact", Lower("address"), name="one_address_per_contact"),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(is_primary=True), name="one_primary_email_address"
            ),
        ]

    def __str__(self) -> str:
        return f"e-mail address #{self.pk}"


class PhoneNumber(SourcedModel):
    """``number`` is E.164 where we could tell ("+31612345678"), else what was typed."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="phone_numbers"
    )
    number = models.CharField(_("phone number"), max_length=40)
    label = models.CharField(_("label"), max_length=10, choices=Label, default=Label.OTHER)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("phone number")
        verbose_name_plural = _("phone numbers")
        # By what it begins with, and by what it ends with.
        indexes = [
            models.Index(OpClass("number", name="varchar_pattern_ops"), name="phone_number_begins"),
            models.Index(
                OpClass(Reverse("number"), name="text_pattern_ops"), name="phone_number_ends"
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["contact", "number"], name="one_number_per_contact"),
            models.UniqueConstraint(
                fields=["contact"], condition=Q(is_primary=True), name="one_primary_phone_number"
            ),
        ]

    def __str__(self) -> str:
        return f"phone number #{self.pk}"

    @property
    def display(self) -> str:
        """As people write it: "06 12345678" at home, "+49 30 901820" abroad."""
        parsed = to_python(self.number)
        if not parsed or not parsed.is_valid():
            return self.number
        is_home = parsed.country_code == country_code_for_region(
            settings.PHONENUMBER_DEFAULT_REGION
        )
        return str(parsed.as_national if is_home else parsed.as_international)


class PostalAddress(SourcedModel):
    """Where post reaches a contact. The primary one is where they live or work for us: its city and
    country are kept on the contact too, where lists and searches look (``services.addresses``).
    """

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="postal_addresses"
    )
    lines = models.CharField(_("street and number"), max_length=200, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    label = models.CharField(_("label"), max_length=10, choices=Label, default=Label.OTHER)
    is_primary = models.BooleanField(_("primary"), default=False)

    class Meta:
        verbose_name = _("postal address")
        verbose_name_plural = _("postal addresses")
        constraints = [
            models.UniqueConstraint(
                fields=["contact"], condition=Q(is_primary=True), name="one_primary_postal_address"
            ),
            models.CheckConstraint(
                condition=~Q(lines="", postcode="", city="", country=""),
                name="postal_address_says_something",
            ),
        ]

    def __str__(self) -> str:
        return f"postal address #{self.pk}"

    @property
    def words(self) -> str:
        """On one line: "Kade 1, 2801 AA Gouda"; a country only where it is not ours."""
        town = " ".join(part for part in (self.postcode, self.city) if part)
        is_abroad = self.country != settings.PHONENUMBER_DEFAULT_REGION
        abroad = self.country_name if is_abroad or not (self.lines or town) else ""
        return ", ".join(part for part in (self.lines, town, abroad) if part)

    @property
    def country_name(self) -> str:
        return str(countries.name(self.country)) if self.country else ""


class SocialProfile(SourcedModel):
    """A page about the contact elsewhere. We link to it; we never read it by machine."""

    class Network(models.TextChoices):
        LINKEDIN = "linkedin", "LinkedIn"
        GITHUB = "github", "GitHub"
        WEBSITE = "website", _("Website")
        OTHER = "other", _("Other")

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="social_profiles"
    )
    network = models.CharField(_("network"), max_length=10, choices=Network)
    url = models.URLField(_("address"), max_length=300)

    class Meta:
        verbose_name = _("social profile")
        verbose_name_plural = _("social profiles")
        indexes = [models.Index(fields=["url"], name="social_profile_url")]
        constraints = [
            models.UniqueConstraint(fields=["contact", "url"], name="one_profile_per_address"),
        ]

    def __str__(self) -> str:
        return f"social profile #{self.pk}"


class ExternalId(TimeStampedModel):
    """The name of a contact in another system: its key for synchronising."""

    contact = models.ForeignKey(
        "contacts.Contact", on_delete=models.CASCADE, related_name="external_ids"
    )
    system = models.SlugField(_("system"), max_length=50)
    value = models.CharField(_("value"), max_length=200)

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = [
            models.UniqueConstraint(fields=["system", "value"], name="one_contact_per_external_id"),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
