"""A whole rule, checked and asked of people.

    {"version": 1, "match": "all", "rules": [
        {"field": "city", "op": "one_of", "values": ["Utrecht", "Gouda"]},
        {"match": "none", "rules": [{"field": "do_not_contact", "op": "yes"}]}]}

``match`` is ``all``, ``any`` or ``none`` (NOT: nobody for whom any of them is true). Whatever is
read from outside goes through ``parse``, which refuses what is unknown, what the reader may not
ask, and what is not filled in; what is kept is read by ``shape.stored``, which lets stand what it
knows no more and then fits nobody.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from contacts.conditions import registry
from contacts.conditions.choices import ChoicesFor
from contacts.conditions.faults import fault_of
from contacts.conditions.registry import Ask, Condition, Pace
from contacts.conditions.shape import (
    MOST_RULES,
    VERSION,
    Clause,
    Group,
    Node,
    RuleRefused,
    shaped,
    walk,
)
from core.models import User


def parse(data: Any, user: User) -> Group:
    """The rule that ``data`` holds, as ``user`` may write it; else ``RuleRefused``."""
    if isinstance(data, Mapping) and data.get("version", VERSION) != VERSION:
        raise RuleRefused(_("This rule was written in a form that is not known here."))
    rule = shaped(data, ())
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
    choices = ChoicesFor(user)
    if not rule.rules:
        found.append(RuleRefused(_("Add a condition: a rule without one would mean everybody.")))
    for path, node in walk(rule):
        if isinstance(node, Group):
            if path and not node.rules:
                found.append(
                    RuleRefused(_("This group is empty: fill it or take it away."), path=path)
                )
            continue
        message = fault_of(node, known, user, choices)
        if message:
            found.append(RuleRefused(message, path=path))
    return found


def complete_part(rule: Group, user: User) -> Group:
    """What can already be asked while a rule is being built: the rest is left out."""
    known, choices = registry.known(), ChoicesFor(user)

    def kept(node: Node) -> Node | None:
        if isinstance(node, Clause):
            return None if fault_of(node, known, user, choices) else node
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
