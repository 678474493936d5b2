"""Birthdays from door to door: form, list, filter, segment, import, export, API, own profile."""

from pathlib import Path

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client

from contacts import forms, listing
from contacts.exports.cards import card_of
from contacts.exports.resumes import resume_of
from contacts.imports.cards import cards
from contacts.imports.columns import COLUMNS, Reading
from contacts.imports.drafts import Draft
from contacts.models import Contact
from contacts.services.contacts import update_contact
from contacts.services.privacy import erase_person
from core.models import User
from tests.factories import ContactFactory, UserFactory
from tests.support.api import assert_problem, client_for

pytestmark = pytest.mark.django_db


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    return user


def _filtered(user: User, *values: str) -> set[Contact]:
    known = listing.all_filters()["birthday"]
    return set(known.apply(Contact.objects.all(), list(values), user))


def test_it_stands_on_the_page_with_its_age(client: Client, recruiter: User) -> None:
    person = ContactFactory(birthday="--04-12")
    page = client.get(f"/people/{person.uid}/?tab=about").content.decode()
    assert "12 April" in page
    form = forms.ContactForm({"given_name": "A", "birthday": "31 april"}, user=recruiter)
    assert form.errors["birthday"] == ["There is no such day."]


@time_machine.travel("2026-12-15T12:00:00Z", tick=False)
def test_whose_birthday_is_this_month_or_the_next(recruiter: User) -> None:
    december = ContactFactory(birthday="1984-12-31")
    january = ContactFactory(birthday="--01-01")
    leap = ContactFactory(birthday="2000-02-29")
    unknown = ContactFactory()
    assert _filtered(recruiter, "this") == {december}
    assert _filtered(recruiter, "next") == {january}
    assert _filtered(recruiter, "2", "next") == {january, leap}
    assert unknown not in _filtered(recruiter, *map(str, range(1, 13)))


def test_by_the_filter_of_the_list(client: Client, recruiter: User) -> None:
    ContactFactory(given_name="Aprilia", birthday="1984-04-12")
    ContactFactory(given_name="Maya", birthday="--05-12")
    page = client.get("/people/?birthday=4").content.decode()
    assert ("Aprilia" in page, "Maya" in page) == (True, False)
    assert "whose birthday is in April" in page


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("BDAY:19840412", "1984-04-12"),
        ("BDAY:1984-04-12", "1984-04-12"),
        ("BDAY:--0412", "--04-12"),
        ("BDAY;VALUE=date:1984-04-12", "1984-04-12"),
        ("BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12", "--04-12"),
    ],
)
def test_as_vcards_write_it(tmp_path: Path, line: str, kept: str) -> None:
    path = tmp_path / "one.vcf"
    path.write_text(f"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Eva Vos\r\n{line}\r\nEND:VCARD\r\n")
    (row,) = cards(path)
    draft = Draft()
    column = next(one for one in COLUMNS if one.key == "birthday")
    column.take(draft, row["Birthday"], Reading())
    assert (draft.birthday, draft.notes) == (kept, [])


@pytest.mark.parametrize("kept", ["1984-04-12", "--02-29"])
def test_out_and_in_again(tmp_path: Path, recruiter: User, kept: str) -> None:
    person = ContactFactory(given_name="Eva", birthday=kept)
    path = tmp_path / "one.vcf"
    path.write_text(card_of(person), newline="")
    (row,) = cards(path)
    assert row["Birthday"] == kept.replace("-", "").rjust(6, "-")
    assert resume_of(person, recruiter)["meta"]["trm"]["birthday"] == kept


def test_by_the_api_and_whose_word_it_is(recruiter: User) -> None:
    api = client_for(recruiter)
    made = api.post("/api/v1/contacts", {"given_name": "Eva", "birthday": "--0412"})
    assert (made.status_code, made.json().get("birthday")) == (201, "--04-12"), made.content
    address = made["Location"]
    changed = api.patch(address, {"birthday": "1984-04-12"}).json()
    assert changed["field_sources"]["birthday"]["source"] == "api"
    for wrong in ("1984-02-30", "3000-01-01", "soon"):
        problem = assert_problem(api.patch(address, {"birthday": wrong}), 422, "invalid")
        assert [error["pointer"] for error in problem["errors"]] == ["/birthday"]
    person = Contact.objects.get(uid=made.json()["id"])
    update_contact(contact=person, actor=None, source="self", birthday="1984-04-13")
    kept = api.patch(address, {"birthday": "1984-04-12"}).json()
    assert (kept["birthday"], kept["kept_fields"]) == ("1984-04-13", ["birthday"])
    assert api.patch(address, {"birthday": None}).json()["kept_fields"] == ["birthday"]


def test_nothing_but_a_day_gets_into_the_database() -> None:
    for wrong in ("soon", "1984-4-12", "-04-12"):
        with pytest.raises(IntegrityError), transaction.atomic():
            ContactFactory(birthday=wrong)


def test_it_goes_as_the_person_is_forgotten() -> None:
    person = ContactFactory(birthday="1984-04-12")
    erase_person(contact=person, actor=None)
    person.refresh_from_db()
    assert person.birthday == ""
