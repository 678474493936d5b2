"""What lists of people show of the people themselves, and by what of it they are ordered."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts import birthdays, cells
from contacts.listing import Column, register_column
from contacts.models import Contact, EmailAddress, PhoneNumber
from contacts.models.contact import ContactQuerySet
from contacts.sorting import Sort, register_sort
from contacts.writing import come_first
from core.models import User
from core.prepared import Given, Prepared

_TAGS = Prepared(
    lambda: (
        Contact.tags.through.objects.filter(contact__any=Given("contacts"))
        .order_by("tag__name")
        .values_list("contact_id", "tag__name")
    )
)


def _tags(contact_ids: Sequence[int], user: User) -> Mapping[int, list[str]]:
    names: dict[int, list[str]] = {}
    for pk, name in _TAGS(contacts=contact_ids):
        names.setdefault(pk, []).append(name)
    return names


def _units(contact_ids: Sequence[int], user: User) -> Mapping[int, str]:
    people = Contact.objects.filter(pk__in=contact_ids, unit__isnull=False)
    return dict(people.values_list("pk", "unit__name"))


def _firsts(model: type[EmailAddress] | type[PhoneNumber], name: str) -> Any:
    """Of each contact, the one that is written to (or called) first."""

    def values(contact_ids: Sequence[int], user: User) -> Mapping[int, str]:
        rows = model._default_manager.filter(contact__in=contact_ids).order_by("is_primary", "-pk")
        return dict(rows.values_list("contact_id", name))

    return values


_ADDRESSES = _firsts(EmailAddress, "address")


def _mails(contact_ids: Sequence[int], user: User) -> Mapping[int, cells.Mail]:
    found = _ADDRESSES(contact_ids, user)
    first = come_first(list(found), user) if found else {}
    return {pk: cells.Mail(address, first.get(pk, "")) for pk, address in found.items()}


def _country(contact: Contact) -> str:
    return contact.country_name


def _language(contact: Contact) -> str:
    return str(contact.get_language_display())


def _form_of_address(contact: Contact) -> str:
    return str(contact.get_form_of_address_display())


for _column in (
    Column(
        key="headline",
        label=_("Position"),
        position=36,
        read=lambda contact: contact.headline,
        reads=("headline",),
        edits="headline",
    ),
    Column(
        key="organisation",
        label=_("Organisation"),
        position=38,
        read=lambda contact: contact.organisation_name,
        reads=("organisation_name",),
        edits="organisation_name",
    ),
    Column(
        key="city",
        label=_("City"),
        position=40,
        read=lambda contact: contact.city,
        reads=("city",),
        edits="city",
        is_shown=True,
    ),
    Column(
        key="birthday",
        label=_("Birthday"),
        position=41,
        read=lambda contact: birthdays.shown(contact.birthday),
        reads=("birthday",),
        edits="birthday",
    ),
    Column(
        key="country",
        label=_("Country"),
        position=42,
        read=_country,
        reads=("country",),
        edits="country",
    ),
    Column(
        key="language",
        label=_("Language"),
        position=44,
        read=_language,
        reads=("language",),
        edits="language",
    ),
    Column(
        key="form_of_address",
        label=_("Form of address"),
        position=45,
        read=_form_of_address,
        reads=("form_of_address",),
        edits="form_of_address",
    ),
    Column(
        key="email",
        label=_("E-mail"),
        position=46,
        values=_mails,
        html=cells.mail,
        words=lambda shown: (shown.address,),
    ),
    Column(
        key="phone",
        label=_("Phone"),
        position=48,
        values=_firsts(PhoneNumber, "number"),
        html=cells.phone,
    ),
    Column(
        key="tags",
        label=_("Tags"),
        position=60,
        values=_tags,
        html=cells.chips,
        edits="tags",
        is_shown=True,
    ),
    Column(
        key="unit",
        label=_("Kept by"),
        position=70,
        values=_units,
        edits="unit",
    ),
    Column(
        key="source",
        label=_("Source"),
        position=80,
        read=lambda contact: str(contact.get_source_display()),
        reads=("source",),
    ),
    Column(
        key="created",
        label=_("Added"),
        position=85,
        read=lambda contact: contact.created_at,
        reads=("created_at",),
        html=cells.day,
    ),
    Column(
        key="changed",
        label=_("Changed"),
        position=90,
        read=lambda contact: contact.updated_at,
        reads=("updated_at",),
        html=cells.day,
    ),
):
    register_column(_column)


def _folded(name: str) -> Any:
    """People ordered by a text of theirs, in either case; the index also finds who has none."""
    alias = f"{name}_folded"

    def having(people: ContactQuerySet, user: User) -> ContactQuerySet:
        return people.alias(**{alias: Lower(name)})

    def lacking(people: ContactQuerySet, user: User) -> ContactQuerySet:
        return people.alias(**{alias: Lower(name)}).filter(**{alias: ""})

    present = Q(**{f"{alias}__gt": ""})
    return {"value": alias, "having": having, "present": present, "lacking": lacking}


register_sort(
    Sort(key="organisation", label=_("Organisation"), position=38, **_folded("organisation_name"))
)
register_sort(Sort(key="city", label=_("City"), position=40, **_folded("city")))
register_sort(Sort(key="created", label=_("Added"), position=85, value="created_at", is_down=True))
register_sort(
    Sort(key="changed", label=_("Changed"), position=90, value="updated_at", is_down=True)
)
