"""A person as one row of a file tells of them, before it is known whether we have them."""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from operator import attrgetter
from typing import Any

from contacts import names
from contacts.imports.labels import OTHER
from contacts.imports.notes import Note, note
from contacts.imports.places import Place

# Which field of a draft holds how much; what is longer is cut off, and said.
LIMITS = {
    "given": 100,
    "infix": 30,
    "family": 100,
    "preferred": 100,
    "native": 200,
    "initials": 30,
    "birth": 130,
    "street": 200,
    "postcode": 20,
    "headline": 200,
    "organisation": 200,
    "city": 100,
}
NAME_FIELDS = ("given", "infix", "family")


@dataclass(slots=True)
class Draft:
    """What was read of ``cells``. Empty is "the row does not say", never "there is none".

    ``label`` is what a header or another cell says of the kind of the cell that is being read, and
    ``labels`` what is kept of that, by address or number. ``elsewhere`` are other places than the
    first, each with what its own columns say. ``is_closed``: the row says not to contact them.
    """

    given: str = ""
    middle: str = ""
    infix: str = ""
    family: str = ""
    full: str = ""
    preferred: str = ""
    native: str = ""
    initials: str = ""
    birth: str = ""
    birthday: str = ""
    uid: str = ""
    headline: str = ""
    organisation: str = ""
    street: str = ""
    house: str = ""
    postcode: str = ""
    city: str = ""
    country: str = ""
    address_label: str = ""
    language: str = ""
    form_of_address: str = ""
    time_zone: str = ""
    note: str = ""
    do_not_contact: bool = False
    is_closed: bool = False
    label: str = ""
    cells: Sequence[str] = ()
    emails: list[str] = field(default_factory=list)
    phones: list[str] = field(default_factory=list)
    profiles: list[tuple[str, str]] = field(default_factory=list)
    external_ids: list[tuple[str, str]] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    labels: dict[str, str] = field(default_factory=dict)
    elsewhere: "dict[int, Draft] | None" = None
    extras: dict[str, Any] = field(default_factory=dict)
    notes: list[Note] = field(default_factory=list)

    @property
    def name(self) -> str:
        return names.full_name(given=self.given, infix=self.infix, family=self.family)

    @property
    def has_key(self) -> bool:
        """Whether the row names something by which its person can be found again."""
        return bool(self.uid or self.emails or self.profiles or self.external_ids or self.phones)

    def day(self, key: str) -> date | None:
        value = self.extras.get(key)
        return value if isinstance(value, date) else None

    def digest(self) -> str:
        """The same for two rows that say the same of a person."""
        said = (self.name, self.organisation, self.headline, self.city, self.note, self.extras)
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


_limited = attrgetter(*LIMITS)
# The same given names and family names come again and again.
_fold = lru_cache(maxsize=50_000)(names.fold)
_LOST = re.compile(r"\w\?\w|\ufffd")


def complete(draft: Draft) -> None:
    """Sort out the names once all cells are read, and refuse a row that has none.

    A family name keeps its spelling ("De Vries" stays "De" and "Vries"), but is parted, so that
    it sorts where a Dutch reader looks for it. In a file of our own, which names the infix, the
    family name is taken as it stands.
    """
    if draft.full:
        _part_full_name(draft)
    if draft.middle:
        _place_middle_name(draft)
    if draft.family and not draft.infix and not draft.uid:
        draft.infix, draft.family = part_family_name(draft.family)
    if draft.house:
        draft.street = f"{draft.street} {draft.house}".strip()
    cut(draft)
    if draft.street or draft.postcode or draft.address_label or draft.places or draft.elsewhere:
        _sort_out_places(draft)
    if not (draft.given or draft.family or draft.native):
        draft.notes.append(note("no_name"))
        return
    name = draft.name
    if ("?" in name or "\ufffd" in name) and _LOST.search(name):
        draft.notes.append(note("lost_letters", value=name))


def _sort_out_places(draft: Draft) -> None:
    """All places of a row, the one of the plain columns before the others. A city alone is an
    address only beside others, or where its kind is said; a country alone only there.
    """
    others = list((draft.elsewhere or {}).values())
    listed, draft.places = draft.places, []
    is_firm = bool(listed)
    for one in (draft, *others):
        if one is not draft:
            one.street = f"{one.street} {one.house}".strip()
            cut(one)
            draft.notes.extend(one.notes)
        is_firm = is_firm or bool(one.street or one.postcode or one.address_label)
        if one.street or one.postcode or one.city or (one.country and one.address_label):
            label = one.address_label or (one.label if one is not draft else "") or OTHER
            _add_place(draft, Place(one.street, one.postcode, one.city, one.country, label))
    for place in listed:
        _add_place(draft, place)
    if not (draft.city or draft.country):
        first = draft.places[0] if draft.places else next(iter(others), draft)
        draft.city, draft.country = first.city, first.country
    if not is_firm and len(draft.places) == 1:
        draft.places = []


def _add_place(draft: Draft, place: Place) -> None:
    if place.whole not in {held.whole for held in draft.places}:
        draft.places.append(place)


def part_family_name(family: str) -> tuple[str, str]:
    """``(infix, rest)`` in the spelling of the file: "De Vries" gives ("De", "Vries")."""
    if " " not in family:
        return "", family
    _infix, rest = names.split_infix(family)
    words = family.split()
    split_at = len(words) - len(rest.split())
    return " ".join(words[:split_at]), " ".join(words[split_at:])


def _part_full_name(draft: Draft) -> None:
    if draft.given or draft.family:
        return
    if "," in draft.full:
        _part_at_commas(draft)
        return
    words = draft.full.split()
    at = next(
        (i for i, word in enumerate(words[1:-1], start=1) if word.casefold() in names.INFIXES),
        max(len(words) - 1, 1),
    )
    draft.given, draft.family = " ".join(words[:at]), " ".join(words[at:])


def _part_at_commas(draft: Draft) -> None:
    """ "Vries, Jan de", "Vries, de, Jan" and "de Vries, Jan"."""
    family, *others = [part.strip() for part in draft.full.split(",")]
    words = " ".join(others).split()
    infix = [word for word in words if word.casefold() in names.INFIXES]
    draft.given = " ".join(word for word in words if word not in infix)
    draft.infix, draft.family = draft.infix or " ".join(infix), family


def _place_middle_name(draft: Draft) -> None:
    """Address books have no field for an infix: Dutch people write it as a middle name."""
    is_infix = all(word.casefold() in names.INFIXES for word in draft.middle.split())
    if is_infix and not draft.infix:
        draft.infix = draft.middle
    else:
        draft.given = f"{draft.given} {draft.middle}".strip()


def cut(draft: Draft) -> None:
    for (name, limit), text in zip(LIMITS.items(), _limited(draft), strict=True):
        if len(text) > limit:
            setattr(draft, name, text[:limit].rstrip())
            draft.notes.append(note("cut", column=name, limit=limit))


@dataclass(frozen=True, slots=True)
class Named:
    """Just enough of a person to compare names."""

    given: str
    family: str


def may_be_one(one: Draft | Named, other: Draft | Named) -> bool:
    """Whether two names can be of one person who shares an e-mail address with themselves.

    "J. Vos" and "Jan Vos", "Jan" and "Jan Vos", "Anna Jansen" and "Anna de Boer" can; "Jan Vos"
    and "Piet Vos" cannot, nor "J. Vos" and "J. Bakker".
    """
    given, others_given = _fold(one.given), _fold(other.given)
    family, others_family = _family_words(one.family), _family_words(other.family)
    if given and others_given and given[0] != others_given[0]:
        return False
    if not family or not others_family or family & others_family:
        return True
    return len(given) > 2 and given == others_given


def are_alike(one: Draft | Named, other: Draft | Named) -> bool:
    """Whether two names agree enough for a shared telephone to make them one person.

    "J. Vos" and "Jan Vos" do; "Jan Vos" and "Joke Vos" share a house.
    """
    same_family = _fold(one.family) == _fold(other.family) != ""
    return same_family and _fits(_fold(one.given), _fold(other.given))


def _fits(given: str, other: str) -> bool:
    """Equal, or one is the beginning or the initials of the other."""
    first, second = given.split()[:1], other.split()[:1]
    if not first or not second:
        return False
    short, long_ = sorted((first[0].rstrip("."), second[0].rstrip(".")), key=len)
    return long_.startswith(short) or "." in short


def _family_words(family: str) -> set[str]:
    return {word for word in re.split(r"[\s-]+", _fold(family)) if word not in names.INFIXES} - {""}
