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
    EmailAddress,
    ExternalId,
    MatchProfile,
    PhoneNumber,
    PostalAddress,
    SocialProfile,
)

VERSION = 1
"""Of the way keys and facts are made: profiles of another are made anew by the next search."""

_TEXTS = (
    *("given_name", "preferred_name", "infix", "family_name", "native_name"),
    *("given_initials", "birth_name", "organisation_name", "city"),
)

_PROFILE = "contact_id, keys, facts, version, due_since"


def mark_due(contact_ids: Iterable[int]) -> None:
    """These are no longer true and must be looked at again: one statement, whoever has a profile
    already or not.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO contacts_matchprofile AS held ({_PROFILE})"
            " SELECT DISTINCT unnest(%s::bigint[]), '{}'::bigint[], '[]'::jsonb, 0, %s::timestamptz"
            " ON CONFLICT (contact_id) DO UPDATE"
            " SET due_since = coalesce(held.due_since, excluded.due_since), version = 0",
            [list(contact_ids), timezone.now()],
        )


def refresh(contact_ids: Sequence[int], *, stay_due: bool = False) -> dict[int, Facts]:
    """Make the profiles of these anew, and forget those of whoever is gone. Return their facts.

    ``stay_due``: they are ready to be compared with, and have still to be looked at.
    """
    if not contact_ids:
        return {}
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
            " facts = excluded.facts, version = excluded.version,"
            f" due_since = {'held.due_since' if stay_due else 'NULL'}",
            rows,
            template="(%s, %s::bigint[], %s::jsonb, %s, NULL)",
            page_size=1000,
        )
    return facts


def settle() -> None:
    """Sort in what was written lately: a list that waits for it is read through for every key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT gin_clean_pending_list('match_profile_keys')")


def facts_by_contact(contact_ids: Sequence[int]) -> dict[int, Facts]:
    """The facts of those who are neither merged nor erased, in a fixed number of queries."""
    emails = _lists(EmailAddress, contact_ids, "address")
    phones = _lists(PhoneNumber, contact_ids, "number")
    profiles = _lists(SocialProfile, contact_ids, "url")
    numbers = _lists(ExternalId, contact_ids, "system", "value")
    places = _lists(PostalAddress, contact_ids, "postcode", "lines")
    found = {}
    for pk, *values in _people(contact_ids):
        *texts, custom_values = values
        postcode, street = places[pk][0] if pk in places else ("", "")
        found[pk] = facts_of(
            **dict(zip(_TEXTS, texts, strict=True)),
            custom_values=json.loads(custom_values),
            emails=emails.get(pk, ()),
            phones=phones.get(pk, ()),
            profiles=profiles.get(pk, ()),
            numbers=numbers.get(pk, ()),
            postcode=postcode,
            street=street,
        )
    return found


def _people(contact_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    columns = ", ".join(_TEXTS)
    return _fetched(
        f"SELECT id, {columns}, custom_values::text FROM contacts_contact"  # noqa: S608
        " WHERE id = ANY(%s) AND merged_into_id IS NULL AND erased_at IS NULL",
        contact_ids,
    )


def _lists(
    model: type[models.Model], contact_ids: Sequence[int], *columns: str
) -> dict[int, list[Any]]:
    """Per contact the values of one column, or tuples of several, the first of its kind ahead."""
    names = {field.name for field in model._meta.local_concrete_fields}
    ahead = "is_primary DESC, " if "is_primary" in names else ""
    rows = _fetched(
        f"SELECT contact_id, {', '.join(columns)} FROM {model._meta.db_table}"  # noqa: S608
        f" WHERE contact_id = ANY(%s) ORDER BY {ahead}id",
        contact_ids,
    )
    grouped: defaultdict[int, list[Any]] = defaultdict(list)
    for pk, *values in rows:
        grouped[pk].append(values[0] if len(values) == 1 else tuple(values))
    return dict(grouped)


def _fetched(query: str, contact_ids: Sequence[int]) -> list[tuple[Any, ...]]:
    """One array of ids: as parameters, thousands of them cost more than the query."""
    with connection.cursor() as cursor:
        cursor.execute(query, [list(contact_ids)])
        return list(cursor.fetchall())


def _array(keys: Sequence[int]) -> str:
    return "{" + ",".join(map(str, keys)) + "}"
