from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from contacts import listing
from contacts.conditions import registry, sentences, shape
from contacts.conditions import rule as rules
from contacts.conditions.registry import Condition
from contacts.conditions.shape import Clause, Group, RuleRefused
from contacts.models import Contact
from core.models import Role
from relationships.models import Stage
from tests.factories import (
    ContactFactory,
    ContactSkillFactory,
    OrgUnitFactory,
    RelationshipFactory,
    SkillFactory,
    UserFactory,
)
from tests.factories.core import grant_role

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(datetime(2026, 5, 20, 11, 0))  # noqa: DTZ001


def clause(field: str, op: str, *values: str, **parts: list[str]) -> dict[str, Any]:
    return {"field": field, "op": op, "values": list(values), "parts": parts}


def whole(*nodes: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "rules": list(nodes)}


def test_a_rule_is_kept_as_it_was_read() -> None:
    data = whole(
        {"field": "city", "op": "one_of", "values": ["Utrecht", "Gouda"]},
        {"match": "none", "rules": [{"field": "do_not_contact", "op": "yes"}]},
        {
            "field": "interactions",
            "op": "at_least",
            "values": ["2"],
            "parts": {"channel": ["phone"], "days": ["90"]},
        },
    )

    assert shape.as_json(rules.parse(data, UserFactory(role="reader"))) == data


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("x", ()),
        ([], ()),
        ({"version": 2, "match": "all", "rules": []}, ()),
        (clause("city", "is", "Utrecht"), ()),
        (whole(), ()),
        (whole(match="some"), ()),
        ({**whole(clause("city", "empty")), "more": 1}, ()),
        (whole("city"), (0,)),
        (whole({"field": 1, "op": "is"}), (0,)),
        (whole({"field": "city", "op": "is", "values": "Utrecht"}), (0,)),
        (whole({"field": "city", "op": "is", "values": [1]}), (0,)),
        (whole({"field": "city", "op": "is", "values": ["x" * 201]}), (0,)),
        (whole({"field": "city", "op": "is", "values": ["x"], "sql": "1"}), (0,)),
        (whole({"field": "city", "op": "is", "parts": []}), (0,)),
        (whole(clause("city", "is")), (0,)),
        (whole(clause("city", "is", "\x00 ")), (0,)),
        (whole(clause("city", "is", "a", "b")), (0,)),
        (whole(clause("password", "is", "x")), (0,)),
        (whole(clause("city__in", "is", "x")), (0,)),
        (whole(clause("city", "regex", "x")), (0,)),
        (whole(clause("do_not_contact", "empty")), (0,)),
        (whole(clause("language", "empty")), (0,)),
        (whole(clause("country", "one_of", "XX")), (0,)),
        (whole(clause("unit", "one_of", "no-uid")), (0,)),
        (whole(clause("added", "last", "x")), (0,)),
        (whole(clause("added", "last", "99999999")), (0,)),
        (whole(clause("added", "last", "²")), (0,)),
        (whole(clause("added", "before", "2026-02-30")), (0,)),
        (whole(clause("added", "after", "9999-12-31")), (0,)),
        (whole(clause("added", "before", "0001-01-01")), (0,)),
        (whole(clause("interactions", "at_least", "-1")), (0,)),
        (whole(clause("interactions", "at_least", "1", channel=["x"])), (0,)),
        (whole(clause("interactions", "at_least", "1", days=["x"])), (0,)),
        (whole(clause("interactions", "at_least", "1", colour=["red"])), (0,)),
        (whole(clause("city", "empty"), whole(clause("city", "nope"))), (1, 0)),
        (whole(clause("city", "empty"), {"match": "any", "rules": []}), (1,)),
    ],
)
def test_what_makes_no_sense_is_refused_with_its_place(data: Any, path: tuple[int, ...]) -> None:
    with pytest.raises(RuleRefused) as refused:
        rules.parse(data, UserFactory(role="reader"))

    assert refused.value.path == path
    assert str(refused.value)


def test_a_rule_has_bounds() -> None:
    reader = UserFactory(role="reader")
    deep = clause("city", "empty")
    for _level in range(shape.DEEPEST + 1):
        deep = whole(deep)
    wide = whole(*[clause("city", "empty")] * (shape.MOST_RULES + 1))
    spread = whole(*[whole(*[clause("city", "empty")] * 31)] * 2)

    for data in (deep, wide, spread):
        with pytest.raises(RuleRefused):
            rules.parse(data, reader)


def test_a_condition_that_needs_a_permission_is_refused_without_it() -> None:
    """Who may see people but not relationships cannot find out who is whose."""
    role = Role.objects.create(key="r", name="R", permissions=["contacts.view_contact"])
    user = UserFactory()
    grant_role(user, role.key)
    data = whole(clause("kind", "one_of", "prospect"))

    assert rules.parse(data, UserFactory(role="reader")).rules
    with pytest.raises(RuleRefused, match="You may not ask about “Kind”"):
        rules.parse(data, user)
    assert "kind" not in [condition.key for condition in registry.offered_to(user)]
    assert rules.complete_part(shape.stored(data), user) == Group()


def test_choices_are_the_readers_own() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    data = whole(clause("unit", "one_of", str(north.uid)))

    assert rules.parse(data, UserFactory(role="recruiter", unit=north)).rules
    with pytest.raises(RuleRefused, match="not there any more, or not for you"):
        rules.parse(data, UserFactory(role="recruiter", unit=south))


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (whole(clause("city", "is", "Utrecht")), "City is “Utrecht”"),
        (
            whole(clause("country", "one_of", "NL", "BE"), clause("do_not_contact", "no")),
            "Country is Netherlands or Belgium and not: not to be contacted",
        ),
        (
            whole(
                whole(clause("city", "empty"), clause("has_email", "yes"), match="any"),
                clause("added", "after", "2026-03-01"),
            ),
            "(City is empty or with an e-mail address) and Added after 1 March 2026",
        ),
        (
            whole(whole(clause("city", "empty"), clause("country", "filled"), match="none")),
            "none of: (City is empty; Country is filled in)",
        ),
        (
            whole(clause("last_contact", "not_last", "90")),
            "Last contact not in the last 90 days",
        ),
        (
            whole(
                clause("interactions", "at_least", "2", channel=["phone", "email"], days=["1000"])
            ),
            "at least 2 contact moments by E-mail or Call in the last 1000 days",
        ),
    ],
)
def test_a_rule_reads_as_a_sentence(data: dict[str, Any], sentence: str) -> None:
    reader = UserFactory(role="reader")
    with translation.override("en"):
        said = sentences.sentence_of(rules.parse(data, reader), reader)

    assert said.replace("Call or E-mail", "E-mail or Call") == sentence


def test_a_sentence_does_not_name_what_its_reader_may_not_see() -> None:
    north, south = OrgUnitFactory(name="Secret North"), OrgUnitFactory()
    rule = shape.stored(whole(clause("unit", "one_of", str(north.uid))))

    said = sentences.sentence_of(rule, UserFactory(role="reader", unit=south))

    assert said == "Kept by is something you may not see"


def test_what_lost_its_meaning_fits_nobody_and_neither_does_its_opposite() -> None:
    ContactFactory()
    gone = {"field": "shirt_size", "op": "is", "values": ["L"]}
    for data in (whole(gone), whole(whole(gone), match="none")):
        rule = shape.stored(data)
        assert not rules.is_whole(rule)
        assert not Contact.objects.filter(rules.condition_of(rule, now=NOW)).exists()


def test_what_is_not_filled_in_yet_is_left_out_while_building() -> None:
    reader = UserFactory(role="reader")
    rule = shape.stored(
        whole(clause("city", "is"), whole(clause("country", "nope")), clause("city", "empty"))
    )

    assert rules.complete_part(rule, reader) == Group(rules=(Clause(field="city", op="empty"),))
    assert [fault.path for fault in rules.faults(rule, reader)] == [(0,), (1, 0)]


@pytest.mark.parametrize(
    ("node", "pace"),
    [
        (clause("city", "empty"), ""),
        (clause("added", "before", "2026-01-01"), ""),
        (clause("added", "last", "3"), "day"),
        (clause("interactions", "at_least", "1"), ""),
        (clause("interactions", "at_least", "1", days=["30"]), "day"),
        (clause("consent", "one_of", "network"), "hour"),
    ],
)
def test_time_alone_changes_who_fits_some_rules(node: dict[str, Any], pace: str) -> None:
    assert rules.pace_of(shape.stored(whole(clause("city", "empty"), node))) == pace


def test_what_a_reader_must_hold() -> None:
    rule = shape.stored(whole(clause("kind", "filled"), clause("city", "empty")))

    assert rules.permissions_of(rule) == ["relationships.view_relationship"]
    assert rules.fields_of(rule) == ["city", "kind"]


def test_a_stage_is_asked_of_closed_relationships_too() -> None:
    left = RelationshipFactory(kind="employee", at="left")
    RelationshipFactory(kind="employee")
    uid = str(Stage.objects.get(lifecycle__kind="employee", key="left").uid)
    rule = shape.stored(whole(clause("stage", "one_of", uid)))

    assert [one.pk for one in Contact.objects.filter(rules.condition_of(rule, now=NOW))] == [
        left.contact_id
    ]


def test_a_filter_of_the_lists_is_a_condition_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listing, "_filters", dict(listing._filters))
    listing.register_filter(
        listing.Filter(
            key="initial",
            label="Initial",
            position=5,
            widget="choice",
            sentence="called %(value)s…",
            choices=lambda user: [("A", "A"), ("B", "B")],
            apply=lambda people, values, user: people.filter(given_name__in=values),
        )
    )
    fits, _other = ContactFactory(given_name="A"), ContactFactory(given_name="B")
    reader = UserFactory(role="reader")

    for op, values in (("one_of", ["A"]), ("none_of", ["B"])):
        rule = rules.parse(whole(clause("initial", op, *values)), reader)
        assert list(Contact.objects.filter(rules.condition_of(rule, now=NOW))) == [fits]
    with pytest.raises(RuleRefused):
        rules.parse(whole(clause("initial", "one_of", "C")), reader)


def test_every_filter_of_the_lists_can_be_asked_or_was_left_out_on_purpose() -> None:
    known = registry.known()

    filters = {key for key, one in listing.all_filters().items() if not one.of}
    assert filters - set(known) <= {
        "q",
        "only",
        "last_contact_before",
        "touch_due",
        "tied_to",
        "stay",
        "life_state",
        "life_flow",
        "talked",
        "segment",
        "pool",
    }


def test_what_comes_and_goes_is_offered_by_a_source(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_sources", list(registry._sources))
    condition = Condition(
        key="custom_shirt",
        label="Shirt",
        group="Custom",
        position=400,
        type="flag",
        build=lambda ask: registry.Q(note="x"),
    )
    registry.register_source(lambda: [condition])

    assert registry.known()["custom_shirt"] is condition


def test_a_condition_says_what_one_chooses_from() -> None:
    with pytest.raises(ValueError, match="needs choices"):
        registry.register(
            Condition(
                key="x",
                label="X",
                group="",
                position=1,
                type="choice",
                build=lambda ask: registry.Q(),
            )
        )


@pytest.mark.parametrize(
    ("node", "names"),
    [
        (clause("skill", "is", "python"), {"expert", "learner"}),
        (clause("skill", "is", "python", level=["4"]), {"expert"}),
        (clause("skill", "is_not", "python", level=["4"]), {"learner", "welder", "none"}),
        (clause("skill", "one_of", "PYTHON", "welding", days=["30"]), {"expert", "welder"}),
        (clause("skill", "empty"), {"none"}),
    ],
)
def test_skills_are_asked_with_level_and_age(node: dict[str, Any], names: set[str]) -> None:
    python, welding = SkillFactory(name_en="Python"), SkillFactory(name_en="Welding")
    for name, skill, level, days in (
        ("expert", python, 5, 3),
        ("learner", python, 1, 400),
        ("welder", welding, 3, 10),
    ):
        ContactSkillFactory(
            contact=ContactFactory(given_name=name),
            skill=skill,
            level=level,
            confirmed_on=NOW.date() - timedelta(days=days),
        )
    ContactFactory(given_name="none")
    rule = rules.parse(whole(node), UserFactory(role="reader"))

    found = Contact.objects.filter(rules.condition_of(rule, now=NOW))

    assert {one.given_name for one in found} == names
