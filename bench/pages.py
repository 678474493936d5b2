from collections.abc import Iterator

from bench.figures import Figure
from bench.house import house


def run() -> Iterator[Figure]:
    """Pages at 100,000 people against their floor."""
    with house(100_000) as built:
        from bench.floor import against_floor  # noqa: PLC0415 -- needs Django to be set up

        yield against_floor(built, "people list, 100,000 people", "/people/", goal=2)
