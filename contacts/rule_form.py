"""A rule while it is being built, as a form holds it and a page draws it.

The names of the fields say where in the rule they stand: ``r.match`` is the outermost group's,
``r.0.field`` its first condition's, ``r.1.0.value`` that of the first condition of its second, a
group. ``do`` is what was pressed: ``add:r.1``, ``group:r``, ``remove:r.0``. Everything typed comes
along with every press, so the page works without a script and keeps nothing elsewhere.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from contacts import listing
from contacts.conditions import faults, registry, shape
from contacts.conditions.operators import Operator
from contacts.conditions.registry import Condition, Part
from contacts.conditions.shape import MATCHES, Clause, Group, Node
from contacts.listing import Selection
from core.models import User

ROOT = "r"
FEW = 7
ACTS = ("add", "group", "remove")


@dataclass(frozen=True, kw_only=True)
class Choice:
    value: str
    label: str
    is_held: bool


@dataclass(frozen=True, kw_only=True)
class DrawnPart:
    name: str
    part: Part
    values: Sequence[str]
    choices: Sequence[Choice]


@dataclass(frozen=True, kw_only=True)
class DrawnClause:
    """``fault`` is what is wrong with it, said only once one tried to save."""

    path: str
    condition: Condition | None
    operators: Sequence[Operator] = ()
    operator: Operator | None = None
    values: Sequence[str] = ()
    choices: Sequence[Choice] = ()
    parts: Sequence[DrawnPart] = ()
    fault: str = ""
    is_group = False

    @property
    def has_few(self) -> bool:
        return len(self.choices) <= FEW

    @property
    def chosen(self) -> str:
        return ", ".join(one.label for one in self.choices if one.is_held)


@dataclass(frozen=True, kw_only=True)
class DrawnGroup:
    path: str
    match: str
    nodes: Sequence["DrawnClause | DrawnGroup"]
    fault: str = ""
    may_nest: bool = True
    is_group = True

    @property
    def matches(self) -> Mapping[str, Any]:
        return MATCHES


@dataclass(frozen=True)
class Draft:
    """A rule in the making. ``added`` is the path of what was just put in: it gets the focus."""

    rule: Group
    added: str = ""

    @classmethod
    def empty(cls) -> "Draft":
        return cls(Group(rules=(Clause(field="", op=""),)))

    @classmethod
    def of_selection(cls, selection: Selection) -> tuple["Draft", list[str]]:
        """The filters of a list of people, each as the condition that asks the same; and the keys
        of those that no condition can ask.
        """
        asked = {key: _node_of(key, values) for key, values in selection.items()}
        nodes = tuple(node for node in asked.values() if node is not None)
        lost = [key for key, node in asked.items() if node is None]
        return (cls(Group(rules=nodes)) if nodes else cls.empty()), lost

    @classmethod
    def of_form(cls, data: QueryDict) -> "Draft":
        """What was sent, with what was pressed done. Raises ``RuleRefused`` for no rule at all."""
        tree = _Branch()
        for name in data:
            head, *path = name.split(".")
            if head == ROOT and path:
                tree.put(path, [value for value in data.getlist(name) if value])
        draft = cls(_fitted(shape.stored(tree.as_data())))
        act, _colon, at = data.get("do", "").partition(":")
        return draft.acted(act, at) if act in ACTS else draft

    def acted(self, act: str, at: str) -> "Draft":
        places = [int(one) for one in at.split(".")[1:] if one.isdigit()]
        if act == "remove":
            rule = _without(self.rule, places)
            return Draft(rule if isinstance(rule, Group) else Group())
        new: Node = Clause(field="", op="")
        if act == "group":
            new = Group(match="any", rules=(new,))
        rule, place = _with(self.rule, places, new)
        return Draft(rule, added=".".join([ROOT, *map(str, places), str(place)]))

    def drawn(self, user: User, *, faults: Sequence[shape.RuleRefused] = ()) -> DrawnGroup:
        pen = _Pen(user, {fault.path: str(fault) for fault in faults})
        return pen.group(self.rule, ())


@dataclass
class _Branch:
    """A node as its fields come in, in whatever order."""

    values: dict[str, list[str]] = field(default_factory=dict)
    nodes: dict[int, "_Branch"] = field(default_factory=dict)

    def put(self, path: list[str], values: list[str]) -> None:
        head, *rest = path
        if head.isascii() and head.isdigit() and rest and len(path) < 20:
            self.nodes.setdefault(int(head[:4]), _Branch()).put(rest, values)
        else:
            self.values[".".join(path)] = values

    def as_data(self, *, is_root: bool = True) -> dict[str, Any]:
        if is_root or "match" in self.values:
            nodes = [self.nodes[at].as_data(is_root=False) for at in sorted(self.nodes)]
            return {"match": self._first("match") or "all", "rules": nodes}
        chosen, was = self._first("field"), self._first("was")
        if was and was != chosen:
            return {"field": chosen, "op": ""}  # what was filled in was said of another field
        listed = [one for text in self.values.get("texts", []) for one in text.split(",")]
        parts = {
            name.removeprefix("part."): values
            for name, values in self.values.items()
            if name.startswith("part.") and values
        }
        return {
            "field": chosen,
            "op": self._first("op"),
            "values": [*self.values.get("value", []), *listed],
            "parts": parts,
        }

    def _first(self, name: str) -> str:
        return next(iter(self.values.get(name, [])), "")


class _Pen:
    """Draws a rule for one reader; choices are looked up once for each field."""

    def __init__(self, user: User, faults: Mapping[tuple[int, ...], str]) -> None:
        self._user, self._faults = user, faults
        self._known = {one.key: one for one in registry.offered_to(user)}
        self._choices: dict[tuple[str, str], list[tuple[str, str]]] = {}

    def group(self, group: Group, path: tuple[int, ...]) -> DrawnGroup:
        return DrawnGroup(
            path=_name(path),
            match=group.match,
            nodes=[
                self.group(one, (*path, at))
                if isinstance(one, Group)
                else self.clause(one, (*path, at))
                for at, one in enumerate(group.rules)
            ],
            fault=self._faults.get(path, ""),
            may_nest=len(path) < shape.DEEPEST - 2,
        )

    def clause(self, clause: Clause, path: tuple[int, ...]) -> DrawnClause:
        condition = self._known.get(clause.field)
        fault = self._faults.get(path, "")
        if condition is None:
            return DrawnClause(path=_name(path), condition=None, fault=fault)
        operator = condition.operator(clause.op) or condition.operators[0]
        parts = condition.parts if operator.key not in ("empty", "filled") else ()
        return DrawnClause(
            path=_name(path),
            condition=condition,
            operators=condition.operators,
            operator=operator,
            values=clause.values,
            choices=self._offered(condition, None, clause.values)
            if operator.takes == "choices"
            else (),
            parts=[
                DrawnPart(
                    name=f"{_name(path)}.part.{part.key}",
                    part=part,
                    values=clause.parts.get(part.key, ()),
                    choices=self._offered(condition, part, clause.parts.get(part.key, ())),
                )
                for part in parts
            ],
            fault=fault,
        )

    def _offered(
        self, condition: Condition, part: Part | None, held: Sequence[str]
    ) -> list[Choice]:
        source = part.choices if part else condition.choices
        key = (condition.key, part.key if part else "")
        if key not in self._choices:
            found = source(self._user) if source else ()
            self._choices[key] = [(value, str(label)) for value, label in found]
        return [
            Choice(value=value, label=label, is_held=value in held)
            for value, label in self._choices[key]
        ]


def field_groups(user: User) -> list[tuple[str, list[Condition]]]:
    """What one may ask, under the heads by which it is chosen."""
    groups: dict[str, list[Condition]] = {}
    for condition in registry.offered_to(user):
        groups.setdefault(str(condition.group), []).append(condition)
    return list(groups.items())


def _name(path: tuple[int, ...]) -> str:
    return ".".join([ROOT, *map(str, path)])


def _fitted(group: Group) -> Group:
    """Where another field was chosen, the operator and the values that still make sense of it."""
    known = registry.known()

    def fit(node: Node) -> Node:
        if isinstance(node, Group):
            return replace(node, rules=tuple(map(fit, node.rules)))
        condition = known.get(node.field)
        if condition is None:
            return replace(node, values=(), parts={})
        operator = condition.operator(node.op) or condition.operators[0]
        offered = {part.key for part in condition.parts}
        parts = {key: values for key, values in node.parts.items() if key in offered}
        return replace(node, op=operator.key, values=_fitting(node.values, operator), parts=parts)

    fitted = fit(group)
    return fitted if isinstance(fitted, Group) else group


def _fitting(values: tuple[str, ...], operator: Operator) -> tuple[str, ...]:
    if operator.takes == "nothing":
        return ()
    if operator.takes in ("days", "number"):
        return tuple(value for value in values[:1] if faults.DECIMAL.fullmatch(value))
    if operator.takes == "day":
        return tuple(value for value in values[:1] if value.count("-") == 2)
    return values[:1] if operator.takes == "text" else values


def _without(node: Node, places: Sequence[int]) -> Node | None:
    if not places:
        return None
    if not isinstance(node, Group) or places[0] >= len(node.rules):
        return node
    changed = _without(node.rules[places[0]], places[1:])
    before, after = node.rules[: places[0]], node.rules[places[0] + 1 :]
    return replace(node, rules=(*before, *([changed] if changed is not None else []), *after))


def _with(group: Group, places: Sequence[int], new: Node) -> tuple[Group, int]:
    """The group with ``new`` at the end of the group at ``places``, and where that is."""
    if places and places[0] < len(group.rules):
        inner = group.rules[places[0]]
        if isinstance(inner, Group):
            changed, place = _with(inner, places[1:], new)
            nodes = list(group.rules)
            nodes[places[0]] = changed
            return replace(group, rules=tuple(nodes)), place
    return replace(group, rules=(*group.rules, new)), len(group.rules)


# Filters of the lists whose condition is asked in another way.
_SAME_AS = {"q": ("found_by", "contains"), "added": ("added", "after")}


def _node_of(key: str, values: Sequence[str]) -> Node | None:
    """Also "not in Utrecht" and "without a city", which lists know as filters of their own."""
    known = listing.all_filters().get(key)
    if known is None or not known.of:
        return _clause_of(key, values)
    if key.startswith("not_"):
        turned = _clause_of(known.of, values)
        return Group(match="none", rules=(turned,)) if turned else None
    condition = registry.known().get(known.of)
    if condition is None or condition.operator("empty") is None:
        return None
    return Clause(field=condition.key, op="empty")


def _clause_of(key: str, values: Sequence[str]) -> Clause | None:
    name, op = _SAME_AS.get(key, (key, ""))
    condition = registry.known().get(name)
    if condition is None:
        return None
    ways = ("one_of", "yes", "since", "equals", "is")
    chosen = condition.operator(op) or next(
        (found for way in ways if (found := condition.operator(way)) is not None), None
    )
    if chosen is None:
        return None
    return Clause(field=name, op=chosen.key, values=_fitting(tuple(values), chosen))
