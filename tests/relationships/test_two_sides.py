"""Two sides of a relationship, against values worked out by hand."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from contacts.models import Contact
from relationships.listing import NEVER_FOR_WORK
from relationships.models import Leaving, Paper, RelationshipHealth, SidesPlace
from relationships.selectors.two_sides import in_quadrants, sides_of, squares_of
from relationships.services.exposure import refresh_sides
from relationships.two_sides import Quadrant, felt, is_fine, quadrant, shown_counts
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    DocumentFactory,
    EngagementFactory,
    PromiseFactory,
    RelationshipFactory,
    UserFactory,
)

TODAY = date(2026, 3, 10)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


def test_what_counts_is_what_is_known() -> None:
    assert (is_fine([]), is_fine([True, True]), is_fine([True, False])) == (None, True, False)
    # Two of three promises kept, reciprocity 40: (67 + 40) / 2.
    assert felt([67, 40]) == 53.5
    assert (felt([None, 40]), felt([None, None])) == (40, None)


@pytest.mark.parametrize(
    ("fine", "value", "expected"),
    [
        (True, 60, Quadrant.FINE_WELL),
        (True, 59.5, Quadrant.FINE_BADLY),
        (False, 100, Quadrant.NOT_FINE_WELL),
        (False, 0, Quadrant.NOT_FINE_BADLY),
        (None, 80, None),
        (True, None, None),
    ],
)
def test_the_four_quadrants(
    fine: bool | None, value: float | None, expected: Quadrant | None
) -> None:
    assert quadrant(fine, value) == expected


@pytest.mark.parametrize(
    ("counts", "shown"),
    [
        # Fewer than five in all: nothing.
        ([2, 2, 0, 0], [None, None, None, None]),
        # One small group would follow from the sum: the next smallest goes with it.
        ([3, 20, 9, 0], [None, 20, None, 0]),
        # Two small ones that are five together do not follow from it.
        ([3, 2, 20, 9], [None, None, 20, 9]),
        ([2, 2, 20, 9], [None, None, 20, None]),
        ([5, 6, 7, 0], [5, 6, 7, 0]),
    ],
)
def test_small_groups_are_hidden(counts: list[int], shown: list[int | None]) -> None:
    keys = ["a", "b", "c", "d"]
    found = shown_counts(dict(zip(keys, counts, strict=True)))
    assert [found[key] for key in keys] == shown


@given(st.lists(st.integers(min_value=0, max_value=30), min_size=4, max_size=4))
def test_no_small_group_follows_from_the_rest(counts: list[int]) -> None:
    known = dict(enumerate(counts))
    shown = shown_counts({str(key): count for key, count in known.items()})
    hidden = [count for key, count in known.items() if shown[str(key)] is None]
    assert not any(0 < count < 5 for count in shown.values() if count is not None)
    if sum(counts) >= 5:
        assert sum(hidden) == 0 or sum(hidden) >= 5


def heard(contact: Contact, reciprocity: int) -> None:
    row = RelationshipFactory(contact=contact)
    RelationshipHealth.objects.create(
        relationship=row,
        value=50,
        recency=50,
        reciprocity=reciprocity,
        computed_at=timezone.now(),
    )


def contract(engagement: object, expires_on: date | None = None, **fields: object) -> Paper:
    document = DocumentFactory(contact=engagement.contact, expires_on=expires_on, **fields)
    return Paper.objects.create(engagement=engagement, kind="contract", document=document)


def checks(contact: Contact) -> list[tuple[str, bool]]:
    return [(check.key, check.is_met) for check in sides_of(contact, today=TODAY).checks]


@pytest.mark.django_db
def test_a_contract_is_there_and_in_date() -> None:
    none, signed, lapsed, gone, over = (
        EngagementFactory(starts_on=date(2025, 1, 1)) for _ in range(5)
    )
    contract(signed)
    contract(lapsed, date(2026, 3, 9))
    contract(gone, deleted_at=timezone.now())
    over.ends_on = date(2026, 3, 9)
    over.save()
    assert checks(none.contact) == [("contract", False)]
    assert checks(signed.contact) == [("contract", True)]
    assert checks(lapsed.contact) == [("contract", False), ("documents", False)]
    assert checks(gone.contact) == [("contract", False)]
    assert checks(over.contact) == []


@pytest.mark.django_db
def test_documents_consents_and_notice() -> None:
    contact = ContactFactory()
    DocumentFactory(contact=contact, expires_on=TODAY)
    DocumentFactory(contact=contact, expires_on=date(2026, 3, 9), deleted_at=timezone.now())
    ConsentFactory(contact=contact, purpose="contact", expires_at=datetime(2026, 3, 1, tzinfo=UTC))
    ConsentFactory(contact=contact, purpose="contact", expires_at=datetime(2027, 3, 1, tzinfo=UTC))
    assert checks(contact) == [("consents", True), ("documents", True)]

    ending = EngagementFactory(
        starts_on=date(2025, 4, 1), basis="fixed_term", expected_end_on=date(2026, 4, 10)
    )
    later = EngagementFactory(
        starts_on=date(2025, 4, 1), basis="fixed_term", expected_end_on=date(2026, 4, 11)
    )
    assert ("notice", False) in checks(ending.contact)
    assert "notice" not in dict(checks(later.contact))
    Leaving.objects.create(engagement=ending, last_day=date(2026, 4, 10))
    assert ("notice", True) in checks(ending.contact)


@pytest.mark.django_db
def test_how_it_is_felt() -> None:
    """Of ours, two kept, one broken and one overdue: 50. Reciprocity 80 and 41, the worst: 41."""
    contact = ContactFactory()
    PromiseFactory(contact=contact, state="kept", due_on=date(2026, 1, 1))
    PromiseFactory(contact=contact, state="kept", due_on=date(2026, 2, 1))
    PromiseFactory(contact=contact, state="broken", due_on=date(2026, 2, 1))
    PromiseFactory(contact=contact, due_on=date(2026, 3, 9))
    PromiseFactory(contact=contact, due_on=TODAY)
    PromiseFactory(contact=contact, state="broken", due_on=date(2026, 2, 1), side="them")
    PromiseFactory(contact=contact, state="broken", due_on=TODAY - timedelta(days=366))
    heard(contact, 80)
    row = RelationshipFactory(contact=contact, kind="alumnus")
    RelationshipHealth.objects.create(
        relationship=row, value=1, recency=1, reciprocity=41, computed_at=timezone.now()
    )
    sides = sides_of(contact, today=TODAY)
    assert (sides.kept, sides.due, sides.promises, sides.reciprocity) == (2, 4, 50, 41)
    assert sides.felt == 45.5
    assert sides.quadrant is None
    ConsentFactory(contact=contact)
    assert sides_of(contact, today=TODAY).quadrant == Quadrant.FINE_BADLY


def _someone(number: int) -> Contact:
    """By turns in each quadrant, and of every fifth one side is not known."""
    contact = ContactFactory()
    if number % 5 != 4:
        ConsentFactory(contact=contact)
    if number % 4 in (2, 3):
        DocumentFactory(contact=contact, expires_on=date(2026, 1, 1))
    heard(contact, 90 if number % 2 else 20)
    return contact


@pytest.mark.django_db
def test_a_group_and_each_of_its_people_agree() -> None:
    people = [_someone(number) for number in range(40)]
    outsider = _someone(0)
    group = Contact.objects.exclude(pk=outsider.pk)
    each = [sides_of(one, today=TODAY).quadrant for one in people]
    refresh_sides(now=timezone.now())
    found = squares_of(SidesPlace.objects.filter(contact__in=group))
    assert found.n == sum(one is not None for one in each)
    assert {one.key: one.people for one in found.squares} == {
        key.value: each.count(key) for key in Quadrant
    }
    for key in Quadrant:
        listed = in_quadrants(group, [key.value])
        mine = {one.pk for one, place in zip(people, each, strict=True) if place == key}
        assert set(listed.values_list("pk", flat=True)) == mine


@pytest.mark.django_db
def test_of_four_people_nothing_is_said() -> None:
    for _ in range(4):
        _someone(0)
    refresh_sides(now=timezone.now())
    assert squares_of(SidesPlace.objects.all()).n is None
    _someone(0)
    refresh_sides(now=timezone.now())
    found = squares_of(SidesPlace.objects.all())
    assert [(one.key, one.people) for one in found.squares if one.people] == [("fine_badly", 5)]


@pytest.mark.django_db
def test_the_tab_opens_to_its_parts(client: Client) -> None:
    contact = _someone(2)
    PromiseFactory(contact=contact, state="kept", due_on=date(2026, 1, 1))
    client.force_login(UserFactory(role="recruiter", language="en"))
    page = client.get(f"/people/{contact.uid}/?tab=sides").content.decode()
    for part in ("Document is valid", "not in order", "1 of 1 that fell due", "20 / 100"):
        assert part in page
    refresh_sides(now=timezone.now())
    listed = client.get("/people/?two_sides=not_fine_well").content.decode()
    assert contact.full_name in listed


def test_nobody_is_chosen_for_work_by_it() -> None:
    assert "two_sides" in NEVER_FOR_WORK
