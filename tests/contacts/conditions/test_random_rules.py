"""Whatever rule one builds, the database finds whom plain Python finds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.conditions.shape import Clause, Group
from contacts.models import Contact
from relationships.models import Interaction
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    InteractionFactory,
    RelationshipFactory,
    TagFactory,
    UserFactory,
)

NOW = timezone.make_aware(datetime(2026, 5, 20, 11, 0))  # noqa: DTZ001
TODAY = date(2026, 5, 20)
CITIES = ["Utrecht", "utrecht", "Den Haag", "100%_Oss", ""]
TAGS = ["java", "water"]
KINDS = ["prospect", "alumnus"]
DAYS = [0, 1, 30, 89, 90, 91, 400]


@dataclass
class Known:
    """One person, as the test itself knows them."""

    pk: int
    city: str
    country: str
    do_not_contact: bool
    tags: set[str]
    consents: set[str]
    kinds: set[str]
    heard: list[datetime]
    moments: list[tuple[datetime, str, str]]
    added: datetime


def ago(days: int, hour: int = 10) -> datetime:
    day = TODAY - timedelta(days=days)
    return timezone.make_aware(datetime(day.year, day.month, day.day, hour))  # noqa: DTZ001


@pytest.fixture
def crowd(db: None) -> list[Known]:
    owner = UserFactory()
    tags = {name: TagFactory(name=name) for name in TAGS}
    made = []
    for number in range(14):
        known = Known(
            pk=0,
            city=CITIES[number % len(CITIES)],
            country=["NL", "", "BE"][number % 3],
            do_not_contact=number % 4 == 0,
            tags={tag for at, tag in enumerate(TAGS) if number >> at & 1},
            consents={"network"} if number % 5 < 2 else set(),
            kinds={kind for at, kind in enumerate(KINDS) if (number // 2) >> at & 1},
            heard=[],
            moments=[],
            added=ago(DAYS[number % len(DAYS)], 12),
        )
        contact = ContactFactory(
            city=known.city, country=known.country, do_not_contact=known.do_not_contact
        )
        Contact.objects.filter(pk=contact.pk).update(created_at=known.added)
        known.pk = contact.pk
        contact.tags.set([tags[name] for name in known.tags])
        for purpose in known.consents:
            ConsentFactory(contact=contact, purpose=purpose, decided_at=ago(3))
        for at, kind in enumerate(sorted(known.kinds)):
            heard = ago(DAYS[(number + at) % len(DAYS)], 1) if number % 3 else None
            known.heard += [heard] if heard else []
            RelationshipFactory(contact=contact, kind=kind, owner=owner, last_two_way_at=heard)
        for at in range(number % 4):
            moment = (
                ago(DAYS[(number + at) % len(DAYS)], 9),
                ["phone", "email"][at % 2],
                ["two_way", "inbound", "internal"][(number + at) % 3],
            )
            known.moments.append(moment)
            InteractionFactory(
                contact=contact, happened_at=moment[0], channel=moment[1], direction=moment[2]
            )
        made.append(known)
    machine = Contact.objects.get(pk=made[0].pk)
    InteractionFactory(contact=machine, happened_at=ago(1), is_automated=True)
    return made


# --- The same questions, asked of what the test knows


def text_is(value: str, clause: Clause) -> bool:
    value = value.lower()
    given = [one.lower() for one in clause.values]
    return {
        "is": lambda: value == given[0],
        "is_not": lambda: value != given[0],
        "one_of": lambda: value in given,
        "contains": lambda: given[0] in value,
        "lacks": lambda: given[0] not in value,
        "begins": lambda: value.startswith(given[0]),
        "empty": lambda: value == "",
        "filled": lambda: value != "",
    }[clause.op]()


def set_is(held: set[str], clause: Clause) -> bool:
    return {
        "one_of": lambda: bool(held & set(clause.values)),
        "none_of": lambda: not held & set(clause.values),
        "empty": lambda: not held,
        "filled": lambda: bool(held),
    }[clause.op]()


def day_is(moments: list[datetime], clause: Clause) -> bool:
    latest = max((timezone.localdate(one) for one in moments), default=None)
    if clause.op in ("empty", "filled"):
        return (latest is None) == (clause.op == "empty")
    value = clause.values[0]
    if clause.op in ("last", "not_last", "older", "next"):
        edge = TODAY - timedelta(days=int(value))
        until = TODAY + timedelta(days=int(value))
        return {
            "last": lambda: latest is not None and latest >= edge,
            "not_last": lambda: latest is None or latest < edge,
            "older": lambda: latest is not None and latest < edge,
            "next": lambda: latest is not None and TODAY <= latest <= until,
        }[clause.op]()
    day = date.fromisoformat(value)
    return (
        latest is not None
        and {
            "before": latest < day,
            "after": latest > day,
            "on": latest == day,
        }[clause.op]
    )


def count_is(known: Known, clause: Clause) -> bool:
    directions = clause.parts.get("direction")
    counted = 0
    for at, channel, direction in known.moments:
        if clause.parts.get("channel") and channel not in clause.parts["channel"]:
            continue
        if direction not in directions if directions else direction == "internal":
            continue
        if "days" in clause.parts:
            days = int(clause.parts["days"][0])
            if timezone.localdate(at) < TODAY - timedelta(days=days):
                continue
        counted += 1
    if clause.op == "none":
        return counted == 0
    number = int(clause.values[0])
    return counted >= number if clause.op == "at_least" else counted <= number


ASKED: dict[str, Callable[[Known, Clause], bool]] = {
    "city": lambda known, clause: text_is(known.city, clause),
    "country": lambda known, clause: set_is({known.country} - {""}, clause),
    "do_not_contact": lambda known, clause: known.do_not_contact == (clause.op == "yes"),
    "tag": lambda known, clause: set_is(known.tags, clause),
    "consent": lambda known, clause: set_is(known.consents, clause),
    "kind": lambda known, clause: set_is(known.kinds, clause),
    "last_contact": lambda known, clause: day_is(known.heard, clause),
    "added": lambda known, clause: day_is([known.added], clause),
    "interactions": count_is,
}


def fits(known: Known, node: Clause | Group) -> bool:
    if isinstance(node, Clause):
        return ASKED[node.field](known, node)
    answers = [fits(known, one) for one in node.rules]
    return {"all": all(answers), "any": any(answers), "none": not any(answers)}[node.match]


# --- Any rule


def some(values: list[str], *, most: int = 2) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique=True).map(tuple)


def asked(field: str, ops: list[str], values: Any = None) -> st.SearchStrategy[Clause]:
    given = st.just(()) if values is None else values
    return st.builds(Clause, field=st.just(field), op=st.sampled_from(ops), values=given)


def day_clauses(field: str, *, may_lack: bool) -> st.SearchStrategy[Clause]:
    numbers = st.sampled_from(DAYS).map(lambda days: (str(days),))
    days = st.sampled_from(DAYS).map(lambda n: ((TODAY - timedelta(days=n)).isoformat(),))
    relative = ["last", "not_last", "older", *(["next"] if may_lack else [])]
    kinds = [asked(field, relative, numbers), asked(field, ["before", "after", "on"], days)]
    return st.one_of(*kinds, *([asked(field, ["empty", "filled"])] if may_lack else []))


def set_clauses(field: str, values: list[str]) -> st.SearchStrategy[Clause]:
    return st.one_of(
        asked(field, ["one_of", "none_of"], some(values)), asked(field, ["empty", "filled"])
    )


texts = ["utrecht", "UTRECHT", "Den", "haag", "100%_", "%", "_", "x"]
counts = st.builds(
    Clause,
    field=st.just("interactions"),
    op=st.sampled_from(["at_least", "at_most"]),
    values=st.integers(0, 4).map(lambda number: (str(number),)),
    parts=st.fixed_dictionaries(
        {},
        optional={
            "channel": some(["phone", "email"]),
            "direction": some(["two_way", "inbound", "internal"]),
            "days": st.sampled_from(DAYS).map(lambda days: (str(days),)),
        },
    ),
)
clauses = st.one_of(
    asked("city", ["is", "is_not", "contains", "lacks", "begins"], some(texts, most=1)),
    asked("city", ["one_of"], some(texts)),
    asked("city", ["empty", "filled"]),
    set_clauses("country", ["NL", "BE"]),
    asked("do_not_contact", ["yes", "no"]),
    set_clauses("tag", TAGS),
    set_clauses("consent", ["network", "events"]),
    set_clauses("kind", KINDS),
    day_clauses("last_contact", may_lack=True),
    day_clauses("added", may_lack=False),
    counts,
    asked("interactions", ["none"]),
)
trees = st.recursive(
    clauses,
    lambda inner: st.builds(
        Group,
        match=st.sampled_from(["all", "any", "none"]),
        rules=st.lists(inner, min_size=1, max_size=3).map(tuple),
    ),
    max_leaves=7,
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(tree=trees)
def test_any_rule_finds_whom_plain_python_finds(crowd: list[Known], tree: Clause | Group) -> None:
    rule = tree if isinstance(tree, Group) else Group(rules=(tree,))
    kept = shape.as_json(rule)
    read = shape.stored(kept)
    found = Contact.objects.filter(rules.condition_of(read, now=NOW)).values_list("pk", flat=True)

    assert read == rule
    assert set(found) == {known.pk for known in crowd if fits(known, rule)}
    assert len(found) == len(set(found))


def test_the_crowd_has_everything_that_rules_ask_about(crowd: list[Known]) -> None:
    assert {city for known in crowd for city in [known.city]} == set(CITIES)
    assert any(len(known.heard) == 2 for known in crowd)
    assert any(not known.heard for known in crowd)
    assert Interaction.objects.filter(direction="internal").exists()
