import ast
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from contacts.models import Contact
from relationships.selectors.goodwill import by_kind, goodwill_of, in_sum, ledger_of, owed
from tests.factories import (
    ContactFactory,
    GoodwillEntryFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 1)


def given(
    contact: Contact, direction: str, value: int, days: int = 0, kind: str = "advice"
) -> None:
    GoodwillEntryFactory(
        contact=contact,
        direction=direction,
        value=value,
        kind=kind,
        happened_on=TODAY - timedelta(days=days),
    )


def test_each_sum_opens_to_its_lines_with_what_they_still_count_for() -> None:
    contact = ContactFactory()
    given(contact, "we_gave", 2)
    given(contact, "they_gave", 3, days=365)
    given(contact, "they_gave", 1)
    given(contact, "we_gave", 1, kind="late_reply")
    given(ContactFactory(), "we_gave", 3)

    ledger = ledger_of(contact, today=TODAY)

    shown = {part: [line.worth for line in lines] for part, lines in ledger.parts.items()}
    assert shown == {"a": [2.0], "b": [1.0, 1.5], "c": [1.0]}
    assert (ledger.goodwill.a, ledger.goodwill.b, ledger.goodwill.c) == (2.0, 2.5, 1.0)


def test_whom_we_owe_in_sql_is_whom_we_owe_in_python() -> None:
    people = ContactFactory.create_batch(6)
    for number, contact in enumerate(people):
        given(contact, "we_gave", 1 + number % 3, days=200 * number)
        given(contact, "they_gave", 3, days=90 * number)
        given(contact, "they_gave", 2, kind="ghosted")
    viewer = UserFactory(role="administrator")
    figures = goodwill_of([one.pk for one in people], viewer, today=TODAY)
    expected = {pk for pk, one in figures.items() if one.we_owe}
    assert 0 < len(expected) < 6

    found = owed(Contact.objects.all(), today=TODAY)

    assert set(found.values_list("pk", flat=True)) == expected


def test_a_page_of_people_is_one_query(django_assert_num_queries: Callable[[int], object]) -> None:
    viewer = UserFactory(role="administrator")
    people = ContactFactory.create_batch(3)
    for contact in people:
        given(contact, "they_gave", 2)
    viewer.has_perm("relationships.view_relationship")
    with django_assert_num_queries(1):
        goodwill_of([one.pk for one in people], viewer, today=TODAY)


def test_goodwill_of_people_one_may_not_see_is_not_told() -> None:
    contact = ContactFactory(unit=OrgUnitFactory())
    given(contact, "they_gave", 2)
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())
    assert goodwill_of([contact.pk], elsewhere, today=TODAY) == {}


def test_in_sum_only_from_five_people_on() -> None:
    """Five with a = 1, b = 1: r = 1, s = 1 - exp(-0.2) = 0.181269: 18.1269 each."""
    people = ContactFactory.create_batch(5)
    for contact in people[:4]:
        given(contact, "we_gave", 1)
        given(contact, "they_gave", 1)
    assert in_sum(Contact.objects.all(), "All", today=TODAY) is None

    given(people[4], "we_gave", 1)
    given(people[4], "they_gave", 1)
    found = in_sum(Contact.objects.all(), "All", today=TODAY)
    assert found is not None
    assert (found.n, found.a, found.b, found.c) == (5, 5.0, 5.0, 0.0)
    assert found.mean == pytest.approx(18.1269, abs=1e-4)


def test_a_small_kind_is_left_out_and_no_total_gives_it_away() -> None:
    for kind, count in (("alumnus", 5), ("freelancer", 4)):
        for _ in range(count):
            row = RelationshipFactory(kind=kind)
            given(row.contact, "they_gave", 2)
    found = by_kind(UserFactory(role="administrator"), today=TODAY)
    assert [(group.label, group.n, group.b) for group in found] == [("Alumnus", 5, 10.0)]


def test_nothing_that_chooses_people_for_work_reads_goodwill_or_health() -> None:
    """The first wall of docs/measures.md, held by looking at who imports it."""
    root = Path(settings.BASE_DIR)
    walled = {"relationships.selectors.goodwill", "relationships.goodwill", "relationships.health"}
    reading = set()
    for app in ("contacts", "campaigns", "programmes", "insights", "community", "integrations"):
        for path in (root / app).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if isinstance(node, ast.ImportFrom) and node.module in walled:
                    reading.add(str(path.relative_to(root)))
    assert reading <= {"insights/selectors/between_us.py"}, "say why, and see docs/measures.md"
