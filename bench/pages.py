from collections.abc import Iterator

from bench.figures import Figure
from bench.house import house

PEOPLE = 1_000_000


def run() -> Iterator[Figure]:
    """The list of a million people: its first page and its ten-thousandth against their floor."""
    with house(PEOPLE) as built:
        from bench.floor import against_floor, against_page  # noqa: PLC0415 -- Django is set up now
        from bench.people import turn_of_page  # noqa: PLC0415

        deep = f"/people/?after={turn_of_page(10_000)}"
        yield against_floor(built, "people list, page 1 of a million", "/people/", goal=2)
        yield against_floor(built, "people list, page 10,000 of a million", deep, goal=2)
        yield against_page(built, "people list, page 10,000", deep, "/people/", goal=1.2)
