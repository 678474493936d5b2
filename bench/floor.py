"""The floor of a page: an empty signed-in page of the product plus the bare SQL of its data.

Whatever a page costs above that is what we added. All three are measured in the same rounds.
"""

import http.client
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import cycle
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bench.figures import Figure, p95
from bench.house import House

EMPTY_PAGE = "/search/"
ROUNDS = 5
REQUESTS = 80
# What every signed-in page asks first: it is part of the empty page already.
SHELL_TABLES = ("django_session", "core_user", "contacts_rolegrant", "core_role", "usersessions")


def against_floor(
    house: House, name: str, *paths: str, goal: float | None, **headers: str
) -> Figure:
    """The p95 of a page over that of its floor, a round at a time. Several ``paths`` take turns."""
    fetch, plain = Fetcher(house, **headers), Fetcher(house)
    asked, bare = cycle(paths), cycle([_statements(house, path, headers) for path in paths])
    tables = [
        lambda: fetch(next(asked)),
        lambda: plain(EMPTY_PAGE),
        lambda: _run(next(bare)),
    ]
    for one in tables:
        times(one, 10)
    ours, floor = [], []
    for _ in range(ROUNDS):
        page, empty, sql = _in_turn(tables)
        ours.append(p95(page))
        floor.append(p95(empty) + p95(sql))
    return Figure(
        name=name,
        unit="ms (p95)",
        ours=ours,
        reference=floor,
        reference_name="the floor",
        goal=goal,
    )


def against_page(house: House, name: str, path: str, other: str, *, goal: float | None) -> Figure:
    """The p95 of one page over that of another, the two taking turns."""
    fetch = Fetcher(house)
    tables = [lambda: fetch(path), lambda: fetch(other)]
    for one in tables:
        times(one, 10)
    rounds = [_in_turn(tables) for _ in range(ROUNDS)]
    return Figure(
        name=name,
        unit="ms (p95)",
        ours=[p95(page) for page, _other in rounds],
        reference=[p95(page) for _page, page in rounds],
        reference_name=other,
        goal=goal,
    )


class Fetcher:
    """Gets pages on one kept connection, signed in; anything but 200 ends the run."""

    def __init__(self, house: House, **headers: str) -> None:
        self._connection = http.client.HTTPConnection(urlsplit(house.address).netloc, timeout=60)
        cookie = f"{settings.SESSION_COOKIE_NAME}={house.cookie}; scripted=yes"
        self._headers = {"Cookie": cookie, **headers}

    def __call__(self, path: str) -> None:
        self._connection.request("GET", path, headers=self._headers)
        response = self._connection.getresponse()
        response.read()
        if response.status != 200:
            raise SystemExit(f"{path} answered {response.status}")


def _in_turn(acts: Sequence[Callable[[], None]]) -> list[list[float]]:
    """Milliseconds of each act, the acts taking turns so that they share what the machine does."""
    taken: list[list[float]] = [[] for _ in acts]
    for _ in range(REQUESTS):
        for act, into in zip(acts, taken, strict=True):
            into.extend(times(act, 1))
    return taken


def times(act: Callable[[], None], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        begin = time.perf_counter()
        act()
        taken.append((time.perf_counter() - begin) * 1000)
    return taken


def _statements(house: House, path: str, headers: Mapping[str, str]) -> list[str]:
    """The SQL that the page runs for its own data, with its values filled in."""
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = house.cookie
    client.cookies["scripted"] = "yes"
    client.get(path, headers={"Host": "localhost", **headers})
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path, headers={"Host": "localhost", **headers})
    if response.status_code != 200:
        raise SystemExit(f"{path} answered {response.status_code}")
    return [
        query["sql"]
        for query in captured.captured_queries
        if query["sql"].lstrip(" \n(").startswith(("SELECT", "WITH"))
        and not any(f'FROM "{table}' in query["sql"] for table in SHELL_TABLES)
    ]


def _run(statements: Sequence[str]) -> None:
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
            cursor.fetchall()
