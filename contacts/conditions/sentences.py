"""A rule as one reads it."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from django.utils import formats
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from contacts.conditions import registry
from contacts.conditions.choices import ChoicesFor
from contacts.conditions.operators import Operator
from contacts.conditions.registry import Condition, Part
from contacts.conditions.shape import Clause, Group
from core.models import User


def sentence_of(rule: Group, user: User) -> str:
    """The rule as one reads it. Values that ``user`` may not know of are not named."""
    known, choices = registry.known(), ChoicesFor(user)
    if not rule.rules:
        return str(_("everybody"))
    return _group_sentence(rule, known, choices, is_outermost=True)


def clause_sentence(clause: Clause, user: User) -> str:
    return _clause_sentence(clause, registry.known(), ChoicesFor(user))


def _group_sentence(
    group: Group, known: Mapping[str, Condition], choices: ChoicesFor, *, is_outermost: bool = False
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


def _clause_sentence(clause: Clause, known: Mapping[str, Condition], choices: ChoicesFor) -> str:
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


def _part_words(
    values: Sequence[str], condition: Condition, part: Part, choices: ChoicesFor
) -> str:
    shown = list(values)
    if part.choices is not None:
        labels = choices.of(condition, part)
        shown = [labels.get(value, _("something you may not see")) for value in values]
    return str(part.sentence) % {"value": get_text_list(shown, _("or"))}


def _value_words(
    clause: Clause, condition: Condition, operator: Operator, choices: ChoicesFor
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
