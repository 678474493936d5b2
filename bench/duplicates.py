"""Searching everybody for duplicates: how long, how much memory, and whether it finds them."""

import resource
from collections.abc import Iterator

from django.db import connection, transaction
from django.utils import timezone

from bench.figures import Figure
from bench.house import house

PEOPLE = 1_000_000
PLANTED = 10_000
MINUTES = 10
MEBIBYTES = 1536

# Second records of people far apart: two letters changed places in the name, the number written
# as at home, the address with a label; every third moved, every fifth has a new number.
TWICE = """
INSERT INTO contacts_contact (
    uid, created_at, updated_at, given_name, infix, family_name, preferred_name, native_name,
    given_initials, birth_name, birthday, headline, organisation_name, city, country, language, time_zone,
    unit_id, note, do_not_contact, source, custom_values, field_sources, sort_key, search_text
)
SELECT gen_random_uuid(), now(), now(), given_name, '',
    CASE id %% 4 WHEN 0 THEN overlay(family_name PLACING substr(family_name, 4, 1)
        || substr(family_name, 3, 1) FROM 3 FOR 2) ELSE family_name END,
    '', '', '', '', '', headline, '',
    CASE id %% 3 WHEN 0 THEN 'Middelburg' ELSE city END,
    country, language, time_zone, unit_id, 'planted ' || id, false, 'import', '{}', '{}',
    sort_key, search_text
FROM contacts_contact WHERE note = '' AND id %% %(every)s = 7
"""
PHONES = """
INSERT INTO contacts_phonenumber (
    uid, created_at, updated_at, contact_id, number, label, is_primary, source
)
SELECT gen_random_uuid(), now(), now(), twice.id, phone.number, 'private', true, 'import'
FROM contacts_contact AS twice
JOIN contacts_phonenumber AS phone ON phone.contact_id = substr(twice.note, 9)::bigint
WHERE twice.note LIKE 'planted %%' AND substr(twice.note, 9)::bigint %% 5 > 0
"""
ADDRESSES = """
INSERT INTO contacts_emailaddress (
    uid, created_at, updated_at, contact_id, address, label, is_primary, source
)
SELECT gen_random_uuid(), now(), now(), twice.id, replace(mail.address, '@', '+fair@'), 'other',
    true, 'import'
FROM contacts_contact AS twice
JOIN contacts_emailaddress AS mail ON mail.contact_id = substr(twice.note, 9)::bigint
WHERE twice.note LIKE 'planted %%' AND substr(twice.note, 9)::bigint %% 5 < 3
"""
FOUND = """
SELECT count(*) FROM contacts_contact AS twice
JOIN contacts_duplicateproposal AS pair
    ON pair.first_id = substr(twice.note, 9)::bigint AND pair.second_id = twice.id
WHERE twice.note LIKE 'planted %%'
"""


def run() -> Iterator[Figure]:
    with house(PEOPLE):
        from contacts.models import (  # noqa: PLC0415 -- needs Django to be set up
            DuplicateProposal,
            DuplicateSearch,
            MatchProfile,
        )
        from contacts.services import duplicate_work  # noqa: PLC0415
        from contacts.services.duplicates import start_search  # noqa: PLC0415

        _take_out()
        planted = _plant()
        with connection.cursor() as cursor:
            for model in (MatchProfile, DuplicateProposal):
                cursor.execute(f"TRUNCATE {model._meta.db_table}")
        start_search(actor=None)
        begin = timezone.now()
        duplicate_work.work_on_next()
        taken = (timezone.now() - begin).total_seconds()
        if DuplicateSearch.objects.order_by("-pk")[0].state != "done":
            raise SystemExit("The search did not end")
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with connection.cursor() as cursor:
            cursor.execute(FOUND, {})
            right = cursor.fetchone()[0]
        proposed = DuplicateProposal.objects.count()
        _take_out()
    yield _against("search for duplicates", "s", taken, MINUTES * 60, at_most=True)
    yield _against("memory of the worker", "MiB", memory, MEBIBYTES, at_most=True)
    yield _against("planted duplicates found", "pairs", right, planted, goal=0.85)
    yield _against("proposals that were planted", "pairs", right, max(proposed, 1), goal=0.98)


def _take_out() -> None:
    """The database is that of other figures too."""
    from contacts.models import Contact  # noqa: PLC0415 -- needs Django to be set up

    Contact.objects.filter(note__startswith="planted ").delete()


def _plant() -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(TWICE, {"every": PEOPLE // PLANTED})
        planted: int = cursor.rowcount
        cursor.execute(PHONES, {})
        cursor.execute(ADDRESSES, {})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return planted


def _against(
    name: str,
    unit: str,
    ours: float,
    reference: float,
    *,
    goal: float = 1.0,
    at_most: bool = False,
) -> Figure:
    return Figure(
        name=name,
        unit=unit,
        ours=[ours],
        reference=[reference],
        reference_name="what is allowed" if at_most else "all",
        goal=goal,
        at_most=at_most,
    )
