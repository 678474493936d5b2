import zoneinfo
from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django_countries import countries
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from contacts import birthdays
from contacts.api.custom import CustomValuesField, FieldSourceSerializer
from contacts.api.skill_serializers import ContactSkillSerializer
from contacts.choices import FormOfAddress, Source
from contacts.freshness import Provenance
from contacts.models import Contact, Label, OrgUnit, SocialProfile
from contacts.selectors.facts import sources_of, writers
from contacts.services.addresses import (
    EmailEntry,
    ExternalIdEntry,
    PhoneEntry,
    PostalEntry,
    ProfileEntry,
)
from core.api.fields import (
    NullableChoiceField,
    NullableTextField,
    OpenChoiceField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.api.pagination import ListParameters

MAX_ENTRIES = 50
"""How many of one kind a contact may have: e-mail addresses, phones, tags …"""


class ToldSerializer(StrictSerializer):
    """A way to reach someone that knows who told it."""

    source = OpenChoiceField(  # type: ignore[assignment]
        choices=Source.choices, read_only=True, help_text="Whose word it is."
    )
    said_on = serializers.DateField(
        read_only=True, help_text="The day on which it was last said or found still right."
    )


class EmailSerializer(ToldSerializer):
    address = serializers.EmailField(max_length=254)
    label = OpenChoiceField(choices=Label.choices, default=Label.OTHER)  # type: ignore[assignment]
    is_primary = serializers.BooleanField(
        default=False, help_text="If none is marked, the first is the primary one."
    )
    bounced_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text="When a mail to it came back as undeliverable."
    )


class PhoneSerializer(ToldSerializer):
    number = serializers.CharField(
        max_length=40,
        help_text="Kept as E.164 if it is a valid number; without a country it is read as Dutch.",
    )
    label = OpenChoiceField(choices=Label.choices, default=Label.OTHER)  # type: ignore[assignment]
    is_primary = serializers.BooleanField(
        default=False, help_text="If none is marked, the first is the primary one."
    )


class PostalSerializer(ToldSerializer):
    """The primary one gives the contact their `city` and `country`."""

    lines = NullableTextField(max_length=200, help_text="Street and number.")
    postcode = NullableTextField(max_length=20)
    city = NullableTextField(max_length=100)
    country = NullableTextField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    label = OpenChoiceField(choices=Label.choices, default=Label.OTHER)  # type: ignore[assignment]
    is_primary = serializers.BooleanField(
        default=False, help_text="If none is marked, the first is the primary one."
    )

    def validate_country(self, country: str) -> str:
        return known_country(country)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not any(attrs.get(name) for name in ("lines", "postcode", "city", "country")):
            raise serializers.ValidationError(_("An address says something."), code="empty")
        return attrs


def known_country(country: str) -> str:
    if country and country.upper() not in countries:
        raise serializers.ValidationError(_("There is no such country."), code="country")
    return country.upper()


class ProfileSerializer(ToldSerializer):
    network = OpenChoiceField(
        choices=SocialProfile.Network.choices, default=SocialProfile.Network.OTHER
    )
    url = serializers.URLField(max_length=300)

    def validate_url(self, url: str) -> str:
        if not url.lower().startswith(("http://", "https://")):
            raise serializers.ValidationError(_("Only http and https."), code="scheme")
        return url


class ExternalIdSerializer(StrictSerializer):
    """What another system calls this contact: your key for synchronising."""

    system = serializers.SlugField(max_length=50)
    value = serializers.CharField(max_length=200)


class PossibleDuplicateSerializer(serializers.Serializer[Any]):
    """Somebody who may be the same person."""

    id = serializers.UUIDField(source="contact.uid", read_only=True)
    full_name = serializers.CharField(source="contact.full_name", read_only=True)
    points = serializers.IntegerField(
        read_only=True, help_text="How much speaks for it: a point is a factor of two."
    )
    certainty = OpenChoiceField(
        choices=[("likely", ""), ("very", ""), ("almost", "")],
        source="certainty.key",
        read_only=True,
    )
    reasons = serializers.SerializerMethodField(
        help_text="What agrees and what does not, in words."
    )

    def get_reasons(self, hint: Any) -> list[str]:
        return [reason.text for reason in hint.reasons]


class ListOf(serializers.ListSerializer[Any]):
    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, max_length=MAX_ENTRIES, **options)


class TagNamesField(serializers.ListField):
    def to_representation(self, tags: Any) -> list[str]:
        return [tag.name for tag in tags.all()]


EXAMPLE = {
    "given_name": "Anna",
    "infix": "van der",
    "family_name": "Vegt",
    "headline": "Nurse",
    "emails": [{"address": "anna@example.org", "label": "private"}],
    "phones": [{"number": "+31612345678"}],
    "tags": ["care"],
}


@extend_schema_serializer(examples=[OpenApiExample("A contact", value=EXAMPLE, request_only=True)])
class ContactSerializer(StrictSerializer):
    """A person we know. A list that is sent takes the place of the whole list."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    full_name = serializers.CharField(read_only=True)
    given_name = NullableTextField(max_length=100)
    infix = NullableTextField(max_length=30, help_text='Of a Dutch family name: "van der".')
    family_name = NullableTextField(max_length=100, help_text="Without the infix.")
    preferred_name = NullableTextField(max_length=100, help_text="What they like to be called.")
    native_name = NullableTextField(max_length=200, help_text="In its own script.")
    given_initials = NullableTextField(
        max_length=30,
        help_text='Where only these are known, or others than of the given name: "J.P."',
    )
    birth_name = NullableTextField(
        max_length=130, help_text="Family name that they were born with, its infix included."
    )
    birthday = NullableTextField(
        max_length=10, help_text="`1984-04-12`, or `--04-12` where the year is not known."
    )
    headline = NullableTextField(max_length=200, help_text="Their position, in a line.")
    organisation_name = NullableTextField(max_length=200, help_text="Where they work now.")
    city = NullableTextField(max_length=100)
    country = NullableTextField(max_length=2, help_text="ISO 3166-1 alpha-2.")
    language = OpenChoiceField(
        choices=settings.LANGUAGES, required=False, help_text="In which we write to them."
    )
    form_of_address = NullableChoiceField(
        choices=FormOfAddress.choices, help_text="How they like to be written to."
    )
    time_zone = serializers.CharField(max_length=50, required=False, help_text="IANA name.")
    unit = UidField(
        queryset=OrgUnit.objects.all(),
        required=False,
        allow_null=True,
        help_text="Id of the part of the organisation that keeps this contact.",
    )
    note = NullableTextField(max_length=20_000)
    do_not_contact = serializers.BooleanField(
        required=False, help_text="If true, no campaign writes to them, whatever they consented to."
    )
    emails = ListOf(child=EmailSerializer(), source="email_addresses")
    phones = ListOf(child=PhoneSerializer(), source="phone_numbers")
    postal_addresses = ListOf(child=PostalSerializer())
    profiles = ListOf(child=ProfileSerializer(), source="social_profiles")
    external_ids = ListOf(child=ExternalIdSerializer())
    skills = ContactSkillSerializer(
        many=True, read_only=True, help_text="Written one by one: see `/contacts/{id}/skills`."
    )
    tags = TagNamesField(
        child=serializers.CharField(max_length=60), required=False, max_length=MAX_ENTRIES
    )
    source = OpenChoiceField(  # type: ignore[assignment]
        choices=Source.choices, read_only=True, help_text="How the contact came to be known here."
    )
    custom_values = CustomValuesField()
    field_sources = serializers.SerializerMethodField(
        help_text="Whose word each field is, and how old; custom fields as `custom_` and their key."
    )
    kept_fields = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="What you just sent and was left as it was, because somebody whose word weighs "
        "more said it: the person, or a colleague. Empty when reading.",
    )
    possible_duplicates = PossibleDuplicateSerializer(
        many=True,
        read_only=True,
        help_text="Of a contact that you just created: whom we knew already and who may be the "
        "same person, the likeliest first. They wait in the queue of duplicates for a colleague "
        "to decide; nothing was merged. Empty when reading.",
    )
    archived_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text="When they were put aside, if so."
    )
    merged_into = UidField(
        read_only=True,
        allow_null=True,
        help_text="The contact that this one turned out to be, if so: use that.",
    )

    @extend_schema_field(serializers.DictField(child=FieldSourceSerializer()))
    def get_field_sources(self, contact: Contact) -> dict[str, Any]:
        today = timezone.localdate()
        told = sources_of(contact, today=today)
        return {
            name: {
                "source": said.source,
                "said_on": said.on.isoformat(),
                "detail": said.detail,
                "author": _writer(said),
                "is_old": said.is_old,
            }
            for name, said in told.items()
        }

    def to_internal_value(self, data: Any) -> Any:
        """Null empties a list too, as a merge patch has it."""
        if isinstance(data, Mapping):
            data = {n: [] if n in _LIST_NAMES and v is None else v for n, v in data.items()}
        return super().to_internal_value(data)

    def validate_birthday(self, birthday: str) -> str:
        try:
            return birthdays.read(birthday, today=timezone.localdate()) if birthday else ""
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="birthday") from error

    def validate_country(self, country: str) -> str:
        return known_country(country)

    def validate_postal_addresses(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _with_at_most_one_primary(entries)

    def validate_time_zone(self, name: str) -> str:
        if name not in zoneinfo.available_timezones():
            raise serializers.ValidationError(_("There is no such time zone."), code="time_zone")
        return name

    def validate_emails(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _with_at_most_one_primary(entries)

    def validate_phones(self, entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return _with_at_most_one_primary(entries)

    def arguments(self) -> dict[str, Any]:
        """What was sent, as ``create_contact`` and ``update_contact`` take it."""
        sent = dict(self.validated_data)
        for source, (name, entry) in _LISTS.items():
            if source in sent:
                sent[name] = [entry(**values) for values in sent.pop(source)]
        return sent


_LISTS: dict[str, tuple[str, type[Any]]] = {
    "email_addresses": ("emails", EmailEntry),
    "phone_numbers": ("phones", PhoneEntry),
    "postal_addresses": ("postal_addresses", PostalEntry),
    "social_profiles": ("profiles", ProfileEntry),
    "external_ids": ("external_ids", ExternalIdEntry),
}

_LIST_NAMES = {"tags", *(name for name, _entry in _LISTS.values())}


def _with_at_most_one_primary(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    if sum(entry["is_primary"] for entry in entries) > 1:
        raise serializers.ValidationError(_("Only one can be primary."), code="primary")
    return entries


class ContactParameters(ListParameters):
    STATES: Sequence[str] = ("active", "archived", "merged", "all")

    q = serializers.CharField(
        required=False,
        max_length=200,
        help_text="As in the search box: words that names, e-mail addresses, position, "
        "organisation, city, tags or skills begin with, or digits of a phone number; all must be "
        "found. "
        '`"an exact phrase"`, `-without`, `this OR that`.',
    )
    email = serializers.CharField(
        required=False,
        max_length=254,
        help_text="One of the e-mail addresses, whole. Several people may share one: a hint for "
        "matching, never a key.",
    )
    external_system = serializers.SlugField(
        required=False, max_length=50, help_text="Known in this system."
    )
    tag = serializers.CharField(required=False, max_length=60, help_text="With this tag.")
    skill = serializers.CharField(
        required=False,
        max_length=200,
        help_text="With this skill, by any of its names or its id. Of the same skill may also be "
        "asked how well, how lately confirmed and by whom: `python >=3 <24m by:manager`; "
        "` & ` asks for two at once.",
    )
    unit = serializers.UUIDField(required=False, help_text="Kept by this unit or one below it.")
    state = serializers.ChoiceField(
        choices=STATES, default="active", help_text="Archived and merged contacts only on demand."
    )


class UnitSerializer(serializers.Serializer[OrgUnit]):
    """A part of the own organisation."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    name = serializers.CharField(read_only=True)
    code = NullableTextField(read_only=True)
    parent = UidField(read_only=True, allow_null=True)  # type: ignore[assignment]
    starts_on = serializers.DateField(read_only=True, allow_null=True)
    ends_on = serializers.DateField(read_only=True, allow_null=True)


def _writer(said: Provenance) -> dict[str, str] | None:
    found = None if said.author_id is None else writers().get(said.author_id)
    return None if found is None else {"id": str(found.uid), "name": found.name}
