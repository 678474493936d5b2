"""Lists of people show the organisation's own fields, and are narrowed by them."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from contacts import listing
from contacts.models import Contact, CustomField
from core.models import User
from tests.factories import ContactFactory, CustomFieldFactory, UserFactory

pytestmark = pytest.mark.django_db

SIZES = {"small": "S", "medium": "M", "large": "L"}


@pytest.fixture
def user() -> User:
    return UserFactory(role="administrator", language="en")


def found(selection: dict[str, list[str]], user: User) -> list[str]:
    cleaned = listing.clean(selection, user)
    assert cleaned == selection
    people = listing.apply(Contact.objects.all(), cleaned, user).order_by("pk")
    return list(people.values_list("given_name", flat=True))


def made(kind: str, **values: Any) -> CustomField:
    """A field ``one``, and a person for each value, called by its name; one has nothing."""
    field = CustomFieldFactory(key="one", type=kind)
    CustomFieldFactory(key="other", type=kind)
    for name, value in values.items():
        ContactFactory(given_name=name, custom_values={"one": value})
        ContactFactory(given_name=f"not {name}", custom_values={"other": value})
    ContactFactory(given_name="nothing")
    return field


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        (["TEA"], ["tea"]),
        (["e"], ["tea", "coffee"]),
        (['"'], ["quoted"]),
        (["\\"], ["stroke"]),
        (["%"], ["percent"]),
        (["tea", "cof"], ["tea", "coffee"]),
        (["one"], []),
        (["É"], ["accent"]),
    ],
)
def test_words_anywhere_in_a_text(user: User, asked: list[str], names: list[str]) -> None:
    made(
        "text",
        tea="Tea",
        coffee="coffee",
        quoted='say "a"',
        stroke="a\\b",
        percent="5%",
        accent="é",
    )
    if asked == ["e"]:
        names = ["tea", "coffee"]
    assert found({"custom_one": asked}, user) == names


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ({"custom_one__from": ["3"]}, ["three", "ten", "hundred"]),
        ({"custom_one__to": ["9"]}, ["minus", "nought", "two_and_a_half", "three"]),
        ({"custom_one__from": ["1"], "custom_one__to": ["10"]}, ["two_and_a_half", "three", "ten"]),
        ({"custom_one__from": ["101"]}, []),
    ],
)
def test_numbers_by_their_size(user: User, selection: Any, names: list[str]) -> None:
    made("number", minus=-5, nought=0, two_and_a_half=2.5, three=3, ten=10, hundred=100)
    assert found(selection, user) == names


def test_days_in_their_order(user: User) -> None:
    made("date", old="2019-12-31", first="2026-01-01", later="2026-10-02")
    assert found({"custom_one__from": ["2026-01-01"]}, user) == ["first", "later"]
    assert found({"custom_one__to": ["2026-01-01"]}, user) == ["old", "first"]


def test_a_choice_is_one_of_those_asked_for(user: User) -> None:
    made("choice", small="small", large="large", medium="medium")
    assert found({"custom_one": ["small", "large"]}, user) == ["small", "large"]
    assert listing.clean({"custom_one": ["huge"]}, user) == {}


def test_of_several_choices_one_is_enough(user: User) -> None:
    made("choices", both=["small", "large"], large=["large"], medium=["medium"])
    assert found({"custom_one": ["small", "medium"]}, user) == ["both", "medium"]


def test_no_is_an_answer_and_silence_none(user: User) -> None:
    made("yes_no", yes=True, no=False)
    assert found({"custom_one": ["no"]}, user) == ["no"]
    assert found({"custom_one": ["yes", "no"]}, user) == ["yes", "no"]


def test_a_filter_is_a_sentence_in_the_readers_language(user: User) -> None:
    field = CustomFieldFactory(
        key="size", type="choice", label_en="100% size", label_nl="Maat (100%)"
    )
    with translation.override("nl"):
        assert listing.words({"custom_size": ["small"]}, user) == "Maat (100%): Klein"
    field.type = "number"
    field.save()
    with translation.override("en"):
        words = listing.words({"custom_size__from": ["3"]}, user)
    assert words == "100% size at least 3"


def test_a_field_out_of_use_is_no_filter_and_no_column(user: User) -> None:
    field = CustomFieldFactory(key="size")
    assert listing.clean({"custom_size": ["x"]}, user) == {"custom_size": ["x"]}
    field.retired_at = timezone.now()
    field.save()
    assert listing.clean({"custom_size": ["x"]}, user) == {}
    assert "custom_size" not in {column.key for column in listing.columns_for(user)}


def test_the_list_offers_and_uses_them(client: Client, user: User) -> None:
    made("choice", small="small", large="large")
    client.force_login(user)
    page = client.get(reverse("contacts:people"), {"custom_one": "small"})
    assert [person.given_name for person in page.context["page"].people] == ["small"]
    editor = client.get(reverse("contacts:people"), {"add": "custom_one"}).content.decode()
    assert 'value="medium"' in editor
