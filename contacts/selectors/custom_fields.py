"""What the page of fields shows."""

from dataclasses import dataclass

from django.db import connection

from contacts.models import CustomField


@dataclass(frozen=True)
class FieldLine:
    """``people`` hold a value in it."""

    field: CustomField
    people: int


def field_lines() -> list[FieldLine]:
    counts = _counts()
    return [FieldLine(field, counts.get(field.key, 0)) for field in CustomField.objects.in_order()]


def _counts() -> dict[str, int]:
    """How many people hold something, by key: over those alone who hold anything."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, count(*) FROM contacts_contact, jsonb_object_keys(custom_values) AS key "
            "WHERE NOT custom_values = '{}'::jsonb AND merged_into_id IS NULL GROUP BY key"
        )
        return dict(cursor.fetchall())
