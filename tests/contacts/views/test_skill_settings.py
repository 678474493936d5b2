from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from contacts.models import ContactSkill, Skill
from contacts.skill_seeds import OWN_LIST
from tests.factories import ContactSkillFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

URL = "/settings/skills/"


@pytest.fixture(autouse=True)
def manager(client: Client) -> None:
    client.force_login(UserFactory(role="hr-manager", language="en"))


def test_an_empty_house_may_begin_with_our_list(client: Client) -> None:
    assert "Begin with that list" in client.get(URL).content.decode()

    client.post(f"{URL}begin/")
    client.post(f"{URL}begin/")

    assert Skill.objects.count() == len(OWN_LIST)
    page = client.get(f"{URL}?q=js").content.decode()
    assert "JavaScript" in page
    assert "Python" not in page


def test_the_list_counts_people_and_leads_to_them(client: Client) -> None:
    skill = SkillFactory(name_en="Python")
    ContactSkillFactory(skill=skill)
    ContactSkillFactory(skill=skill)

    page = client.get(URL).content.decode()

    assert '<a class="no-underline hover:underline" href="/people/?skill=Python">2</a>' in page


def test_names_are_changed_and_clashes_said(client: Client) -> None:
    skill = SkillFactory(name_en="Pyhton")
    SkillFactory(name_en="JavaScript", synonyms=["JS"])
    fields = {"name_en": "Python", "name_nl": "", "synonyms": "py\npy3", "esco_uri": ""}

    clash = client.post(f"{URL}{skill.uid}/", {**fields, "synonyms": "js"})
    client.post(f"{URL}{skill.uid}/", fields)

    assert clash.status_code == 422
    assert "is already a name of JavaScript" in clash.content.decode()
    skill.refresh_from_db()
    assert skill.name_en == "Python"
    assert sorted(skill.names.values_list("text", flat=True)) == ["Python", "py", "py3"]


def test_a_new_one_needs_a_name(client: Client) -> None:
    assert client.post(f"{URL}new/", {"synonyms": "x"}).status_code == 422
    assert client.post(f"{URL}new/", {"name_nl": "Lassen"}).status_code == 302
    assert Skill.objects.get().name == "Lassen"


def test_merging_says_first_what_it_will_do(client: Client) -> None:
    kept, gone = SkillFactory(name_en="Python"), SkillFactory(name_en="Python 3")
    ContactSkillFactory(skill=gone)
    address = f"{URL}{gone.uid}/merge/"

    asked = client.post(address, {"into": "python"})
    assert "1 person with “Python 3” will have “Python” instead." in asked.content.decode()
    assert ContactSkill.objects.get().skill == gone
    client.post(address, {"into": "Python", "sure": str(kept.uid)})

    assert ContactSkill.objects.get().skill == kept
    assert client.get(address).status_code == 404


def test_merging_into_nothing_or_itself_is_refused(client: Client) -> None:
    skill = SkillFactory(name_en="Python")

    for into in ("Nothing", "python", ""):
        answer = client.post(f"{URL}{skill.uid}/merge/", {"into": into, "sure": str(skill.uid)})
        assert answer.status_code == 422
    assert list(Skill.objects.offered()) == [skill]


def test_retired_skills_are_offered_no_more_and_can_come_back(client: Client) -> None:
    skill = SkillFactory(name_en="Flash")

    client.post(f"{URL}{skill.uid}/retire/")
    gone = client.get("/skills/names/?q=flash").content.decode()
    listed = client.get(f"{URL}?state=retired").content.decode()
    client.post(f"{URL}{skill.uid}/return/")

    assert "Flash" not in gone
    assert "Flash" in listed
    assert "Flash" in client.get("/skills/names/?q=flash").content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_three(
    client: Client, count: int, django_assert_num_queries: Callable[..., Any]
) -> None:
    SkillFactory.create_batch(count)
    client.get(URL)

    with django_assert_num_queries(7):
        client.get(URL)
