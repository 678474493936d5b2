"""Searching as one types.

Each query is asked in three ways, in turn: of the product, over HTTP; as bare SQL that answers the
same (capped, sorted, twenty rows); and an empty signed-in page is fetched beside them. The floor
is the empty page and the bare SQL, each at its own p95.
"""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlencode

from bench.figures import Figure, p95, p99
from bench.house import House, house

ROUNDS = 4
SAMPLE = 40
BARE = """
WITH met AS MATERIALIZED (
    SELECT id, sort_key FROM contacts_contact
    WHERE trm_words(search_text) @@ %s::tsquery
        AND archived_at IS NULL AND erased_at IS NULL AND merged_into_id IS NULL
    LIMIT 1001
)
SELECT contact.id, uid, given_name, infix, family_name, headline, organisation_name, city
FROM met JOIN contacts_contact AS contact USING (id) ORDER BY met.sort_key, id LIMIT 20
"""


def run() -> Iterator[Figure]:
    """Names at a million people."""
    with house(1_000_000) as built:
        yield from _as_one_types(built)


def _as_one_types(built: House) -> Iterator[Figure]:
    from bench.floor import EMPTY_PAGE, Fetcher  # noqa: PLC0415 -- needs Django to be set up

    fetch = Fetcher(built, **{"HX-Request": "true", "HX-Target": "found"})
    empty = Fetcher(built)
    typed = _typed()
    ours, floors, tails = [], [], []
    for _ in range(ROUNDS):
        pages, sql, bare = _times_of(typed, fetch, lambda: empty(EMPTY_PAGE))
        ours.append(p95(pages))
        floors.append(p95(bare) + p95(sql))
        tails.append(p99(pages))
    yield Figure(
        name="search as one types, 1,000,000 people",
        unit="ms (p95)",
        ours=ours,
        reference=floors,
        reference_name="the floor",
        goal=2,
    )
    yield Figure(
        name="its slowest hundredth",
        unit="ms (p99)",
        ours=tails,
        reference=ours,
        reference_name="its p95",
        goal=2,
    )


def _typed() -> list[str]:
    """Beginnings of family names of two to six letters, alone and behind a given name."""
    from contacts.models import Contact  # noqa: PLC0415 -- needs Django to be set up

    step = max(Contact.objects.count() // SAMPLE, 1)
    people = Contact.objects.extra(where=["id %% %s = 7"], params=[step])
    typed = []
    for number, person in enumerate(people.order_by("pk")[:SAMPLE]):
        for length in range(2, 7):
            begun = person.family_name[:length].lower()
            typed.append(begun)
            if number % 2:
                typed.append(f"{person.given_name[: 2 + length]} {begun}")
    return list(dict.fromkeys(typed))


def _times_of(
    typed: Sequence[str], fetch: Callable[[str], None], empty: Callable[[], None]
) -> tuple[list[float], list[float], list[float]]:
    from bench.floor import times  # noqa: PLC0415 -- needs Django to be set up

    pages, sql, bare = [], [], []
    for words in typed:
        path = f"/search/?{urlencode({'q': words})}"
        pages += times(lambda: fetch(path), 1)  # noqa: B023
        sql += times(lambda: _ask(words), 1)  # noqa: B023
        bare += times(empty, 1)
    return pages, sql, bare


def _ask(words: str) -> None:
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    asked = [[f"'{kind}{word.lower()}':*" for kind in "123"] for word in words.split()]
    query = " & ".join(f"({' | '.join(kinds)})" for kinds in asked)
    with connection.cursor() as cursor:
        cursor.execute(BARE, [query])
        cursor.fetchall()
