"""The shape of a rule: conditions, and groups of these; and how it is kept as JSON.

What the names in it mean is not asked here.
"""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.errors import DomainError

VERSION = 1
DEEPEST = 5
MOST_RULES = 60
MOST_VALUES = 100
LONGEST_VALUE = 200


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


def stored(data: Mapping[str, Any]) -> Group:
    """A rule as ``as_json`` kept it."""
    node = shaped(data, ())
    return node if isinstance(node, Group) else Group(rules=(node,))


def as_json(rule: Group) -> dict[str, Any]:
    return {"version": VERSION, **_plain(rule)}


def walk(rule: Group, path: tuple[int, ...] = ()) -> Iterator[tuple[tuple[int, ...], Node]]:
    yield path, rule
    for at, one in enumerate(rule.rules):
        here = (*path, at)
        if isinstance(one, Group):
            yield from walk(one, here)
        else:
            yield here, one


def shaped(data: Any, path: tuple[int, ...]) -> Node:
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
    nodes = tuple(shaped(one, (*path, at)) for at, one in enumerate(rules))
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
