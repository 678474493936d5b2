"""A whole rule: checked, kept as JSON, asked of people, and read as a sentence.

    {"version": 1, "match": "all", "rules": [
        {"field": "city", "op": "one_of", "values": ["Utrecht", "Gouda"]},
        {"match": "none", "rules": [{"field": "do_not_contact", "op": "yes"}]}]}

``match`` is ``all``, ``any`` or ``none`` (NOT: nobody for whom any of them is true). Whatever is
read from outside goes through ``parse``, which refuses what is unknown, what the reader may not
ask, and what is not filled in; what is kept is read by ``stored``, which lets stand what it knows
no more and then fits nobody.
"""

import dataclasses
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal, get_args

from django.db.models import Q
from django.utils import formats
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from contacts.conditions import registry
from contacts.conditions.operators import MOST_DAYS, MOST_NUMBER, Operator
from contacts.conditions.registry import Ask, Choices, Condition, Pace, Part
from core.errors import DomainError
from core.models import User

VERSION = 1
DEEPEST = 5
MOST_RULES = 60
MOST_VALUES = 100
LONGEST_VALUE = 200
YEARS = range(1800, 2301)

DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")

Match = Literal["all", "any", "none"]
MATCHES: dict[str, Any] = {
    "all": gettext_lazy("all of these"),
    "any": gettext_lazy("any of these"),
    "none": gettext_lazy("none of these"),
}


class RuleRefused(DomainError):
    """``path`` tells where in the rule: the places of the nested groups, from the outside in."""

    code = "rule_refused"

    def __init__(self, message: str, *, path: tuple[int, ...] = ()) -> None:
        super().__init__(message)
        self.path = path


@dataclass(frozen=True, kw_only=True)
class Clause:
    """One question of a rule."""

    field: str
    op: str
    values: tuple[str, ...] = ()
    parts: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Group:
    match: Match = "all"
    rules: tuple["Clause | Group", ...] = ()

    @property
    def clauses(self) -> Iterator[Clause]:
        for one in self.rules:
            if isinstance(one, Clause):
                yield one
            else:
                yield from one.clauses


Node = Clause | Group


def parse(data: Any, user: User) -> Group:
    """The rule that ``data`` holds, as ``user`` may write it; else ``RuleRefused``."""
    if isinstance(data, Mapping) and data.get("version", VERSION) != VERSION:
        raise RuleRefused(_("This rule was written in a form that is not known here."))
    rule = _shaped(data, ())
    if not isinstance(rule, Group):
        raise RuleRefused(_("A rule begins with all, any or none of its conditions."))
    if sum(1 for _one in rule.clauses) > MOST_RULES:
        raise RuleRefused(_("A rule has at most %(count)s conditions.") % {"count": MOST_RULES})
    check(rule, user)
    return rule


def check(rule: Group, user: User) -> None:
    """Refuse what ``user`` may not ask or has not filled in. Choices are looked up once each."""
    fault = next(iter(faults(rule, user)), None)
    if fault is not None:
        raise fault


def faults(rule: Group, user: User) -> list[RuleRefused]:
    """Everything that is wrong with a rule, in its order."""
    known = registry.known()
    found: list[RuleRefused] = []
    choices = _Choices(user)
    if not rule.rules:
        found.append(RuleRefused(_("Add a condition: a rule without one would mean everybody.")))
    for path, node in _walk(rule):
        if isinstance(node, Group):
            if path and not node.rules:
                found.append(
                    RuleRefused(_("This group is empty: fill it or take it away."), path=path)
                )
            continue
        message = _fault_of(node, known, user, choices)
        if message:
            found.append(RuleRefused(message, path=path))
    return found


def stored(data: Mapping[str, Any]) -> Group:
    """A rule as ``as_json`` kept it."""
    shaped = _shaped(data, ())
    return shaped if isinstance(shaped, Group) else Group(rules=(shaped,))


def as_json(rule: Group) -> dict[str, Any]:
    return {"version": VERSION, **_plain(rule)}


def complete_part(rule: Group, user: User) -> Group:
    """What can already be asked while a rule is being built: the rest is left out."""
    known, choices = registry.known(), _Choices(user)

    def kept(node: Node) -> Node | None:
        if isinstance(node, Clause):
            return None if _fault_of(node, known, user, choices) else node
        rules = tuple(one for one in map(kept, node.rules) if one is not None)
        return Group(match=node.match, rules=rules) if rules else None

    found = kept(rule)
    return found if isinstance(found, Group) else Group(match=rule.match)


def condition_of(rule: Group, *, now: datetime, owner: User | None = None) -> Q:
    """The rule as a ``Q`` over contacts. What it names that is not there any more fits nobody,
    and neither does its opposite: a rule that lost its meaning must not let everybody in.
    """
    known = registry.known()
    if any(_is_lost(clause, known) for clause in rule.clauses):
        return Q(pk__in=[])
    return _q_of(rule, known, now, owner)


def is_whole(rule: Group) -> bool:
    """Whether everything that the rule names is still there."""
    known = registry.known()
    return not any(_is_lost(clause, known) for clause in rule.clauses)


def fields_of(rule: Group) -> list[str]:
    return sorted({clause.field for clause in rule.clauses})


def permissions_of(rule: Group) -> list[str]:
    """What a reader must hold, or the rule and who fits it would tell them too much."""
    known = registry.known()
    needed = {known[key].permission for key in fields_of(rule) if key in known}
    return sorted(needed - {""})


def pace_of(rule: Group) -> Pace:
    """How often time alone may change who fits."""
    known = registry.known()
    paces = {_pace_of(clause, known) for clause in rule.clauses}
    return "hour" if "hour" in paces else "day" if "day" in paces else ""


def sentence_of(rule: Group, user: User) -> str:
    """The rule as one reads it. Values that ``user`` may not know of are not named."""
    known, choices = registry.known(), _Choices(user)
    if not rule.rules:
        return str(_("everybody"))
    return _group_sentence(rule, known, choices, is_outermost=True)


def clause_sentence(clause: Clause, user: User) -> str:
    return _clause_sentence(clause, registry.known(), _Choices(user))


# --- Shape


def _shaped(data: Any, path: tuple[int, ...]) -> Node:
    """The shape alone: what the names mean is checked later."""
    if not isinstance(data, Mapping):
        raise RuleRefused(_("A rule consists of conditions and groups of these."), path=path)
    if "rules" not in data:
        return _clause(data, path)
    rules, match = data["rules"], data.get("match", "all")
    if set(data) - {"version", "match", "rules"} or match not in get_args(Match):
        raise RuleRefused(_("A group says whether all, any or none of its rules hold."), path=path)
    if not isinstance(rules, Sequence) or isinstance(rules, str) or len(rules) > MOST_RULES:
        raise RuleRefused(
            _("A rule has at most %(count)s conditions.") % {"count": MOST_RULES}, path=path
        )
    if len(path) >= DEEPEST:
        raise RuleRefused(_("Groups lie at most %(count)s deep.") % {"count": DEEPEST}, path=path)
    nodes = tuple(_shaped(one, (*path, at)) for at, one in enumerate(rules))
    return Group(match=match, rules=nodes)


def _clause(data: Mapping[str, Any], path: tuple[int, ...]) -> Clause:
    name, op, parts = data.get("field"), data.get("op"), data.get("parts", {})
    if set(data) - {"field", "op", "values", "parts"} or not isinstance(name, str):
        raise RuleRefused(_("A condition names a field, an operator and values."), path=path)
    if not isinstance(op, str) or not isinstance(parts, Mapping):
        raise RuleRefused(_("A condition names a field, an operator and values."), path=path)
    return Clause(
        field=name,
        op=op,
        values=_values(data.get("values", []), path),
        parts={str(key): _values(given, path) for key, given in parts.items() if given},
    )


def _values(given: Any, path: tuple[int, ...]) -> tuple[str, ...]:
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) > MOST_VALUES:
        raise RuleRefused(
            _("A condition has a list of at most %(count)s values.") % {"count": MOST_VALUES},
            path=path,
        )
    if not all(isinstance(value, str) and len(value) <= LONGEST_VALUE for value in given):
        raise RuleRefused(
            _("A value is a text of at most %(count)s letters.") % {"count": LONGEST_VALUE},
            path=path,
        )
    cleaned = (value.replace("\x00", "").strip() for value in given)
    return tuple(dict.fromkeys(value for value in cleaned if value))


def _plain(node: Node) -> dict[str, Any]:
    if isinstance(node, Group):
        return {"match": node.match, "rules": [_plain(one) for one in node.rules]}
    kept: dict[str, Any] = {"field": node.field, "op": node.op}
    if node.values:
        kept["values"] = list(node.values)
    if node.parts:
        kept["parts"] = {key: list(values) for key, values in node.parts.items()}
    return kept


def _walk(rule: Group, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, rule
    for at, one in enumerate(rule.rules):
        here = (*path, at)
        if isinstance(one, Group):
            yield from _walk(one, here)
        else:
            yield here, one


# --- Meaning


class _Choices:
    """The choices of conditions for one reader, each asked for once."""

    def __init__(self, user: User) -> None:
        self._user = user
        self._held: dict[tuple[str, str], dict[str, str]] = {}

    def of(self, condition: Condition, part: Part | None = None) -> dict[str, str]:
        source = part.choices if part else condition.choices
        key = (condition.key, part.key if part else "")
        if key not in self._held:
            found: Choices = source(self._user) if source else ()
            self._held[key] = {value: str(label).strip() for value, label in found}
        return self._held[key]


def _fault_of(clause: Clause, known: Mapping[str, Condition], user: User, choices: _Choices) -> str:
    condition = known.get(clause.field)
    if condition is None:
        return _("There is no field “%(name)s” to ask about.") % {"name": clause.field[:60]}
    if condition.permission and not user.has_perm(condition.permission):
        return _("You may not ask about “%(name)s”.") % {"name": condition.label}
    operator = condition.operator(clause.op)
    if operator is None:
        return _("“%(name)s” cannot be asked in that way.") % {"name": condition.label}
    wrong = _wrong_values(clause, condition, operator, choices)
    return wrong or _wrong_parts(clause, condition, choices)


def _wrong_values(
    clause: Clause, condition: Condition, operator: Operator, choices: _Choices
) -> str:
    if operator.takes == "nothing":
        return ""
    if not clause.values:
        return _("Fill in what “%(name)s” is compared with.") % {"name": condition.label}
    if operator.takes == "choices":
        unknown = [value for value in clause.values if value not in choices.of(condition)]
        return _gone(condition) if unknown else ""
    if operator.takes == "texts":
        return ""
    if len(clause.values) > 1:
        return _("“%(name)s” is compared with one value.") % {"name": condition.label}
    return _wrong_value(clause.values[0], condition, operator)


def _wrong_value(value: str, condition: Condition, operator: Operator) -> str:
    words = {"name": condition.label}
    if operator.takes == "day" and not _is_day(value):
        return _("“%(name)s” is compared with a day.") % words
    if operator.takes == "days" and not _is_number(value, MOST_DAYS):
        return _("“%(name)s” is compared with a number of days.") % words
    if operator.takes == "number" and not _is_right_number(value, condition):
        return _("“%(name)s” is compared with a number.") % words
    return ""


def _wrong_parts(clause: Clause, condition: Condition, choices: _Choices) -> str:
    offered = {part.key: part for part in condition.parts}
    for key, values in clause.parts.items():
        part = offered.get(key)
        if part is None:
            return _("“%(name)s” cannot be asked in that way.") % {"name": condition.label}
        if part.choices is not None:
            if any(value not in choices.of(condition, part) for value in values):
                return _gone(condition)
        elif not _is_number(values[0], MOST_DAYS):
            return _("“%(name)s” is compared with a number of days.") % {"name": part.label}
    return ""


def _gone(condition: Condition) -> str:
    return _("A choice of “%(name)s” is not there any more, or not for you. Choose again.") % {
        "name": condition.label
    }


def _is_day(value: str) -> bool:
    """A day of a time that anybody could mean: beyond it the calendar itself ends."""
    try:
        return date.fromisoformat(value).year in YEARS
    except ValueError:
        return False


def _is_number(value: str, most: int) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 13 and int(value) <= most


def _is_right_number(value: str, condition: Condition) -> bool:
    """What is counted is counted in whole numbers; what was measured may have a fraction."""
    if condition.type == "count":
        return _is_number(value, MOST_NUMBER)
    return bool(DECIMAL.fullmatch(value))


def _is_lost(clause: Clause, known: Mapping[str, Condition]) -> bool:
    condition = known.get(clause.field)
    return condition is None or condition.operator(clause.op) is None


def _q_of(node: Node, known: Mapping[str, Condition], now: datetime, owner: User | None) -> Q:
    if isinstance(node, Clause):
        ask = Ask(op=node.op, values=node.values, parts=node.parts, now=now, owner=owner)
        return known[node.field].build(ask)
    joined = Q()
    for one in node.rules:
        part = _q_of(one, known, now, owner)
        joined = joined & part if node.match == "all" else joined | part
    return ~joined if node.match == "none" else joined


def _pace_of(clause: Clause, known: Mapping[str, Condition]) -> Pace:
    condition = known.get(clause.field)
    operator = condition.operator(clause.op) if condition else None
    if condition is None or operator is None:
        return ""
    if condition.pace:
        return condition.pace
    has_period = any(part.choices is None and part.key in clause.parts for part in condition.parts)
    return "day" if operator.is_timed or has_period else ""


# --- Words


def _group_sentence(
    group: Group, known: Mapping[str, Condition], choices: _Choices, *, is_outermost: bool = False
) -> str:
    said = [
        _clause_sentence(one, known, choices)
        if isinstance(one, Clause)
        else _group_sentence(one, known, choices)
        for one in group.rules
    ]
    if group.match == "none":
        return _("none of: %(rules)s") % {"rules": f"({'; '.join(said)})"}
    word = _("and") if group.match == "all" else _("or")
    joined = f" {word} ".join(said)
    return joined if is_outermost or len(said) == 1 else f"({joined})"


def _clause_sentence(clause: Clause, known: Mapping[str, Condition], choices: _Choices) -> str:
    condition = known.get(clause.field)
    operator = condition.operator(clause.op) if condition else None
    if condition is None or operator is None:
        return _("something that is not there any more")
    noun = str(condition.noun or condition.label)
    words = {"field": noun, "value": _value_words(clause, condition, operator, choices)}
    said = [str(operator.sentence) % words]
    said += [
        _part_words(clause.parts[part.key], condition, part, choices)
        for part in condition.parts
        if part.key in clause.parts
    ]
    return " ".join(said)


def _part_words(values: Sequence[str], condition: Condition, part: Part, choices: _Choices) -> str:
    shown = list(values)
    if part.choices is not None:
        labels = choices.of(condition, part)
        shown = [labels.get(value, _("something you may not see")) for value in values]
    return str(part.sentence) % {"value": get_text_list(shown, _("or"))}


def _value_words(
    clause: Clause, condition: Condition, operator: Operator, choices: _Choices
) -> str:
    if operator.takes == "nothing":
        return ""
    if operator.takes == "choices":
        labels = choices.of(condition)
        hidden = _("something you may not see")
        return get_text_list([labels.get(one, hidden) for one in clause.values], _("or"))
    if operator.takes == "day":
        return formats.date_format(date.fromisoformat(clause.values[0]))
    if operator.takes in ("days", "number"):
        return str(formats.number_format(Decimal(clause.values[0])))
    return get_text_list([f"“{value}”" for value in clause.values], _("or"))
