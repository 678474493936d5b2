"""Anybody who can be written down leaves in every format and arrives as they were."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from contacts.exports.resumes import resume_of
from contacts.models import Contact, ContactSkill
from contacts.services.addresses import EmailEntry, PhoneEntry, PostalEntry, ProfileEntry
from contacts.services.contacts import create_contact
from contacts.services.skill_catalogue import named_skills
from core.models import User
from tests.contacts.exporting import exported, make_fields
from tests.contacts.imports.bringing import bring_in, outcomes
from tests.contacts.test_portable import lists, loaded, same
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

FORMATS = {"csv": "csv", "xlsx": "xlsx", "vcard": "vcf", "json": "json"}

# What people type: every letter and sign but control characters, on one line.
LINE = st.text(
    st.characters(exclude_categories=("C", "Zl", "Zp", "Zs"), include_characters=" '=;|,\\\":"),
    max_size=24,
).map(lambda text: " ".join(text.split()))
NAME = LINE.filter(lambda text: any(c.isalpha() for c in text))
LABEL = st.sampled_from(["work", "private", "other"])
EMAILS = st.lists(
    st.builds(
        EmailEntry,
        st.sampled_from([f"{name}@example.org" for name in ("a", "b.c", "d+e", "f_g", "o'h")]),
        LABEL,
    ),
    unique_by=lambda entry: entry.address,
    max_size=3,
)
PHONES = st.lists(
    st.builds(
        PhoneEntry,
        st.sampled_from(
            ["+31612345678", "0900 2", "+4930901820", "020-12 34 / 56", "toestel 3; 4"]
        ),
        LABEL,
    ),
    unique_by=lambda entry: entry.number,
    max_size=3,
)
PLACES = st.lists(
    st.builds(
        PostalEntry,
        lines=LINE,
        postcode=st.sampled_from(["", "2801 AA", "B-9000"]),
        city=st.sampled_from(["", "Gouda", "'s-Gravenhage", "Ede|West", "=Delft"]),
        country=st.sampled_from(["", "NL", "BE"]),
        label=LABEL,
    ),
    max_size=3,
)
PAGES = st.lists(
    st.sampled_from(
        [
            ProfileEntry("linkedin", "https://www.linkedin.com/in/ada"),
            ProfileEntry("website", "https://example.org/Ada?x=1&y=2"),
            ProfileEntry("other", "https://social.example/@Ada"),
        ]
    ),
    unique_by=lambda entry: entry.url,
    max_size=2,
)
SKILL = st.tuples(
    NAME,
    st.sampled_from([None, 1, 4]),
    st.sampled_from(["self", "manager", "cv", "import"]),
    st.sampled_from([None, date(2026, 1, 2)]),
    LINE,
)
PERSON = st.fixed_dictionaries(
    {
        "given_name": NAME,
        "infix": st.sampled_from(["", "van der", "d'", "O'"]),
        "family_name": st.one_of(st.just(""), NAME, st.just("De Vries")),
        "preferred_name": LINE,
        "native_name": LINE,
        "given_initials": st.sampled_from(["", "J.P.", "=J"]),
        "birth_name": LINE,
        "birthday": st.sampled_from(["", "1984-04-12", "--02-29"]),
        "headline": LINE,
        "organisation_name": LINE,
        "language": st.sampled_from(["nl", "en"]),
        "form_of_address": st.sampled_from(["", "formal", "informal"]),
        "time_zone": st.sampled_from(["Europe/Amsterdam", "America/Argentina/Buenos_Aires"]),
        "do_not_contact": st.booleans(),
        "note": st.lists(LINE, max_size=3).map("\n".join),
        "tags": st.lists(LINE.filter(lambda text: any(c.isalnum() for c in text)), max_size=3),
        "emails": EMAILS,
        "phones": PHONES,
        "postal_addresses": PLACES,
        "profiles": PAGES,
        "custom_values": st.fixed_dictionaries(
            {
                "text": NAME,
                "number": st.sampled_from([0, -2.5, 10]),
                "yes_no": st.booleans(),
                "choices": st.sampled_from([["small"], ["small", "large"]]),
            }
        ),
    }
)


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


@pytest.mark.parametrize("format", FORMATS)
@settings(
    max_examples=8,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],  # a try takes a second: what fails is read as it stands
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(person=PERSON, skills=st.lists(SKILL, max_size=3, unique_by=lambda one: one[0].casefold()))
def test_whoever_leaves_arrives_as_they_were(
    format: str, person: dict[str, Any], skills: list[tuple[Any, ...]]
) -> None:
    with undone():
        make_fields()
        actor = UserFactory(role="administrator", language="en")
        contact = create_contact(actor=None, **person)
        _give(contact, skills)
        contact.refresh_from_db()
        held = lists(contact)
        content = left_as(format, contact, actor)
        Contact.objects.all().delete()

        run = bring_in(content, actor, name=f"people.{FORMATS[format]}", heeds_notes="no")

        assert list(outcomes(run).values()) == ["created"], run.rows.values("notes", "cells")
        arrived = Contact.objects.get()
        same(contact, arrived)
        assert lists(arrived) == held


def left_as(format: str, contact: Contact, actor: User) -> bytes:
    if format == "json":
        return json.dumps(resume_of(loaded(contact), actor)).encode()
    return exported(actor, format)


@contextmanager
def undone() -> Iterator[None]:
    """Each try begins with nobody."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def _give(contact: Contact, skills: list[tuple[Any, ...]]) -> None:
    known = named_skills(wanted=[name for name, *_rest in skills], actor=None)
    given: dict[int, ContactSkill] = {}
    for skill, (_name, level, source, on, evidence) in zip(known.values(), skills, strict=False):
        given[skill.pk] = ContactSkill(
            contact=contact,
            skill=skill,
            level=level,
            source=source,
            confirmed_on=on,
            evidence=evidence,
        )
    ContactSkill.objects.bulk_create(given.values())
