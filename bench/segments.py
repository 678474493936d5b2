"""Building a segment at a million people, and keeping it right.

A preview (three conditions, one of them over interactions) is asked over HTTP as the page asks it
while one types; beside it, in turn, the bare SQL that answers the same (a capped count and twenty
names) and an empty signed-in page: the floor is the sum of these two, each at its own p95.
"""

import http.client
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any
from urllib.parse import urlencode, urlsplit

from bench.figures import Figure, p95
from bench.house import House, house

ROUNDS = 4
PREVIEW = "/segments/preview/"
BARE = """
WITH met AS MATERIALIZED (
    SELECT contact.id FROM contacts_contact AS contact
    WHERE archived_at IS NULL AND erased_at IS NULL AND merged_into_id IS NULL
        AND lower(city) = lower(%(city)s)
        AND EXISTS (
            SELECT FROM relationships_relationship AS held
            WHERE held.contact_id = contact.id AND held.ended_on IS NULL AND kind = %(kind)s)
        AND {moments}
    LIMIT 1001
)
SELECT contact.id, uid, given_name, infix, family_name, preferred_name, native_name, headline, city,
    (SELECT count(*) FROM met)
FROM met JOIN contacts_contact AS contact USING (id) ORDER BY sort_key, id LIMIT 20
"""
ROWS = """
    FROM relationships_interaction AS moment
    WHERE NOT is_automated AND direction <> 'internal' AND channel = %(channel)s
        AND happened_at >= current_date - %(days)s
"""
SOME = f"EXISTS (SELECT {ROWS} AND moment.contact_id = contact.id)"
MANY = SOME + f" AND EXISTS (SELECT {ROWS} AND moment.contact_id = contact.id OFFSET %(least)s - 1)"


@dataclass(frozen=True)
class Asked:
    """One rule, as the form sends it and as bare SQL."""

    city: str
    kind: str
    channel: str
    days: int
    least: int

    @property
    def form(self) -> dict[str, str]:
        return {
            "r.match": "all",
            "r.0.field": "city",
            "r.0.op": "is",
            "r.0.value": self.city,
            "r.1.field": "kind",
            "r.1.op": "one_of",
            "r.1.value": self.kind,
            "r.2.field": "interactions",
            "r.2.op": "at_least",
            "r.2.value": str(self.least),
            "r.2.part.channel": self.channel,
            "r.2.part.days": str(self.days),
        }

    @property
    def bare(self) -> tuple[str, dict[str, Any]]:
        moments = SOME if self.least == 1 else MANY
        return BARE.format(moments=moments), vars(self)


ASKED = [
    Asked(*given)
    for given in product(
        ("Utrecht", "Leiden", "Nergens"),
        ("freelancer", "alumnus"),
        ("phone", "email"),
        (30, 365),
        (1, 2),
    )
]


def run() -> Iterator[Figure]:
    """The preview against its floor; one change against the minute it may take."""
    with house(1_000_000) as built:
        yield _previews(built)
        yield _one_change()


def _previews(built: House) -> Figure:
    from bench.floor import EMPTY_PAGE, Fetcher, times  # noqa: PLC0415 -- needs Django to be set up

    empty = Fetcher(built)
    post = _Poster(built)
    ours, floors = [], []
    for number in range(ROUNDS + 1):
        pages, sql, bare = [], [], []
        for asked in ASKED:
            pages += times(lambda: post(asked.form), 1)  # noqa: B023
            sql += times(lambda: _ask(*asked.bare), 1)  # noqa: B023
            bare += times(lambda: empty(EMPTY_PAGE), 1)
        if number:  # the first round warms what the others find warm
            ours.append(p95(pages))
            floors.append(p95(bare) + p95(sql))
    return Figure(
        name="segment preview, three conditions, 1,000,000 people",
        unit="ms (p95)",
        ours=ours,
        reference=floors,
        reference_name="the floor",
        goal=2,
    )


def _one_change() -> Figure:
    """Twenty segments, of which ten count days: what one change costs the worker's round."""
    from django.utils import timezone  # noqa: PLC0415 -- needs Django to be set up

    from contacts.conditions import shape  # noqa: PLC0415
    from contacts.models import Contact, Segment  # noqa: PLC0415
    from contacts.services import membership  # noqa: PLC0415
    from contacts.services.contacts import update_contact  # noqa: PLC0415
    from contacts.services.segments import create_segment  # noqa: PLC0415
    from core.models import User  # noqa: PLC0415

    user = User.objects.get(email="recruiter@bench.example")
    if Segment.objects.count() < 20:
        for number in range(20):
            node = {"field": "city", "op": "is", "values": [f"Stad{number}"]}
            timed = {"field": "added", "op": "last", "values": ["30"]}
            data = {"match": "any" if number % 2 else "all", "rules": [node, timed]}
            create_segment(actor=user, name=f"Segment {number}", rule=shape.stored(data))
        membership.keep_up()
    taken = []
    for number in range(ROUNDS):
        person = Contact.objects.order_by("pk")[number]
        update_contact(contact=person, actor=user, city=f"Stad{int(time.time() * 10) % 20}")
        begin = time.perf_counter()
        membership.follow_changes(clock=timezone.now)
        taken.append(time.perf_counter() - begin)
    return Figure(
        name="a change followed in twenty segments",
        unit="s",
        ours=taken,
        reference=[60.0] * len(taken),
        reference_name="a minute",
        goal=1,
    )


class _Poster:
    """Sends a form as htmx does, on one kept connection."""

    def __init__(self, built: House) -> None:
        from django.conf import settings  # noqa: PLC0415 -- needs Django to be set up

        token = "b" * 32
        cookies = f"{settings.SESSION_COOKIE_NAME}={built.cookie}; csrftoken={token}"
        self._connection = http.client.HTTPConnection(urlsplit(built.address).netloc, timeout=60)
        self._headers = {
            "Cookie": cookies,
            "X-CSRFToken": token,
            "HX-Request": "true",
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def __call__(self, form: dict[str, str]) -> None:
        self._connection.request("POST", PREVIEW, urlencode(form), self._headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.status != 200 or b"rule-count" not in body:
            raise SystemExit(f"{PREVIEW} answered {response.status}")


def _ask(statement: str, values: dict[str, Any]) -> None:
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        cursor.fetchall()
