"""What is wrong with a condition: a field that is not there, or not for its writer, or values that
do not fit it. Each in words for whoever builds the rule.
"""

import re
from collections.abc import Mapping
from datetime import date

from django.utils.translation import gettext as _

from contacts.conditions.choices import ChoicesFor
from contacts.conditions.operators import MOST_DAYS, MOST_NUMBER, Operator
from contacts.conditions.registry import Condition
from contacts.conditions.shape import Clause
from core.models import User

YEARS = range(1800, 2301)
DECIMAL = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")


def fault_of(
    clause: Clause, known: Mapping[str, Condition], user: User, choices: ChoicesFor
) -> str:
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
    clause: Clause, condition: Condition, operator: Operator, choices: ChoicesFor
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


def _wrong_parts(clause: Clause, condition: Condition, choices: ChoicesFor) -> str:
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
