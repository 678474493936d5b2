"""Searching everything at once: people, slips forgiven, and texts in the same answer."""

from collections.abc import Iterator
from urllib.parse import urlencode

from bench.figures import Figure, p95
from bench.house import House, house

ROUNDS = 4
SLIPS = ("jansne", "vissre", "brouwr anna", "koffei", "hendirks", "van dre berg", "utrehct")
TEXTS = (
    *("reunions", "vacatures", "interviewing budget", "jansen koffie", '"koffie and beurs"'),
    *("energy -coffee", "mentor OR opleidingen", "recruiter gouda", "samenwerkingen", "zzyzx"),
)


def run() -> Iterator[Figure]:
    """The whole search page at a hundred thousand people, against half a second."""
    with house(100_000) as built:
        yield _in_full(built)


def _in_full(built: House) -> Figure:
    from bench.floor import Fetcher, times  # noqa: PLC0415 -- needs Django to be set up

    fetch = Fetcher(built)
    asked = [f"/search/?{urlencode({'q': words})}" for words in (*SLIPS, *TEXTS)]
    taken = [
        p95([one for path in asked for one in times(lambda: fetch(path), 3)])  # noqa: B023
        for _ in range(ROUNDS)
    ]
    return Figure(
        name="full text with slips, 100,000 people",
        unit="ms (p95)",
        ours=taken,
        reference=[500.0] * ROUNDS,
        reference_name="half a second",
        goal=1,
    )
