"""What a worker does to find people who may be one: those just written, or everybody.

Candidates are found in sets, by the blocking keys (``contacts.matching.keys``); only they are
compared. Everything can be done twice without harm, so a worker that dies is simply taken over.
"""

import json
import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from contacts.matching.facts import Facts
from contacts.matching.keys import MOST_HOLDERS
from contacts.matching.scoring import compare
from contacts.matching.statistics import Statistics
from contacts.models import Contact, DuplicateProposal, DuplicateSearch, MatchProfile
from contacts.services import match_profiles, match_statistics
from contacts.services.proposals import Found, withdraw_others, write_proposals

logger = logging.getLogger(__name__)

State = DuplicateSearch.State
LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 5
PAUSE = timedelta(seconds=20)
PEOPLE_PER_BATCH = 2000
DUE_PER_BATCH = 500
PAIRS_PER_BATCH = 10_000
PARTITIONS = 8


# Those just written -------------------------------------------------------------------------------


def look_at_due() -> int:
    """Hold the people who wait for it against everybody, a batch at a time. Return how many."""
    made_ready = 0
    while batch := _make_some_ready():
        made_ready += batch
    if match_statistics.are_outgrown(by=made_ready):
        match_statistics.count()
    if made_ready:
        match_profiles.settle()
    looked_at = 0
    while batch := _look_at_some():
        looked_at += batch
    return looked_at


@transaction.atomic
def _make_some_ready() -> int:
    """Of all that wait, before any is compared: they may be alike among themselves."""
    due = MatchProfile.objects.filter(due_since__isnull=False)
    contact_ids = _taken(due.exclude(version=match_profiles.VERSION), PEOPLE_PER_BATCH)
    match_profiles.refresh(contact_ids, stay_due=True)
    return len(contact_ids)


@transaction.atomic
def _look_at_some() -> int:
    due = MatchProfile.objects.filter(due_since__isnull=False, version=match_profiles.VERSION)
    contact_ids = _taken(due, DUE_PER_BATCH)
    if contact_ids:
        pairs, crowds = _pairs_of(contact_ids)
        statistics = replace(match_statistics.current(), crowds=crowds)
        found = _compared(pairs, _facts_of(pairs), statistics)
        write_proposals(found)
        withdraw_others(contact_ids, found)
        MatchProfile.objects.filter(contact__in=contact_ids).update(due_since=None)
    return len(contact_ids)


def _taken(profiles: QuerySet[MatchProfile], most: int) -> list[int]:
    """The first of them that no other worker is at."""
    rows = profiles.order_by("due_since", "contact").select_for_update(skip_locked=True)
    return list(rows.values_list("contact_id", flat=True)[:most])


_HOLDERS = """
SELECT mine.contact_id, key, other.contact_id
FROM contacts_matchprofile AS mine
CROSS JOIN LATERAL unnest(mine.keys) AS key
CROSS JOIN LATERAL (
    SELECT contact_id FROM contacts_matchprofile WHERE keys @> ARRAY[key] LIMIT %s
) AS other
WHERE mine.contact_id = ANY(%s)
"""


def _pairs_of(contact_ids: Sequence[int]) -> tuple[set[tuple[int, int]], dict[int, int]]:
    """Whom these share a key with, and how many share an address or a number."""
    holders: defaultdict[int, set[int]] = defaultdict(set)
    owners: defaultdict[int, set[int]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(_HOLDERS, [MOST_HOLDERS + 1, list(contact_ids)])
        for mine, key, other in cursor:
            holders[key].add(other)
            owners[key].add(mine)
    pairs = {
        (min(mine, other), max(mine, other))
        for key, others in holders.items()
        if len(others) <= MOST_HOLDERS
        for mine in owners[key]
        for other in others
        if mine != other
    }
    return pairs, {key: len(found) for key, found in holders.items() if key & 1 and len(found) > 2}


def _facts_of(pairs: Iterable[tuple[int, int]]) -> dict[int, Facts]:
    ids = list({pk for pair in pairs for pk in pair})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT contact_id, facts::text FROM contacts_matchprofile"
            " WHERE contact_id = ANY(%s) AND facts <> '[]'::jsonb",
            [ids],
        )
        return {pk: Facts.from_json(json.loads(facts)) for pk, facts in cursor}


def _compared(
    pairs: Iterable[tuple[int, int]], facts: dict[int, Facts], statistics: Statistics
) -> list[Found]:
    """Those pairs that reach what is needed."""
    needed = statistics.needed
    found = []
    for one, other in pairs:
        if one in facts and other in facts:
            comparison = compare(facts[one], facts[other], statistics)
            if comparison.points >= needed:
                found.append(Found(one, other, comparison))
    return found


# Everybody ----------------------------------------------------------------------------------------


class LeaseLost(Exception):
    """Another worker has taken the search over; this one must write nothing more."""


def release_expired() -> int:
    return DuplicateSearch.objects.release_expired(timezone.now())


def work_on_next() -> bool:
    """Take the search that waits, and see it through; False when none is waiting."""
    claimed = DuplicateSearch.objects.claim(now=timezone.now(), limit=1, lease=LEASE)
    if not claimed:
        return False
    search = claimed[0]
    try:
        see_through(search)
    except LeaseLost:
        logger.warning("Search %s was taken over by another worker", search.pk)
    except Exception:
        logger.exception("Search %s stopped", search.pk)
        _try_later(search)
    return True


def see_through(search: DuplicateSearch) -> None:
    _prepare(search)
    _hold(search, state=State.COUNTING)
    statistics = match_statistics.count()
    _hold(search, state=State.PAIRING, done_count=0, pairs=0)
    crowds = _pair(search)
    _compare(search, replace(statistics, crowds=crowds))
    search.finish(state=State.DONE, finished_at=timezone.now())


def _try_later(search: DuplicateSearch) -> None:
    if search.attempts >= MAX_ATTEMPTS:
        search.finish(state=State.FAILED, outcome="fault", finished_at=timezone.now())
        return
    search.put_back(due_at=timezone.now() + PAUSE * search.attempts)


def _hold(search: DuplicateSearch, **values: object) -> None:
    held = DuplicateSearch.objects.filter(pk=search.pk, lease_token=search.lease_token)
    now = timezone.now()
    if not held.update(lease_until=now + LEASE, updated_at=now, **values):
        raise LeaseLost
    for name, value in values.items():
        setattr(search, name, value)


def _prepare(search: DuplicateSearch) -> None:
    """A true profile for everybody; those that are true already are left alone."""
    people = Contact.objects.filter(merged_into=None, erased_at=None).order_by("pk")
    _hold(search, state=State.PREPARING, people=people.count(), done_count=0)
    _sort_in("32MB")
    last = 0
    while ids := list(people.filter(pk__gt=last).values_list("pk", flat=True)[:PEOPLE_PER_BATCH]):
        true = MatchProfile.objects.filter(
            contact__in=ids, version=match_profiles.VERSION, due_since=None
        )
        untrue = set(ids) - set(true.values_list("contact_id", flat=True))
        with transaction.atomic():
            match_profiles.refresh(sorted(untrue))
            _hold(search, done_count=min(search.done_count + len(ids), search.people))
        last = ids[-1]
    _sort_in("4MB")
    match_profiles.settle()


def _sort_in(after: str) -> None:
    """How many keys wait to be sorted into the index together: more at a time cost less each."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('gin_pending_list_limit', %s, false)", [after])


_PAIRS = """
CREATE TEMPORARY TABLE IF NOT EXISTS duplicate_pairs (one bigint, other bigint);
CREATE TEMPORARY TABLE IF NOT EXISTS duplicate_found (one bigint, other bigint);
CREATE TEMPORARY TABLE IF NOT EXISTS duplicate_order (place bigint, one bigint, other bigint);
TRUNCATE duplicate_pairs, duplicate_found, duplicate_order;
"""
_SHARED = """
DROP TABLE IF EXISTS duplicate_keys, duplicate_blocks, duplicate_holders;
CREATE TEMPORARY TABLE duplicate_keys AS
    SELECT key, contact_id
    FROM contacts_matchprofile, unnest(keys) AS key
    WHERE (key >> 1) & %(last)s = %(partition)s;
CREATE TEMPORARY TABLE duplicate_blocks AS
    SELECT key, count(*) AS number FROM duplicate_keys GROUP BY key
    HAVING count(*) BETWEEN 2 AND %(most)s;
ANALYZE duplicate_keys, duplicate_blocks;
CREATE TEMPORARY TABLE duplicate_holders AS
    SELECT key, contact_id FROM duplicate_keys JOIN duplicate_blocks USING (key);
ANALYZE duplicate_holders;
INSERT INTO duplicate_pairs
    SELECT DISTINCT one.contact_id, other.contact_id
    FROM duplicate_holders AS one
    JOIN duplicate_holders AS other ON other.key = one.key AND other.contact_id > one.contact_id;
"""


def _pair(search: DuplicateSearch) -> dict[int, int]:
    """Whoever shares a key, once per pair, in a table of this connection. Return the crowds."""
    crowds: dict[int, int] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAIRS)
        for partition in range(PARTITIONS):
            with transaction.atomic():
                cursor.execute("SET LOCAL work_mem = '96MB'")
                values = {"last": PARTITIONS - 1, "partition": partition, "most": MOST_HOLDERS}
                cursor.execute(_SHARED, values)
                cursor.execute(
                    "SELECT key, number FROM duplicate_blocks WHERE number > 2 AND key & 1 = 1"
                )
                crowds.update(cursor.fetchall())
                _hold(search)
        with transaction.atomic():
            cursor.execute("SET LOCAL work_mem = '96MB'")
            cursor.execute(
                "INSERT INTO duplicate_order SELECT row_number() OVER (), one, other"
                " FROM (SELECT DISTINCT one, other FROM duplicate_pairs ORDER BY 1, 2) AS held"
            )
            cursor.execute("CREATE INDEX IF NOT EXISTS duplicate_place ON duplicate_order (place)")
            cursor.execute("SELECT count(*) FROM duplicate_order")
            _hold(search, pairs=cursor.fetchone()[0], state=State.COMPARING, done_count=0, found=0)
    return crowds


def _compare(search: DuplicateSearch, statistics: Statistics) -> None:
    begun_at = timezone.now()
    while search.done_count < search.pairs:
        first = search.done_count
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT one, other FROM duplicate_order WHERE place > %s AND place <= %s",
                [first, first + PAIRS_PER_BATCH],
            )
            pairs = cursor.fetchall()
        found = _compared(pairs, _facts_of(pairs), statistics)
        with transaction.atomic():
            write_proposals(found)
            _note(found)
            _hold(search, done_count=first + len(pairs), found=search.found + len(found))
    _withdraw_rest(begun_at)


def _note(found: Sequence[Found]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO duplicate_found SELECT * FROM unnest(%s::bigint[], %s::bigint[])",
            [
                [min(pair.one, pair.other) for pair in found],
                [max(pair.one, pair.other) for pair in found],
            ],
        )


def _withdraw_rest(begun_at: object) -> None:
    """What was proposed before and is no longer found: open proposals older than this search,
    except those that a colleague stands behind.
    """
    DuplicateProposal.objects.not_flagged().filter(decision="", updated_at__lt=begun_at).extra(
        where=[
            "NOT EXISTS (SELECT 1 FROM duplicate_found AS found"
            " WHERE found.one = LEAST(first_id, second_id)"
            " AND found.other = GREATEST(first_id, second_id))"
        ]
    ).delete()
