import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from contacts import listing
from contacts.listing import Selection
from contacts.models import Contact
from contacts.opposites import modes_of
from core.models import User
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    OrgUnitFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter")


def found(selection: Selection, user: User) -> list[Contact]:
    cleaned = listing.clean(selection, user)
    assert cleaned == selection
    return list(listing.apply(Contact.objects.all(), cleaned, user).order_by("pk"))


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        ({"city": ["delft"]}, "A"),
        ({"not_city": ["delft"]}, "BC"),
        ({"not_city": ["Delft", "Gouda"]}, "C"),
        ({"no_city": ["1"]}, "C"),
        ({"organisation": ["acme"]}, "B"),
        ({"not_organisation": ["ACME"]}, "AC"),
        ({"no_organisation": ["1"]}, "AC"),
        ({"not_tag": ["Java"]}, "BC"),
        ({"no_tag": ["1"]}, "C"),
        ({"not_consent": ["events"]}, "BC"),
        ({"not_kind": ["alumnus"]}, "BC"),
        ({"no_kind": ["1"]}, "C"),
        ({"unchanged_for": ["30"]}, "C"),
        ({"changed_since": ["2026-01-01"]}, "AB"),
        ({"silent_for": ["90"]}, "A"),
        ({"silent_for": ["91"]}, ""),
    ],
)
def test_opposites_and_ages(user: User, selection: Selection, names: str) -> None:
    java, zorg = TagFactory(name="Java"), TagFactory(name="Zorg")
    a = ContactFactory(family_name="A", city="Delft")
    b = ContactFactory(family_name="B", city="Gouda", organisation_name="Acme")
    c = ContactFactory(family_name="C")
    a.tags.set([java, zorg])
    b.tags.set([zorg])
    ConsentFactory(contact=a, purpose="events")
    long_ago = timezone.now() - timedelta(days=90)
    RelationshipFactory(contact=a, kind="alumnus", last_two_way_at=long_ago)
    RelationshipFactory(contact=b, last_two_way_at=timezone.now())
    Contact.objects.filter(pk=c.pk).update(updated_at="2025-01-01T12:00Z")

    assert "".join(one.family_name for one in found(selection, user)) == names


def test_not_kept_by_a_unit_means_the_branch(user: User) -> None:
    root = OrgUnitFactory()
    below, other = OrgUnitFactory(parent=root), OrgUnitFactory()
    ContactFactory(unit=below)
    outside = [ContactFactory(unit=other), ContactFactory()]

    assert found({"not_unit": [str(root.uid)]}, user) == outside


def test_they_read_as_a_sentence(user: User) -> None:
    selection = {"not_city": ["Delft", "Gouda"], "no_tag": ["1"], "silent_for": ["90"]}

    chips = [chip.text for chip in listing.chips(selection, user)]

    assert sorted(chips) == ["no contact for 90 days", "not in Delft or Gouda", "without a tag"]


def test_they_hide_behind_the_filter_they_turn_round(client: Client, user: User) -> None:
    client.force_login(user)

    page = client.get("/people/", {"add": "not_city", "not_city": "Delft"})

    offered = {
        parse_qs(urlsplit(unescape(url)).query)["add"][0]
        for url in re.findall(r'href="([^"]+)"', page.context["filter_menu"])
    }
    assert {"city", "silent_for"} <= offered
    assert not {"not_city", "no_city", "only", "q"} & offered
    modes = [(str(word), is_current) for word, _url, is_current in page.context["edited_modes"]]
    assert modes == [("is", False), ("is not", True), ("has none", False)]
    assert client.get("/people/", {"add": "only"}).context["edited"] is None


def test_modes_are_those_one_may_use(user: User) -> None:
    by_key = listing.all_filters()

    assert modes_of(by_key["kind"], UserFactory()) == []
    assert modes_of(by_key["added"], user) == []
    assert len(modes_of(by_key["kind"], user)) == 3


def test_days_beyond_counting_give_no_error(user: User) -> None:
    ContactFactory()

    assert found({"unchanged_for": ["999999"]}, user) == []
    assert found({"silent_for": ["999999"]}, user) == []
