"""What can be asked of a field, by its type: the words, and what has to be filled in."""

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Type = Literal["text", "choice", "flag", "day", "number", "count"]
Takes = Literal["nothing", "text", "texts", "choices", "day", "days", "number"]

# A year count beyond which no rule of ours makes sense.
MOST_DAYS = 36_500
MOST_NUMBER = 10**12


@dataclass(frozen=True, kw_only=True)
class Operator:
    """``label`` is what one chooses; ``sentence`` is how it reads, with ``%(field)s`` and, where
    something is filled in, ``%(value)s``. ``is_timed``: the answer changes as days pass.
    """

    key: str
    label: str | Promise
    sentence: str | Promise
    takes: Takes
    is_timed: bool = False
    asks_presence: bool = False


def _op(key: str, label: Promise, sentence: Promise, takes: Takes, **more: bool) -> Operator:
    return Operator(key=key, label=label, sentence=sentence, takes=takes, **more)


_EMPTY = _op("empty", _("is empty"), _("%(field)s is empty"), "nothing", asks_presence=True)
_FILLED = _op(
    "filled", _("is filled in"), _("%(field)s is filled in"), "nothing", asks_presence=True
)

OPERATORS: dict[Type, tuple[Operator, ...]] = {
    "text": (
        _op("is", _("is"), _("%(field)s is %(value)s"), "text"),
        _op("is_not", _("is not"), _("%(field)s is not %(value)s"), "text"),
        _op("one_of", _("is one of"), _("%(field)s is %(value)s"), "texts"),
        _op("contains", _("contains"), _("%(field)s contains %(value)s"), "text"),
        _op("lacks", _("does not contain"), _("%(field)s does not contain %(value)s"), "text"),
        _op("begins", _("begins with"), _("%(field)s begins with %(value)s"), "text"),
        _EMPTY,
        _FILLED,
    ),
    "choice": (
        _op("one_of", _("is"), _("%(field)s is %(value)s"), "choices"),
        _op("none_of", _("is not"), _("%(field)s is not %(value)s"), "choices"),
        _EMPTY,
        _FILLED,
    ),
    "flag": (
        _op("yes", _("yes"), _("%(field)s"), "nothing"),
        _op("no", _("no"), _("not: %(field)s"), "nothing"),
    ),
    "day": (
        _op(
            "last",
            _("in the last … days"),
            _("%(field)s in the last %(value)s days"),
            "days",
            is_timed=True,
        ),
        _op(
            "not_last",
            _("not in the last … days"),
            _("%(field)s not in the last %(value)s days"),
            "days",
            is_timed=True,
        ),
        _op(
            "older",
            _("more than … days ago"),
            _("%(field)s more than %(value)s days ago"),
            "days",
            is_timed=True,
        ),
        _op(
            "next",
            _("in the next … days"),
            _("%(field)s in the next %(value)s days"),
            "days",
            is_timed=True,
        ),
        _op("before", _("before"), _("%(field)s before %(value)s"), "day"),
        _op("after", _("after"), _("%(field)s after %(value)s"), "day"),
        _op("on", _("on"), _("%(field)s on %(value)s"), "day"),
        _op("since", _("since"), _("%(field)s %(value)s"), "day"),
        _EMPTY,
        _FILLED,
    ),
    "number": (
        _op("equals", _("is"), _("%(field)s is %(value)s"), "number"),
        _op("at_least", _("at least"), _("%(field)s at least %(value)s"), "number"),
        _op("at_most", _("at most"), _("%(field)s at most %(value)s"), "number"),
        _EMPTY,
        _FILLED,
    ),
    "count": (
        _op("at_least", _("at least"), _("at least %(value)s %(field)s"), "number"),
        _op("at_most", _("at most"), _("at most %(value)s %(field)s"), "number"),
        _op("none", _("none"), _("no %(field)s"), "nothing"),
    ),
}
