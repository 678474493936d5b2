import pytest

from campaigns.merge_tags import REGISTRY, MergeTagRefused, Slot, missing_values, parse
from contacts.models import Contact
from tests.factories import ContactFactory


def test_parse_cuts_a_text_at_its_tags() -> None:
    text = parse("Dear {{given_name}}, of {{ organisation | your firm }}.")

    assert text.parts == (
        "Dear ",
        Slot(REGISTRY["given_name"]),
        ", of ",
        Slot(REGISTRY["organisation"], "your firm"),
        ".",
    )
    assert text.needed == {"given_name"}


@pytest.mark.parametrize(
    "text",
    [
        "{{ given_nme }}",
        "{{ given_name.__class__ }}",
        "{{ }}",
        "{{ given_name",
        "given_name }}",
        "{{ given_name }} }}",
        "{{ given_name | {{ city }} }}",
        "{{ given_name | a | b }}",
        "{{ given_name\n| a\nb }}",
    ],
)
def test_parse_refuses_what_is_not_a_whole_known_tag(text: str) -> None:
    with pytest.raises(MergeTagRefused):
        parse(text)


def test_parse_lets_other_braces_be() -> None:
    assert parse("{a} {% b %} {").parts == ("{a} {% b %} {",)


@pytest.mark.django_db
def test_missing_values_finds_who_lacks_one_of_them() -> None:
    whole = ContactFactory(organisation_name="Rijnland", city="Leiden")
    homeless = ContactFactory(organisation_name="Rijnland")
    jobless = ContactFactory(city="Leiden")

    found = Contact.objects.filter(missing_values(frozenset({"organisation", "city"})))

    assert set(found) == {homeless, jobless}
    assert whole not in found


@pytest.mark.django_db
def test_missing_values_of_nothing_needed_is_nobody() -> None:
    ContactFactory()

    assert list(Contact.objects.filter(missing_values(frozenset()))) == []
