"""One person as JSON Resume 1.0.0 (jsonresume.org).

What the schema has no place for stands under ``meta.trm``, which the schema leaves open: with it
nothing of what we keep of a person is lost on the way out and in. Higher apps add their sections
(work, volunteer) in ``apps.ready()``.
"""

from collections.abc import Callable
from typing import Any

from contacts import custom_fields
from contacts.exports.people import first_place
from contacts.models import Contact, ContactSkill, EmailAddress, PhoneNumber, PostalAddress
from core.models import User

SCHEMA = "https://raw.githubusercontent.com/jsonresume/resume-schema/v1.0.0/schema.json"
Section = Callable[[Contact, User], list[dict[str, Any]]]

_sections: dict[str, Section] = {}


def register_section(name: str, make: Section) -> None:
    """``make`` gives the entries of a section, "work" or another, that the user may see."""
    _sections[name] = make


def resume_of(contact: Contact, user: User) -> dict[str, Any]:
    """The resume of a contact that came with its lists (``people.with_lists``), for ``user``."""
    sections = {name: make(contact, user) for name, make in sorted(_sections.items())}
    return {
        "$schema": SCHEMA,
        "basics": _basics(contact),
        **{name: entries for name, entries in sections.items() if entries},
        "skills": [_skill(held) for held in contact.skills.all()],
        "meta": {
            "version": "v1.0.0",
            "lastModified": contact.updated_at.strftime("%Y-%m-%dT%H:%M:%S"),
            "trm": _beyond(contact),
        },
    }


def _basics(contact: Contact) -> dict[str, Any]:
    emails = [row.address for row in contact.email_addresses.all()]
    phones = [row.number for row in contact.phone_numbers.all()]
    pages = list(contact.social_profiles.all())
    website = next((page.url for page in pages if page.network == "website"), "")
    home = first_place(contact)
    place = {
        "address": home.lines if home else "",
        "postalCode": home.postcode if home else "",
        "city": contact.city,
        "countryCode": contact.country,
    }
    return _filled(
        name=contact.full_name,
        label=contact.headline,
        email=emails[0] if emails else "",
        phone=phones[0] if phones else "",
        url=website,
        summary=contact.note,
        location=_filled(**place),
        profiles=[
            _filled(
                network=str(page.get_network_display()),
                username=page.url.rstrip("/").rpartition("/")[2],
                url=page.url,
            )
            for page in pages
        ],
    )


def _beyond(contact: Contact) -> dict[str, Any]:
    """By the names of the API; empty ones are left out."""
    keys = [field.key for field in custom_fields.active_fields()]
    values = {key: contact.custom_values[key] for key in keys if key in contact.custom_values}
    return _filled(
        id=str(contact.uid),
        given_name=contact.given_name,
        infix=contact.infix,
        family_name=contact.family_name,
        preferred_name=contact.preferred_name,
        native_name=contact.native_name,
        given_initials=contact.given_initials,
        birth_name=contact.birth_name,
        birthday=contact.birthday,
        organisation_name=contact.organisation_name,
        language=contact.language,
        form_of_address=contact.form_of_address,
        time_zone=contact.time_zone,
        do_not_contact=contact.do_not_contact or None,
        emails=[_reach(row, address=row.address) for row in contact.email_addresses.all()],
        phones=[_reach(row, number=row.number) for row in contact.phone_numbers.all()],
        postal_addresses=[_place(row) for row in contact.postal_addresses.all()],
        skills=[_own_skill(held) for held in contact.skills.all()],
        external_ids=[
            {"system": one.system, "value": one.value} for one in contact.external_ids.all()
        ],
        tags=sorted(tag.name for tag in contact.tags.all()),
        custom_values=values,
    )


def _reach(row: EmailAddress | PhoneNumber, **value: str) -> dict[str, Any]:
    return {**value, "label": row.label, "is_primary": row.is_primary}


def _place(row: PostalAddress) -> dict[str, Any]:
    said = _filled(lines=row.lines, postcode=row.postcode, city=row.city, country=row.country)
    return {**said, "label": row.label, "is_primary": row.is_primary}


def _own_skill(held: ContactSkill) -> dict[str, Any]:
    """With the level as a number: the words of the schema's own are of the reader's language."""
    return _filled(
        name=str(held.skill),
        level=held.level,
        source=held.source,
        confirmed_on=held.confirmed_on.isoformat() if held.confirmed_on else "",
        evidence=held.evidence,
    )


def _skill(held: ContactSkill) -> dict[str, Any]:
    level = held.get_level_display() if held.level else ""
    return _filled(name=str(held.skill), level=str(level))


def _filled(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value not in ("", [], {}, None)}
