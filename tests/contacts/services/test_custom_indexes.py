import pytest
from django.db import connection
from django.utils import timezone

from contacts.models import CustomField
from contacts.services.custom_indexes import keep_indexes
from tests.factories import CustomFieldFactory

# Such indexes are built outside of any transaction.
pytestmark = pytest.mark.django_db(transaction=True)


def held() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexname, indexdef FROM pg_indexes "
            "WHERE indexname LIKE 'contact_custom_range%'"
        )
        return dict(cursor.fetchall())


def test_numbers_and_days_get_an_index_and_lose_it_with_their_field() -> None:
    number = CustomFieldFactory(type="number", key="badge")
    day = CustomFieldFactory(type="date")
    CustomFieldFactory(type="text"), CustomFieldFactory(type="choice")

    made = [f"contact_custom_range_{one.pk}" for one in (number, day)]
    assert keep_indexes() == sorted(made)
    assert keep_indexes() == []
    assert sorted(held()) == sorted(made)
    assert (
        "((custom_values -> 'badge'::text)) WHERE (custom_values ? 'badge'::text)"
        in (held()[made[0]])
    )

    CustomField.objects.filter(pk=number.pk).update(retired_at=timezone.now())
    assert keep_indexes() == [made[0]]
    assert list(held()) == [made[1]]
    CustomField.objects.all().delete()
    assert keep_indexes() == [made[1]]
