from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Cast, Collate, Left, Lower, Right, Upper
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from contacts import names
from contacts.choices import FormOfAddress, Source
from contacts.models.access import visible_units
from contacts.searching import matching
from contacts.searching.expressions import PersonWords, TextWords
from contacts.searching.words import FIRST_WORDS, person_words
from core.models import TimeStampedModel

if TYPE_CHECKING:
    from core.models import User


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
        """Those whom ``text`` finds (``contacts.searching``): by name, e-mail address, telephone,
        position, organisation, city, tag and skill. What stands in notes is found by the search
        page alone. What people typed is ``contacts.skill_query.found_by``'s: it knows levels too.
        """
        return self.filter(matching.matcher_of(text).condition())

    def in_name_order(self) -> "ContactQuerySet":
        return self.order_by("sort_key", "pk")


class Contact(TimeStampedModel):
    """A person we know, once, whatever they are to us now or were before.

    What we are to each other stands in relationships, one per kind; never on this row.
    ``sort_key`` and ``search_text`` are derived: whoever writes names, position, organisation,
    city or e-mail addresses calls ``refresh_derived`` (one row) or ``services.contacts`` (many).
    Numbers, tags, skills and texts are searched where they stand.

    ``given_initials`` are for whom we know by no more than those, or who writes them otherwise
    than the given name tells ("Th."); ``dutch_initials`` gives them for everybody. ``birth_name``
    is the family name, with its infix, that someone was born with. ``birthday`` is written as
    ``contacts.birthdays`` has it: ``1984-04-12``, or ``--04-12`` without the year.

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
    given_initials = models.CharField(_("initials"), max_length=30, blank=True)
    birth_name = models.CharField(_("name at birth"), max_length=130, blank=True)
    birthday = models.CharField(_("birthday"), max_length=10, blank=True)
    headline = models.CharField(_("position"), max_length=200, blank=True)
    organisation_name = models.CharField(_("organisation"), max_length=200, blank=True)
    city = models.CharField(_("city"), max_length=100, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    language = models.CharField(
        _("language"), max_length=5, choices=settings.LANGUAGES, default="nl"
    )
    form_of_address = models.CharField(
        _("form of address"),
        max_length=8,
        choices=FormOfAddress,
        blank=True,
        default="",
        db_default="",
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
    # By code points: in the same order on every server, and open to ranges ("begins with").
    sort_key = models.CharField(max_length=250, editable=False, db_collation="C")
    search_text = models.TextField(editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)
    erased_at = models.DateTimeField(null=True, editable=False)
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, editable=False, related_name="merged_from"
    )

    # What the last write left as it was, because somebody outranks the writer (``freshness``).
    kept_fields: tuple[str, ...] = ()
    # Who they may be as well: set by whoever just wrote them down, for the answer alone.
    possible_duplicates: tuple[Any, ...] = ()

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        indexes = [
            models.Index(fields=["sort_key", "id"], name="contact_by_name"),
            models.Index(fields=["updated_at", "id"], name="contact_by_update"),
            models.Index(
                fields=["sort_key", "id"],
                condition=Q(do_not_contact=True),
                name="contact_to_be_left_alone",
            ),
            models.Index(fields=["created_at", "id"], name="contact_by_creation"),
            # Few, to be taken off what is counted without looking at people.
            models.Index(
                fields=["id"],
                condition=Q(archived_at__isnull=False) | Q(erased_at__isnull=False),
                name="contact_put_aside",
            ),
            models.Index(Lower("city"), "id", name="contact_by_city"),
            models.Index(Lower("organisation_name"), "id", name="contact_by_organisation"),
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
            models.Index(
                Right("birthday", 5), "id", condition=~Q(birthday=""), name="contact_by_birthday"
            ),
            GinIndex(PersonWords("search_text"), name="contact_words"),
            # Whose given name begins so: the words begin with it.
            models.Index(
                Collate(Left("search_text", FIRST_WORDS), "C"), name="contact_first_words"
            ),
            GinIndex(TextWords("note"), name="contact_note_words", condition=~Q(note="")),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_name="", family_name="", native_name="")
                | Q(erased_at__isnull=False),
                name="contact_has_a_name",
            ),
            models.CheckConstraint(
                condition=Q(birthday="") | Q(birthday__regex=r"^(\d{4}|-)-\d{2}-\d{2}$"),
                name="contact_birthday_is_a_day",
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
        return names.full_name(**self._name_parts) or self.native_name

    @property
    def listed_name(self) -> str:
        """As a list that is sorted by family names writes it: "Vries, Anna de"."""
        return names.listed_name(**self._name_parts) or self.native_name

    @property
    def _name_parts(self) -> dict[str, str]:
        return {
            "given": self.given_name,
            "infix": self.infix,
            "family": self.family_name,
            "preferred": self.preferred_name,
            "initials": self.given_initials,
        }

    @property
    def name_in_latin(self) -> str:
        """The name in Latin letters, where it is shown in others; else nothing."""
        return "" if names.is_latin(self.full_name) else names.romanised(self.full_name)

    @property
    def dutch_initials(self) -> str:
        """ "J.P.": those that were given, or else those of the given names."""
        return self.given_initials or names.initials_of(self.given_name)

    @property
    def initials(self) -> str:
        """What stands for the face."""
        given = self.preferred_name or self.given_name or self.given_initials
        return names.monogram(given=given, family=self.family_name) or self.native_name[:1]

    @property
    def country_name(self) -> str:
        return str(countries.name(self.country)) if self.country else ""

    @property
    def is_active(self) -> bool:
        return self.archived_at is None and self.merged_into_id is None and self.erased_at is None

    def refresh_derived(self, *, addresses: str = "") -> None:
        """Work out ``sort_key`` and ``search_text`` anew; ``addresses`` are the e-mail addresses,
        with blanks between them.
        """
        self.sort_key = names.sort_key(
            given=self.given_name or self.given_initials or self.native_name,
            infix=self.infix,
            family=self.family_name,
        )[:250]
        family = names.full_name(given="", infix=self.infix, family=self.family_name)
        given = (self.given_name, self.given_initials, self.preferred_name)
        self.search_text = person_words(
            given=[name for name in given if name],
            family=[name for name in (family, self.birth_name, self.native_name) if name],
            others=[self.headline, self.organisation_name, self.city],
            emails=[word for word in addresses.split() if "@" in word],
        )


class Tag(TimeStampedModel):
    """A word that colleagues hang on people."""

    name = models.CharField(_("name"), max_length=60, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")

    def __str__(self) -> str:
        return self.name
