from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core.models import User
from core.written import Written
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def test_a_query_is_made_once_and_asked_with_what_is_given() -> None:
    made: list[tuple[Any, ...]] = []

    def make(ids: list[int]) -> Any:
        made.append((ids,))
        return User.objects.filter(pk__any=ids).order_by("name")

    named: Written[User] = Written(make)
    anna, bob, cor = (UserFactory.create(name=name) for name in ("Anna", "Bob", "Cor"))

    assert named([cor.pk, anna.pk]) == [anna, cor]
    assert named([bob.pk]) == [bob]
    assert named([]) == []
    assert len(made) == 1
    assert bob.pk not in made[0][0]


def test_what_is_not_given_is_another_query() -> None:
    named: Written[tuple[str]] = Written(
        lambda email: (
            (User.objects if email is None else User.objects.filter(pk=email))
            .order_by("name")
            .values_list("name")
        )
    )
    anna, _bob = (UserFactory.create(name=name) for name in ("Anna", "Bob"))

    assert named(anna.pk) == [("Anna",)]
    assert named(None) == [("Anna",), ("Bob",)]
    assert named(anna.pk) == [("Anna",)]


def test_a_value_may_be_asked_for_twice_and_rows_are_as_the_query_gives_them() -> None:
    joined: Written[User] = Written(
        lambda since: User.objects.filter(last_login__gte=since).exclude(last_login__lt=since)
    )
    now = datetime.now(UTC)
    user = UserFactory.create(last_login=now)

    assert joined(now - timedelta(days=1)) == [user]
    assert joined(now + timedelta(days=1)) == []
    found = joined(now - timedelta(days=1))[0]
    plain = User.objects.get(pk=user.pk)
    assert {**vars(found), "_state": None} == {**vars(plain), "_state": None}
    assert not found._state.adding


def test_a_query_that_works_with_a_value_itself_is_refused() -> None:
    odd: Written[User] = Written(lambda pk: User.objects.filter(pk=pk + 1))

    with pytest.raises(ValueError, match="does not come back"):
        odd(1)


@pytest.mark.parametrize("count", [1, 3])
def test_it_is_one_query(count: int, django_assert_num_queries: Callable[[int], Any]) -> None:
    named: Written[User] = Written(lambda ids: User.objects.filter(pk__any=ids))
    ids = [UserFactory.create().pk for _ in range(count)]

    with django_assert_num_queries(1):
        assert {user.pk for user in named(ids)} == set(ids)
