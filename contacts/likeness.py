"""How the comparison of two people reads: what agrees, what does not, and what it counts for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields

FIELDS: dict[str, str | Promise] = {
    "given": _("Given name"),
    "family": _("Family name"),
    "native": _("Name in native script"),
    "email": _("E-mail"),
    "phone": _("Phone"),
    "profile": _("Profile"),
    "number": _("Number elsewhere"),
    "organisation": _("Organisation"),
    "city": _("City"),
    "postcode": _("Postcode"),
    "street": _("Street"),
}

_SAID: dict[tuple[str, str], str | Promise] = {
    ("given", "same"): _("same given name"),
    ("given", "among"): _("one given name in common"),
    ("given", "nickname"): _("given names that stand for each other"),
    ("given", "short"): _("one given name is short for the other"),
    ("given", "near"): _("given names a slip of the pen apart"),
    ("given", "initial"): _("the initial fits"),
    ("given", "same_initials"): _("same initials"),
    ("given", "other"): _("another given name"),
    ("family", "same"): _("same family name"),
    ("family", "part"): _("part of the family name in common"),
    ("family", "near"): _("family names a slip of the pen apart"),
    ("family", "sound"): _("family names that sound alike"),
    ("family", "swapped"): _("given and family name in each other's place"),
    ("family", "other"): _("another family name"),
    ("native", "same"): _("same name in native script"),
    ("native", "other"): _("another name in native script"),
    ("email", "same"): _("same e-mail address"),
    ("email", "desk"): _("same address of a desk"),
    ("email", "near"): _("e-mail addresses a slip of the pen apart"),
    ("email", "local"): _("same name before the @"),
    ("email", "domain"): _("mail at one employer"),
    ("email", "other"): _("no e-mail address in common"),
    ("phone", "same"): _("same phone"),
    ("phone", "near"): _("phone numbers a digit apart"),
    ("phone", "other"): _("no phone in common"),
    ("profile", "same"): _("same profile page"),
    ("profile", "other"): _("another profile page"),
    ("number", "other"): _("two numbers in one other system"),
    ("organisation", "same"): _("same organisation"),
    ("organisation", "near"): _("organisations with much the same name"),
    ("organisation", "other"): _("another organisation"),
    ("city", "same"): _("same city"),
    ("city", "near"): _("cities a slip of the pen apart"),
    ("city", "other"): _("another city"),
    ("postcode", "same"): _("same postcode"),
    ("postcode", "near"): _("postcodes a slip of the pen apart"),
    ("postcode", "other"): _("another postcode"),
    ("street", "same"): _("same street and number"),
    ("street", "near"): _("streets a slip of the pen apart"),
    ("street", "other"): _("another street"),
}
_SAID_OF_OWN: dict[str, str | Promise] = {
    "same": _("same “%(field)s”"),
    "near": _("“%(field)s” a slip of the pen apart"),
    "other": _("another “%(field)s”"),
}

ALMOST_CERTAIN, VERY_LIKELY = 14, 6
"""Points above what is needed."""


@dataclass(frozen=True)
class Reason:
    """One part of the sum, in words."""

    field: str
    label: str
    text: str
    points: int
    detail: str = ""

    @property
    def signed(self) -> str:
        return f"+{self.points}" if self.points > 0 else f"−{-self.points}"  # noqa: RUF001 -- minus

    @property
    def speaks_for(self) -> bool:
        return self.points > 0


@dataclass(frozen=True)
class Certainty:
    key: str
    label: str | Promise
    tone: str
    icon: str


_CERTAINTIES = (
    (ALMOST_CERTAIN, Certainty("almost", _("Almost certain"), "good", "circle-check")),
    (VERY_LIKELY, Certainty("very", _("Very likely"), "info", "circle-dot")),
    (0, Certainty("likely", _("Likely"), "outline", "circle-help")),
)
# Only a colleague's word brings such a pair to those who decide.
_UNSURE = Certainty("unsure", _("By a colleague's word"), "outline", "flag")


def certainty_of(points: int, needed: int) -> Certainty:
    over = points - needed
    return next((one for least, one in _CERTAINTIES if over >= least), _UNSURE)


def reasons_of(parts: Iterable[Sequence[Any]]) -> list[Reason]:
    """``[field, outcome, points, detail]`` in words, what counts for most ahead."""
    names = custom_fields.by_key()
    found = [_reason(names, *part) for part in parts]
    return sorted(found, key=lambda reason: -reason.points)


def _reason(names: dict[str, Any], field: str, outcome: str, points: int, detail: str) -> Reason:
    if field != "extra":
        label = str(FIELDS.get(field, field))
        return Reason(field, label, str(_SAID.get((field, outcome), label)), points)
    label = names[detail].label if detail in names else detail
    text = str(_SAID_OF_OWN[outcome]) % {"field": label}
    return Reason(field, label, text, points, detail)
