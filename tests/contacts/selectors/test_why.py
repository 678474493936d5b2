"""What is told beside somebody in a list: why the words found them, where it is not in sight."""

from collections.abc import Callable

import pytest

from contacts.models import Contact
from contacts.selectors.why import reasons_in_list
from contacts.services.search_words import learn_words
from core.models import User
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    EmailAddressFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    SkillFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(role="hr-manager")


@pytest.fixture
def ida() -> Contact:
    person = ContactFactory(
        given_name="Adriana",
        preferred_name="Ida",
        family_name="Bos",
        birth_name="Kwast",
        headline="Adviseur",
        organisation_name="Zuiderzee",
        city="Gouda",
        email="ida.bos@noord.example",
    )
    PhoneNumberFactory(contact=person, number="+31612345678", is_primary=True)
    person.tags.add(TagFactory(name="Mentor"))
    ContactSkillFactory(contact=person, skill=SkillFactory(name_en="Welding"), level=4)
    return person


def told(person: Contact, user: User, *texts: str) -> list[tuple[str, str]]:
    """The label and the text of each reason, with brackets round what is marked."""
    return [
        (str(one.label), "".join(f"[{text}]" if is_it else text for text, is_it in one.text))
        for one in reasons_in_list([person], texts, user)[person.pk]
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("ida", []),
        ("bos advis", []),
        ("zuider", []),
        ("adri", [("Given name", "[Adri]ana")]),
        ("kwas ida", [("Name at birth", "[Kwas]t")]),
        ("noord", [("", "ida.bos@[noord].example")]),
        ("06 1234", [("", "[06 12345678]")]),
        ("ment", [("Tag", "[Ment]or")]),
        ("weld", [("Skill", "[Weld]ing")]),
        ("welding >=3", [("Skill", "[Welding]")]),
        ("goud", [("", "[Goud]a")]),
        ("kwast OR ida", []),
        ("-kwast ida", []),
        ("ment kwast", [("Name at birth", "[Kwast]"), ("Tag", "[Ment]or")]),
    ],
)
def test_what_is_in_sight_is_not_told_again(
    ida: Contact, user: User, typed: str, expected: list[tuple[str, str]]
) -> None:
    assert told(ida, user, typed) == expected


def test_two_things_typed_are_both_told_of(ida: Contact, user: User) -> None:
    assert told(ida, user, "ment", "weld") == [("Tag", "[Ment]or"), ("Skill", "[Weld]ing")]


def test_the_position_of_who_is_left_alone_is_not_in_sight(ida: Contact, user: User) -> None:
    ida.do_not_contact = True

    assert told(ida, user, "advis") == [("", "[Advis]eur")]


def test_a_name_in_other_letters_is_told_in_ours(user: User) -> None:
    greg = ContactFactory(given_name="Григорий", family_name="Иванов")
    native = ContactFactory(given_name="Grigory", family_name="Bos", native_name="Григорий")
    learn_words(contact_ids=[greg.pk, native.pk])

    assert told(greg, user, "grigoriy") == [("In Latin letters", "[Grigoriy] Ivanov")]
    assert told(greg, user, "Григорий") == []
    assert told(native, user, "grigory") == []


def test_a_skill_of_people_one_may_not_see_is_not_told() -> None:
    branch = OrgUnitFactory()
    person = ContactFactory(given_name="Ida", family_name="Bos", unit=OrgUnitFactory())
    ContactSkillFactory(contact=person, skill=SkillFactory(name_en="Welding"))
    stranger = UserFactory(role="recruiter", unit=branch)

    assert told(person, stranger, "weld") == []


@pytest.mark.parametrize("count", [1, 3])
def test_a_page_asks_the_same_however_many_people(
    user: User, count: int, django_assert_num_queries: Callable[[int], object]
) -> None:
    tag = TagFactory(name="Mentor 1234")
    people = ContactFactory.create_batch(count, family_name="Bos")
    for number, person in enumerate(people):
        person.tags.add(tag)
        EmailAddressFactory(contact=person, address=f"x{number}@mentor.example")

    # What sounds alike; tags and skills for each of two words; addresses, numbers, who holds the
    # tag.
    with django_assert_num_queries(8):
        reasons_in_list(people, ["mentor 1234"], user)


def test_nothing_is_asked_where_all_is_in_sight(
    user: User, ida: Contact, django_assert_num_queries: Callable[[int], object]
) -> None:
    with django_assert_num_queries(1):  # what sounds alike
        assert reasons_in_list([ida], ["ida bos"], user) == {ida.pk: []}
