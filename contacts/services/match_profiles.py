"""Keeping what contacts are compared by true, many at a time."""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection, models
from django.utils import timezone
from psycopg2.extras import execute_values

from contacts.matching.facts import Facts, facts_of
from contacts.matching.keys import keys_of
from contacts.models import (
    Contact,
    EmailAddress,
    ExternalId,
    MatchProfile,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)

VERSION = 1
"""Of the way keys and facts are made: profiles of another are made anew by the next search."""

_COLUMNS = (
    *("given_name", "preferred_name", "infix", "family_name", "native_name"),
    *("organisation_name", "city", "custom_values"),
)

_PROFILE = "contact_id, keys, facts, version, due_since"


def mark_due(contact_ids: Iterable[int]) -> None:
    """These must be looked at again. One statement, whoever has a profile already or not."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contacts_matchprofile AS held ({_PROFILE})"
            " SELECT DISTINCT unnest(%s::bigint[]), '{}'::bigint[], '[]'::jsonb, 0, %s::timestamptz"
            " ON CONFLICT (contact_id) DO UPDATE"
            " SET due_since = coalesce(held.due_since, excluded.due_since)",
            [list(contact_ids), timezone.now()],
        )


def refresh(contact_ids: Sequence[int]) -> dict[int, Facts]:
    """Make the profiles of these anew, and forget those of whoever is gone. Return their facts."""
    facts = facts_by_contact(contact_ids)
    gone = set(contact_ids) - facts.keys()
    if gone:
        MatchProfile.objects.filter(contact__in=gone).delete()
    rows = [
        (pk, _array(keys_of(held)), json.dumps(held.as_json(), ensure_ascii=False), VERSION)
        for pk, held in facts.items()
    ]
    with connection.cursor() as cursor, connection.wrap_database_errors:
        execute_values(
            cursor.cursor,
            f"INSERT INTO contacts_matchprofile AS held ({_PROFILE})"  # noqa: S608
            " VALUES %s ON CONFLICT (contact_id) DO UPDATE SET keys = excluded.keys,"
            " facts = excluded.facts, version = excluded.version, due_since = NULL",
            rows,
            template="(%s, %s::bigint[], %s::jsonb, %s, NULL)",
            page_size=1000,
        )
    return facts


def facts_by_contact(contact_ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of those who are neither merged nor erased, in a fixed number of queries."""
    people = Contact.objects.filter(pk__in=contact_ids, merged_into=None, erased_at=None)
    emails = _lists(EmailAddress, contact_ids, "address")
    phones = _lists(PhoneNumber, contact_ids, "number")
    profiles = _lists(SocialProfile, contact_ids, "url")
    numbers = _lists(ExternalId, contact_ids, "system", "value")
    places = _lists(PostalAddress, contact_ids, "postcode", "lines")
    found = {}
    for pk, *values in people.values_list("pk", *_COLUMNS):
        postcode, street = places[pk][0] if pk in places else ("", "")
        found[pk] = facts_of(
            **dict(zip(_COLUMNS, values, strict=True)),
            emails=emails.get(pk, ()),
            phones=phones.get(pk, ()),
            profiles=profiles.get(pk, ()),
            numbers=numbers.get(pk, ()),
            postcode=postcode,
            street=street,
        )
    return found


def _lists(
    model: type[models.Model], contact_ids: Sequence[int], *columns: str
) -> dict[int, list[Any]]:
    """Per contact the values of one column, or tuples of several, the first of its kind ahead."""
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    rows = model._default_manager.filter(contact__in=contact_ids)
    ahead = ["-is_primary"] if hasattr(model, "is_primary") else []
    for pk, *values in rows.order_by(*ahead, "pk").values_list("contact_id", *columns):
        grouped[pk].append(values[0] if len(values) == 1 else tuple(values))
    return dict(grouped)


def _array(keys: Sequence[int]) -> str:
    return "{" + ",".join(map(str, keys)) + "}"
