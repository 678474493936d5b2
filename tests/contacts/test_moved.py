"""Old addresses of people who were merged, on whichever page."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern, URLResolver

from contacts.models import Contact
from contacts.services.merging import merge_contacts
from core import palette
from core.models import AuditEntry
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def _names(
    patterns: list[URLPattern | URLResolver], prefix: str = "", space: str = ""
) -> Iterator[str]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from _names(pattern.url_patterns, route, inner)
        elif route.startswith("people/<uuid:uid>/") and route.count("<") == 1:
            yield f"{space}{pattern.name}"


PAGES = sorted(_names(get_resolver().url_patterns))


@pytest.fixture
def merged(client: Client) -> tuple[Contact, Contact]:
    """Who was merged, two merges ago, and who they are now."""
    survivor, between, gone = ContactFactory(), ContactFactory(), ContactFactory(city="Old")
    merge_contacts(survivor=between, duplicate=gone, actor=None)
    merge_contacts(survivor=survivor, duplicate=between, actor=None)
    client.force_login(UserFactory(role="administrator", language="en"))
    return gone, survivor


@pytest.mark.parametrize("name", PAGES)
def test_every_page_of_a_person_leads_on(
    client: Client, merged: tuple[Contact, Contact], name: str
) -> None:
    gone, survivor = merged
    before = AuditEntry.objects.count()

    read = client.get(reverse(name, args=[gone.uid]), {"tab": "about"})
    written = client.post(reverse(name, args=[gone.uid]))

    if read.status_code != 405:
        there = f"{reverse(name, args=[survivor.uid])}?tab=about"
        assert (read.status_code, read["Location"]) == (301, there)
    if written.status_code != 405:
        person = reverse("contacts:person", args=[survivor.uid])
        assert (written.status_code, written["Location"]) == (302, person)
    assert AuditEntry.objects.count() == before


def test_there_are_such_pages() -> None:
    assert {"contacts:person", "contacts:edit", "relationships:timeline"} <= set(PAGES)


def test_nothing_is_told_of_a_survivor_out_of_sight(client: Client) -> None:
    unit = OrgUnitFactory()
    gone = ContactFactory(unit=unit, merged_into=ContactFactory(unit=OrgUnitFactory()))
    client.force_login(UserFactory(role="reader", unit=unit))

    assert client.get(reverse("contacts:person", args=[gone.uid])).status_code == 404


def test_the_palette_finds_people_by_an_old_id(merged: tuple[Contact, Contact]) -> None:
    gone, survivor = merged
    user, stranger = UserFactory(role="reader"), UserFactory()

    found = [result.url for group in palette.find(user, str(gone.uid)) for result in group.results]

    assert found == [reverse("contacts:person", args=[survivor.uid])]
    assert palette.find(stranger, str(gone.uid)) == []
