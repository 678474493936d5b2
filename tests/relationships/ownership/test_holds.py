"""Who is held, by whom and for how long."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.models import User
from relationships.models import (
    OwnershipRule,
)
from relationships.selectors.ownership import holds_against
from relationships.services.ownership import (
    add_co_owner,
    remove_co_owner,
    set_rule,
)
from tests.factories import (
    UserFactory,
)
from tests.relationships.ownership.held import TODAY, hold, owned

pytestmark = pytest.mark.django_db


def test_a_second_recruiter_sees_who_and_for_how_long(owner: User, second: User) -> None:
    """31 days of January, 28 of February, 31 of March: 31 March is day 90, 22 days are left."""
    row = owned(owner)
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 3, 31), 22)
    assert hold(owner, row.contact) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"started_on": date(2025, 1, 1)},
        {"kind": "employee"},
        {"owner": None},
        {"ended_on": date(2026, 2, 1)},
    ],
)
def test_whom_nobody_holds(fields: dict[str, object], owner: User, second: User) -> None:
    row = owned(**{"owner": owner, **fields})
    assert hold(second, row.contact) is None


def test_a_talk_begins_the_days_anew(owner: User, second: User) -> None:
    row = owned(owner, last_two_way_at=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 5, 30), 82)
    set_rule(kind="prospect", basis="fixed", days=90, actor=owner)
    assert hold(second, row.contact) == ("Joris Prins", date(2026, 3, 31), 22)


def test_a_closed_account_holds_nobody(owner: User, second: User) -> None:
    row = owned(owner)
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert hold(second, row.contact) is None


def test_who_owns_or_co_owns_anything_with_them_is_not_held_off(owner: User, second: User) -> None:
    row = owned(owner)
    beside = add_co_owner(relationship=row, user=second, actor=owner)
    assert add_co_owner(relationship=row, user=second, actor=owner) == beside
    assert hold(second, row.contact) is None
    remove_co_owner(relationship=row, user=second, actor=owner)
    assert hold(second, row.contact) is not None
    owned(second, kind="alumnus", contact=row.contact)
    assert hold(second, row.contact) is None


def test_the_longest_hold_counts(owner: User, second: User) -> None:
    row = owned(owner)
    other = UserFactory(name="Grace Poel")
    owned(other, kind="alumnus", contact=row.contact)
    assert hold(second, row.contact) == ("Grace Poel", date(2026, 12, 31), 297)


@pytest.mark.parametrize("number", [1, 3])
def test_in_sets(
    number: int, owner: User, second: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    rows = [owned(owner) for _ in range(number)]
    with django_assert_num_queries(3):
        found = holds_against(second, [row.contact_id for row in rows], today=TODAY)
        names = [one.owner.name for one in found.values()]
    assert names == ["Joris Prins"] * number


def test_the_rules_are_set_by_who_may(client: Client) -> None:
    client.force_login(UserFactory(role="administrator"))
    body = {}
    for kind in ("prospect", "employee", "freelancer", "alumnus"):
        body |= {f"{kind}-basis": "fixed", f"{kind}-days": "30"}
    wrong = client.post("/settings/ownership/", {**body, "prospect-days": "0"})
    assert wrong.status_code == 422
    assert OwnershipRule.objects.get(kind="alumnus").days == 365
    assert client.post("/settings/ownership/", body).status_code == 302
    assert {(rule.basis, rule.days) for rule in OwnershipRule.objects.all()} == {("fixed", 30)}
