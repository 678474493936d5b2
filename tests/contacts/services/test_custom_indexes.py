import pytest
from django.db import connection
from django.utils import timezone

from contacts import listing
from contacts.models import Contact, CustomField
from contacts.services.custom_indexes import keep_indexes
from contacts.sorting import order_for
from tests.factories import CustomFieldFactory, UserFactory

# Such indexes are built outside of any transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def held() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE indexname LIKE 'contact_custom_range%'"
        )
        return dict(cursor.fetchall())


def plan_of(key: str, value: str) -> str:
    """How PostgreSQL would look for them, if it may not read the whole table."""
    people = listing.apply(Contact.objects.all(), {key: [value]}, UserFactory())
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off")
        plan = people.values("pk").explain()
        cursor.execute("RESET enable_seqscan")
    return plan


def test_numbers_and_days_get_an_index_and_lose_it_with_their_field() -> None:
    keep_indexes()  # what a run that was cut off may have left
    number = CustomFieldFactory(type="number", key="badge")
    day = CustomFieldFactory(type="date")
    CustomFieldFactory(type="text"), CustomFieldFactory(type="choice")

    made = [f"contact_custom_range_{one.pk}_by_id" for one in (number, day)]
    assert keep_indexes() == sorted(made)
    assert keep_indexes() == []
    assert sorted(held()) == sorted(made)
    assert made[0] in plan_of("custom_badge__from", "3")
    assert made[1] in plan_of(f"custom_{day.key}__to", "2026-01-01")

    CustomField.objects.filter(pk=number.pk).update(retired_at=timezone.now())
    assert keep_indexes() == [made[0]]
    assert list(held()) == [made[1]]
    CustomField.objects.all().delete()
    assert keep_indexes() == [made[1]]


def test_the_list_in_their_order_goes_by_their_index() -> None:
    keep_indexes()
    number = CustomFieldFactory(type="number", key="badge")
    index = f"contact_custom_range_{number.pk}_by_id"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE INDEX contact_custom_range_{number.pk} ON contacts_contact (id)")
    assert keep_indexes() == [f"contact_custom_range_{number.pk}", index]

    user = UserFactory()
    sort = order_for("custom_badge", user).sort
    people = sort.having(Contact.objects.all(), user).order_by(sort.value, sort.tie)[:51]
    with connection.cursor() as cursor:
        cursor.execute("SET enable_seqscan = off; SET enable_sort = off")
        plan = people.explain()
        cursor.execute("RESET enable_seqscan; RESET enable_sort")

    assert f"Index Scan using {index}" in plan
    CustomField.objects.all().delete()
    assert keep_indexes() == [index]
