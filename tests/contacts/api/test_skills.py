from datetime import date, timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from contacts.models import Contact, ContactSkill, Skill
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    OrgUnitFactory,
    SkillFactory,
    UserFactory,
)
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/contacts"


@pytest.fixture
def api() -> APIClient:
    return client_for(UserFactory(role="recruiter"))


def of(contact: Contact) -> str:
    return f"{URL}/{contact.uid}/skills"


def test_a_skill_by_name_is_made_once_and_read_with_the_contact(api: APIClient) -> None:
    contact = ContactFactory()
    javascript = SkillFactory(name_en="JavaScript", synonyms=["JS"])

    known = api.post(
        of(contact),
        {"name": "js", "level": 4, "source": "cv", "evidence": "x", "confirmed_on": "2026-03-31"},
    )
    new = api.post(of(contact), {"name": "Rust"})

    assert (known.status_code, new.status_code) == (200, 200)
    assert_is("Contact", new.json())
    read = api.get(f"{URL}/{contact.uid}")
    assert read.json()["skills"] == [
        {
            "id": str(javascript.uid),
            "name": "JavaScript",
            "level": 4,
            "source": "cv",
            "evidence": "x",
            "confirmed_on": "2026-03-31",
        },
        {
            "id": str(Skill.objects.get(name_en="Rust").uid),
            "name": "Rust",
            "level": None,
            "source": "import",
            "evidence": None,
            "confirmed_on": None,
        },
    ]
    assert known["ETag"] != read["ETag"] == new["ETag"]


def test_put_and_delete_may_be_repeated(api: APIClient) -> None:
    contact, skill = ContactFactory(), SkillFactory()
    address = f"{of(contact)}/{skill.uid}"

    for _turn in range(2):
        put = api.put(address, {"level": 2})
        assert [one["level"] for one in put.json()["skills"]] == [2]
    refused = api.put(address, {"level": 3}, headers={"If-None-Match": "*"})
    assert_problem(refused, 412, "exists_already")
    stale = api.put(address, {"level": 3}, headers={"If-Match": '"1"'})
    assert_problem(stale, 412, "precondition_failed")
    for _turn in range(2):
        assert api.delete(address).json()["skills"] == []


def test_a_merged_skill_is_written_as_the_one_it_became(api: APIClient) -> None:
    kept = SkillFactory()
    gone = SkillFactory(merged_into=kept)
    contact = ContactFactory()

    api.put(f"{of(contact)}/{gone.uid}", {"level": 5})

    assert ContactSkill.objects.get().skill == kept


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 121}, "/name"),
        ({"name": "Go", "level": 6}, "/level"),
        ({"name": "Go", "level": "high"}, "/level"),
        ({"name": "Go", "source": "nobody"}, "/source"),
        ({"name": "Go", "evidence": "x" * 301}, "/evidence"),
        ({"name": "Go", "confirmed_on": "soon"}, "/confirmed_on"),
        ({"name": "Go", "colour": "red"}, "/colour"),
    ],
)
def test_what_makes_no_sense_is_said_where_it_stands(
    api: APIClient, body: dict[str, object], pointer: str
) -> None:
    answer = api.post(of(ContactFactory()), body)

    problem = assert_problem(answer, 422, "invalid")
    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert not Skill.objects.exists()


def test_no_skill_is_confirmed_on_a_day_to_come(api: APIClient) -> None:
    day = timezone.localdate() + timedelta(days=1)

    answer = api.post(of(ContactFactory()), {"name": "Go", "confirmed_on": day.isoformat()})

    assert_problem(answer, 422, "invalid")


def test_readers_read_and_strangers_do_not_know() -> None:
    unit, elsewhere = OrgUnitFactory(), OrgUnitFactory()
    row = ContactSkillFactory(contact__unit=unit)
    address = f"{of(row.contact)}/{row.skill.uid}"
    colleague = client_for(UserFactory(role="recruiter", unit=elsewhere))

    assert colleague.put(address, {"level": 1}).status_code == 404
    assert colleague.delete(address).status_code == 404
    narrow = client_for(UserFactory(role="recruiter", unit=unit), "contacts:read")
    assert_problem(narrow.delete(address), 403, "insufficient_scope")
    assert ContactSkill.objects.get().level == 3


def test_python_at_3_within_24_months_through_the_api(api: APIClient) -> None:
    python = SkillFactory(name_en="Python")
    fits = ContactSkillFactory(skill=python, level=3).contact
    ContactSkillFactory(skill=python, level=2)
    ContactSkillFactory(skill=python, level=5, confirmed_on=date(2020, 1, 1))
    ContactSkillFactory(level=5)

    answer = api.get(URL, {"skill": "Python >=3 confirmed < 24 months"})

    assert [row["id"] for row in answer.json()["data"]] == [str(fits.uid)]


def test_the_catalogue_is_listed_made_and_narrowed(api: APIClient) -> None:
    made = api.post("/api/v1/skills", {"name_en": "JavaScript", "synonyms": ["JS", "ES"]})
    SkillFactory(name_en="Java")

    assert made.status_code == 201
    body = api.get(made["Location"]).json()
    assert_is("Skill", body)
    assert (body["name"], body["synonyms"], body["is_retired"], body["merged_into"]) == (
        "JavaScript",
        ["ES", "JS"],
        False,
        None,
    )
    listed = api.get("/api/v1/skills", {"q": "js"}).json()["data"]
    assert [row["name"] for row in listed] == ["JavaScript"]
    taken = api.post("/api/v1/skills", {"name_nl": "js"})
    assert_problem(taken, 409, "skill_name_taken")
    nameless = api.post("/api/v1/skills", {"synonyms": ["x"]})
    assert_problem(nameless, 422, "invalid")


def test_names_come_in_the_language_that_is_asked_for(api: APIClient) -> None:
    row = ContactSkillFactory(skill=SkillFactory(name_en="Nursing", name_nl="Verpleegkunde"))

    answer = api.get(f"{URL}/{row.contact.uid}", headers={"Accept-Language": "nl"})

    assert [one["name"] for one in answer.json()["skills"]] == ["Verpleegkunde"]


def test_postal_addresses_are_written_and_give_the_place(api: APIClient) -> None:
    sent = {
        "family_name": "Vegt",
        "postal_addresses": [
            {"lines": "Kade 1", "postcode": "2801 AB", "city": "Gouda", "country": "nl"},
            {"city": "Delft", "label": "work", "is_primary": True},
        ],
    }

    made = api.post(URL, sent).json()
    same = api.patch(f"{URL}/{made['id']}", {"postal_addresses": made["postal_addresses"]}).json()
    none = api.patch(f"{URL}/{made['id']}", {"postal_addresses": None}).json()
    empty = api.patch(f"{URL}/{made['id']}", {"postal_addresses": [{"label": "work"}]})

    assert_is("Contact", made)
    assert made["city"] == "Delft"
    today = timezone.localdate().isoformat()
    for row in made["postal_addresses"]:
        assert (row.pop("source"), row.pop("said_on")) == ("api", today)
    assert made["postal_addresses"] == [
        {
            "lines": None,
            "postcode": None,
            "city": "Delft",
            "country": None,
            "label": "work",
            "is_primary": True,
        },
        {
            "lines": "Kade 1",
            "postcode": "2801 AB",
            "city": "Gouda",
            "country": "NL",
            "label": "other",
            "is_primary": False,
        },
    ]
    assert same["updated_at"] == made["updated_at"]
    assert none["postal_addresses"] == []
    assert_problem(empty, 422, "invalid")
    assert Contact.objects.count() == 1
