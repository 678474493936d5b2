"""Contacts, addresses and consents of the demo, written in sets."""

from datetime import UTC, date, datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

from contacts import names as name_parts
from contacts.choices import Basis, Purpose, Source
from contacts.models import (
    Consent,
    Contact,
    EmailAddress,
    ExternalId,
    Label,
    OrgUnit,
    PhoneNumber,
    SocialProfile,
    Tag,
)
from relationships.choices import Kind
from trm.demo import names
from trm.demo.lives import Life, division_of

TAGS = (
    "spreker",
    "mentor",
    "waterbouw",
    "BIM",
    "alumnidag",
    "gastles",
    "veldwerk",
    "Python",
    "GIS",
)


def moment(day: date, rng: Random) -> datetime:
    """A believable time on that day: in office hours, Dutch time."""
    minutes = rng.randint(8 * 60 + 30, 17 * 60)
    return datetime(
        day.year,
        day.month,
        day.day,
        minutes // 60,
        minutes % 60,
        tzinfo=ZoneInfo("Europe/Amsterdam"),
    )


def make_contacts(
    lives: list[Life], *, units: dict[str, OrgUnit], rng: Random, today: date
) -> list[Contact]:
    """One contact for each life, in the same order, with addresses, tags and external ids."""
    contacts = [_contact(life, units) for life in lives]
    for life, contact in zip(lives, contacts, strict=True):
        contact.refresh_derived(addresses=f"{_address(life)} {_phone(life)}")
    Contact.objects.bulk_create(contacts, batch_size=500)
    for life, contact in zip(lives, contacts, strict=True):
        contact.created_at = min(moment(life.first_contact_on, rng), datetime.now(UTC))
        contact.updated_at = contact.created_at + timedelta(days=rng.randint(0, 30))
        contact.updated_at = min(contact.updated_at, datetime.now(UTC))
    Contact.objects.bulk_update(contacts, ["created_at", "updated_at"], batch_size=500)
    _add_addresses(lives, contacts, rng)
    _add_tags(contacts, rng)
    return contacts


def make_consents(
    lives: list[Life], contacts: list[Contact], *, rng: Random, today: date
) -> list[Consent]:
    """What people said: most said yes to staying in touch, some no, some let it run out."""
    consents = []
    for life, contact in zip(lives, contacts, strict=True):
        decided_on = life.first_contact_on + timedelta(days=rng.randint(0, 40))
        decided_on = max(min(decided_on, today), today - timedelta(days=3 * 365))
        for purpose, chance in _likely_purposes(life):
            if rng.random() > chance:
                continue
            given = _consent(contact, purpose, Consent.Decision.GIVEN, moment(decided_on, rng))
            consents.append(given)
            withdrawn_on = decided_on + timedelta(days=rng.randint(100, 700))
            if rng.random() < 0.06 and withdrawn_on < today:
                consents.append(
                    _consent(
                        contact, purpose, Consent.Decision.WITHDRAWN, moment(withdrawn_on, rng)
                    )
                )
    Consent.objects.bulk_create(consents, batch_size=1000)
    return consents


def _contact(life: Life, units: dict[str, OrgUnit]) -> Contact:
    is_outsider = {standing.kind for standing in life.standings} == {Kind.PROSPECT}
    return Contact(
        given_name=life.given,
        infix=life.infix,
        family_name=life.family,
        native_name=_native_name(life),
        birth_name=_birth_name(life),
        birthday=_birthday(life),
        headline=life.role,
        organisation_name=life.organisation,
        city=life.city,
        country="NL",
        language=life.language,
        unit=units[division_of(life.unit) if is_outsider else life.unit],
        do_not_contact=life.number % 97 == 41,
        source=Source.DEMO,
    )


def _native_name(life: Life) -> str:
    written = [names.NATIVE.get(name, "") for name in (life.given, life.family)]
    return " ".join(written) if all(written) and life.number % 2 else ""


def _birth_name(life: Life) -> str:
    """Some bear another name than they were born with."""
    others = names.FAMILY["nl"]
    other = others[life.number % len(others)]
    return other if life.number % 37 == 5 and life.family not in other else ""


def _birthday(life: Life) -> str:
    """Of two in five we know it, of half of these without the year."""
    day = date(1964, 1, 1) + timedelta(days=life.number * 37 % 7300)
    known = day.isoformat() if life.number % 2 else f"--{day:%m-%d}"
    return known if life.number % 5 < 2 else ""


def _slug(life: Life) -> str:
    words = (life.given, life.infix, life.family)
    return "".join(c for c in name_parts.fold("".join(words)) if c.isalnum())


def _address(life: Life) -> str:
    return f"{_slug(life)}{life.number}@mail.example"


def _phone(life: Life) -> str:
    return f"+316{10_000_000 + (life.number * 7_919) % 89_999_999:08d}"


def _add_addresses(lives: list[Life], contacts: list[Contact], rng: Random) -> None:
    emails, phones, profiles, external = [], [], [], []
    for life, contact in zip(lives, contacts, strict=True):
        if life.number % 29:
            emails.append(
                EmailAddress(
                    contact=contact, address=_address(life), label=Label.PRIVATE, is_primary=True
                )
            )
        if any(job.ends_on is None for job in life.jobs):
            work = f"{_slug(life)}{life.number}@vaartenveld.example"
            emails.append(EmailAddress(contact=contact, address=work, label=Label.WORK))
            external.append(
                ExternalId(contact=contact, system="hris", value=f"P{20_000 + life.number}")
            )
        if rng.random() < 0.8:
            phones.append(
                PhoneNumber(
                    contact=contact, number=_phone(life), label=Label.PRIVATE, is_primary=True
                )
            )
        if rng.random() < 0.55:
            profiles.append(
                SocialProfile(
                    contact=contact,
                    network=SocialProfile.Network.LINKEDIN,
                    url=f"https://www.linkedin.com/in/{_slug(life)}-demo-{life.number:04d}",
                )
            )
    EmailAddress.objects.bulk_create(emails, batch_size=1000)
    PhoneNumber.objects.bulk_create(phones, batch_size=1000)
    SocialProfile.objects.bulk_create(profiles, batch_size=1000)
    ExternalId.objects.bulk_create(external, batch_size=1000)


def _add_tags(contacts: list[Contact], rng: Random) -> None:
    tags = Tag.objects.bulk_create([Tag(name=name) for name in TAGS])
    through = Contact.tags.through
    through.objects.bulk_create(
        through(contact_id=contact.pk, tag_id=tag.pk)
        for contact in contacts
        for tag in rng.sample(tags, rng.choice((0, 0, 0, 1, 1, 2)))
    )


def _likely_purposes(life: Life) -> tuple[tuple[Purpose, float], ...]:
    kinds = {standing.kind for standing in life.standings if standing.ended_on is None}
    if Kind.ALUMNUS in kinds:
        return (Purpose.NETWORK, 0.85), (Purpose.EVENTS, 0.7)
    if Kind.FREELANCER in kinds:
        return (Purpose.CAREERS, 0.9), (Purpose.NETWORK, 0.6)
    if Kind.EMPLOYEE in kinds:
        return (Purpose.EVENTS, 0.6), (Purpose.NEWSLETTER, 0.4)
    return (Purpose.CAREERS, 0.8), (Purpose.NETWORK, 0.45)


def _consent(
    contact: Contact, purpose: Purpose, decision: Consent.Decision, decided_at: datetime
) -> Consent:
    is_given = decision == Consent.Decision.GIVEN
    return Consent(
        contact=contact,
        purpose=purpose,
        decision=decision,
        basis=Basis.CONSENT,
        wording="2024-1",
        language=contact.language,
        source=Source.SELF,
        decided_at=decided_at,
        expires_at=decided_at + timedelta(days=4 * 365) if is_given else None,
    )
