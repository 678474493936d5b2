"""A thousand moves at once on a hundred cards, by real connections: nothing lost, all explained."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random
from typing import Any

from bench.figures import Figure, p95
from bench.house import servers

CARDS = 100
MOVES = 1_000
CONNECTIONS = 40
ROUNDS = 3


@dataclass
class Storm:
    """What became of the moves: the ids of the transitions that were made, by how many hands; the
    codes of the refusals with a sentence of each; how long one took, in milliseconds.
    """

    made: list[int] = field(default_factory=list)
    refused: Counter[str] = field(default_factory=Counter)
    sentences: dict[str, str] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    took: list[float] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def accounted(self) -> int:
        return len(self.made) + sum(self.refused.values())


def run() -> Iterator[Figure]:
    with servers("trm_moves"):
        yield from measure()


def measure() -> Iterator[Figure]:
    """Against the database that Django is set up for."""
    storms, bare, whole = [], [], []
    for number in range(ROUNDS):
        cards = make_cards(CARDS)
        bare.append(bare_storm(cards, moves=MOVES, connections=CONNECTIONS, seed=number))
        storm = storm_of_moves(cards, moves=MOVES, connections=CONNECTIONS, seed=number)
        storms.append(storm)
        whole.append(len(broken(cards, storm)))
    refusals: Counter[str] = sum((one.refused for one in storms), Counter())
    told = ", ".join(f"{count} {code}" for code, count in sorted(refusals.items()))
    yield Figure(
        name=f"{MOVES:,} moves at once on {CARDS} cards by {CONNECTIONS} connections:"
        f" made, or refused in words ({told} in {ROUNDS} rounds)",
        unit="moves",
        ours=[one.accounted for one in storms],
        reference=[MOVES] * ROUNDS,
        reference_name="the moves asked for",
        goal=1,
        at_most=False,
    )
    yield Figure(
        name="cards whose history does not add up, and one for the ratio",
        unit="cards",
        ours=[1 + count for count in whole],
        reference=[1] * ROUNDS,
        reference_name="none",
        goal=1,
    )
    median_p95 = sorted(p95(one.took) for one in storms)[ROUNDS // 2]
    yield Figure(
        name=f"{MOVES:,} moves at once, p95 of one {median_p95:.0f} ms among {CONNECTIONS}",
        unit="s",
        ours=[one.seconds for one in storms],
        reference=bare,
        reference_name="as many bare SELECT FOR UPDATE, UPDATE and INSERT, by as many connections",
    )


def make_cards(count: int) -> list[int]:
    """The ids of so many new open relationships of prospects."""
    from django.db import connection  # noqa: PLC0415 -- needs Django to be set up

    from contacts.models import Contact  # noqa: PLC0415
    from relationships.services.beginnings import (  # noqa: PLC0415
        Beginning,
        begin_relationships,
    )

    people = Contact.objects.bulk_create(
        Contact(given_name="Card", family_name=str(number), sort_key=str(number), search_text="")
        for number in range(count)
    )
    begun = begin_relationships(
        beginnings=[Beginning(contact_id=one.pk, kind="prospect") for one in people], actor=None
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE relationships_relationship, relationships_stagetransition")
    return [row.pk for row in begun]


def storm_of_moves(cards: Sequence[int], *, moves: int, connections: int, seed: int = 0) -> Storm:
    """So many moves of cards to stages drawn by lot, each as a page or the API would make it."""
    from core.errors import DomainError  # noqa: PLC0415
    from relationships.models import Relationship, Stage  # noqa: PLC0415
    from relationships.services.lifecycle import move_to_stage  # noqa: PLC0415

    stages = list(Stage.objects.filter(lifecycle__kind="prospect").order_by("position"))
    storm = Storm()
    lock = threading.Lock()

    def one(dice: Random) -> None:
        row = Relationship.objects.get(pk=dice.choice(cards))
        begun = time.perf_counter()
        try:
            made = move_to_stage(
                relationship=row, to_stage=dice.choice(stages), actor=None, reason="By lot"
            )
        except DomainError as refusal:
            with lock:
                storm.refused[refusal.code] += 1
                storm.sentences.setdefault(refusal.code, str(refusal))
        else:
            with lock:
                storm.made.append(made.pk)
        with lock:
            storm.took.append((time.perf_counter() - begun) * 1000)

    storm.seconds = _all_at_once(one, moves, connections, seed, storm.errors)
    return storm


def broken(cards: Sequence[int], storm: Storm) -> list[int]:
    """The cards whose history does not add up: each move leaves from where the one before it led,
    the card stands where the last led, and every move that was made is there once.
    """
    from relationships.models import Relationship, StageTransition  # noqa: PLC0415

    rows = Relationship.objects.in_bulk(cards)
    history: dict[int, list[StageTransition]] = {pk: [] for pk in cards}
    found = StageTransition.objects.filter(relationship__in=cards)
    for move in found.order_by("moved_at", "pk"):
        history[move.relationship_id].append(move)
    wrong = []
    for pk, moves in history.items():
        follows = all(one.to_stage_id == two.from_stage_id for one, two in pairwise(moves))
        stands = bool(moves) and moves[-1].to_stage_id == rows[pk].stage_id
        since = bool(moves) and moves[-1].moved_at == rows[pk].stage_since
        if not (follows and stands and since):
            wrong.append(pk)
    written = sorted(one.pk for moves in history.values() for one in moves if one.from_stage_id)
    lost = set(storm.made) - set(written)
    return wrong + sorted(lost)


def bare_storm(cards: Sequence[int], *, moves: int, connections: int, seed: int = 0) -> float:
    """The same by bare statements that check nothing, undone in the end; in seconds."""
    from django.db import connection, transaction  # noqa: PLC0415

    from relationships.models import Stage  # noqa: PLC0415

    stages = list(Stage.objects.filter(lifecycle__kind="prospect").values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE IF NOT EXISTS bare_cards (id bigint PRIMARY KEY, stage_id bigint);"
            "CREATE TABLE IF NOT EXISTS bare_moves (id bigserial PRIMARY KEY, card bigint,"
            " from_id bigint, to_id bigint, at timestamptz DEFAULT now());"
            "TRUNCATE bare_cards, bare_moves"
        )
        cursor.execute("INSERT INTO bare_cards SELECT unnest(%s), %s", [list(cards), stages[0]])

    def one(dice: Random) -> None:
        card, stage = dice.choice(cards), dice.choice(stages)
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT stage_id FROM bare_cards WHERE id = %s FOR UPDATE", [card])
            (before,) = cursor.fetchone()
            cursor.execute("UPDATE bare_cards SET stage_id = %s WHERE id = %s", [stage, card])
            cursor.execute(
                "INSERT INTO bare_moves (card, from_id, to_id) VALUES (%s, %s, %s)",
                [card, before, stage],
            )

    try:
        return _all_at_once(one, moves, connections, seed, [])
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bare_cards, bare_moves")


def _all_at_once(
    act: Callable[[Random], Any], times: int, connections: int, seed: int, errors: list[str]
) -> float:
    """Do ``act`` so many times, by threads with a connection each that begin together; seconds."""
    from django.db import connection  # noqa: PLC0415

    together = threading.Barrier(connections + 1)
    shares = [times // connections + (one < times % connections) for one in range(connections)]

    def work(number: int) -> None:
        dice = Random(seed * 1000 + number)  # noqa: S311 -- a lot, not a secret
        try:
            connection.ensure_connection()
            together.wait(timeout=60)
            for _turn in range(shares[number]):
                act(dice)
        except Exception as error:  # noqa: BLE001 -- told by the figure, whatever it was
            errors.append(repr(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(one,)) for one in range(connections)]
    for thread in threads:
        thread.start()
    together.wait(timeout=60)
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun
