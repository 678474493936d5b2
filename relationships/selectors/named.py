"""Rows that name a person: of the person only what a line with their name shows."""

from typing import TypeVar

from django.db.models import Model, QuerySet

from contacts.models import Contact
from contacts.selectors.segments import NAMED

Row = TypeVar("Row", bound=Model)
# Also what one asks of a person before one speaks with them.
KEPT = {"id", "unit", *NAMED}
DETAILS = [field.name for field in Contact._meta.concrete_fields if field.name not in KEPT]


def named(rows: QuerySet[Row], *, by: str = "contact") -> QuerySet[Row]:
    """``rows`` with the person at ``by``, without their details: a page of names reads a third."""
    return rows.select_related(by).defer(*(f"{by}__{name}" for name in DETAILS))
