"""How much two records speak for being one person, as a sum that a person can read.

After Fellegi and Sunter: each field that can be compared adds its weight, the logarithm of how much
likelier its outcome is for two records of one person than for those of two. A point is a factor
of two. What the fields of one household have in common (phone, family name, city) does not add up
to a person, so given names that cannot be of one person outweigh them.
"""

import re
from dataclasses import dataclass, replace
from math import log2
from typing import Literal

from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.fuzz import token_set_ratio

from contacts.matching.facts import POSTCODE, STREET, Facts, is_desk, is_public
from contacts.matching.keys import key_of
from contacts.matching.nicknames import are_forms_of_one
from contacts.matching.sounds import sound_of
from contacts.matching.statistics import Statistics

Field = Literal[
    "given",
    "family",
    "native",
    "email",
    "phone",
    "profile",
    "number",
    "organisation",
    "city",
    "extra",
]


@dataclass(frozen=True, slots=True)
class Part:
    """One field: its outcome (``same``, ``near`` …; ``contacts.matching.wording``) and its points.

    ``detail`` is the key of the custom field, where it is one.
    """

    field: str
    outcome: str
    points: int
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """``points`` is the sum of the parts' points."""

    points: int
    parts: tuple[Part, ...]

    def has(self, field: str, *outcomes: str) -> bool:
        return any(part.field == field and part.outcome in outcomes for part in self.parts)

    @property
    def speaks_against(self) -> bool:
        """Whether any field that both have speaks against it."""
        return any(part.points < 0 for part in self.parts)


def compare(one: Facts, other: Facts, statistics: Statistics) -> Comparison:
    parts = [
        *_names(one, other, statistics),
        *_native(one, other),
        *_emails(one, other, statistics),
        *_phones(one, other, statistics),
        *_profiles(one, other),
        *_numbers(one, other),
        *_organisation(one, other, statistics),
        *_city(one, other, statistics),
        *_extras(one, other, statistics),
    ]
    if any(_tells_apart(part) for part in parts):
        parts = [_as_of_a_household(part) for part in parts]
    return Comparison(sum(part.points for part in parts), tuple(parts))


def _tells_apart(part: Part) -> bool:
    """Another given name, or another day of birth."""
    return (part.field == "given" and part.outcome == "other") or part.points <= BORN


# What people of one house or one office share: of little weight once something tells them apart.
_SHARED = frozenset(("family", "email", "phone", "organisation", "city", "postcode", "street"))
SHARED = 2


def _as_of_a_household(part: Part) -> Part:
    if part.field in _SHARED and part.points > SHARED:
        return replace(part, points=SHARED)
    return part


def _bits(chance_if_one: float, chance_if_two: float, *, most: float) -> int:
    return round(min(log2(chance_if_one / chance_if_two), most))


# Names --------------------------------------------------------------------------------------------

MOST_FAMILY, MOST_GIVEN = 13, 9


def _names(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    if _are_swapped(one, other):
        points = min(
            _family_points(way.families[0], statistics) + _given_points(way.given[0], statistics)
            for way in (one, other)
        )
        return [Part("family", "swapped", points - 2)]
    given, family = _given(one, other, statistics), _family(one, other, statistics)
    if given and family and given.outcome == "other" and family.outcome in ("other", "part"):
        # Neither name agrees: whatever else they share, they are two.
        return [Part("given", "other", given.points - 4), Part("family", "other", -8)]
    return [part for part in (given, family) if part]


def _are_swapped(one: Facts, other: Facts) -> bool:
    """Given and family name stand in each other's place in one of the two."""
    if not (one.given and other.given and one.families and other.families):
        return False
    if one.given[0] == other.given[0] or one.families[0] == other.families[0]:
        return False
    return _is_among(one.given[0], other.families) and _is_among(other.given[0], one.families)


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    return name in names or any(_is_slip(name, other) for other in names)


def _family_points(name: str, statistics: Statistics) -> int:
    return _bits(0.85, statistics.chance_of_family(name), most=MOST_FAMILY)


def _given_points(name: str, statistics: Statistics) -> int:
    return _bits(0.7, statistics.chance_of_given(name), most=MOST_GIVEN)


def _given(one: Facts, other: Facts, statistics: Statistics) -> Part | None:
    if one.given and other.given:
        return _best_given(one.given, other.given, statistics)
    mine = one.given[0][0] if one.given else one.initials[:1]
    theirs = other.given[0][0] if other.given else other.initials[:1]
    if not mine or not theirs:
        return None
    if mine == theirs:
        if one.initials and other.initials and one.initials == other.initials:
            return Part("given", "same_initials", min(3 * len(one.initials), 6))
        return Part("given", "initial", 3)
    called = [name[0] for name in (*one.given, *other.given)]
    formal = {one.initials[:1], other.initials[:1]} - {""}
    return Part("given", "initial", 1) if formal & set(called) else Part("given", "other", -9)


def _best_given(mine: tuple[str, ...], theirs: tuple[str, ...], statistics: Statistics) -> Part:
    shared = [name for name in mine if name in theirs]
    if shared:
        whole = mine[0] == theirs[0]
        points = _given_points(shared[0], statistics)
        return Part("given", "same" if whole else "among", points if whole else max(points - 1, 3))
    pairs = [(one, other) for one in mine for other in theirs]
    for one, other in pairs:
        if are_forms_of_one(one, other):
            rarer = max(_given_points(one, statistics), _given_points(other, statistics))
            return Part("given", "nickname", max(rarer - 3, 3))
    one, other = mine[0], theirs[0]
    if _are_of_two_genders(one, other):
        return Part("given", "other", -9)
    short, long_ = sorted((one, other), key=len)
    if len(short) > 2 and long_.startswith(short) and len(long_) - len(short) > 1:
        return Part("given", "short", max(_given_points(long_, statistics) - 3, 3))
    if _is_slip(one, other):
        return Part("given", "near", max(_given_points(long_, statistics) - 3, 3))
    return Part("given", "other", -9)


def _are_of_two_genders(one: str, other: str) -> bool:
    """One name with two endings: "rene" and "renee", "johannes" and "johanna"."""
    at = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    at = min(len(one), len(other)) if at is None else at
    return at > 2 and one != other and one[at:] in _ENDINGS and other[at:] in _ENDINGS


_ENDINGS = frozenset(
    ("", "a", "e", "es", "us", "ia", "na", "ne", "ine", "ina", "ette", "je", "tje", "er", "ra", "o")
)


def _is_slip(one: str, other: str) -> bool:
    """Whether a slip of the pen makes the one of the other: a letter in four, at most two.

    Short names that differ by a letter are mostly two: "jan" and "jon", "tom" and "tim"; but
    not where two letters changed places, or one is missing.
    """
    shorter = min(len(one), len(other))
    if shorter < 4:
        is_near = shorter == 3 and DamerauLevenshtein.distance(one, other, score_cutoff=1) == 1
        return is_near and (len(one) != len(other) or sorted(one) == sorted(other))
    distance = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    if distance > 2 or (distance == 2 and shorter < 6):
        return False
    if distance == 1 and shorter < 6 and {one[-1], other[-1]} in ({"a", "o"}, {"a", "e"}):
        return False
    return distance == 1 or JaroWinkler.similarity(one, other) > 0.85


def _family(one: Facts, other: Facts, statistics: Statistics) -> Part | None:
    if not one.families or not other.families:
        return None
    if one.surname == other.surname or set(one.families) == set(other.families):
        return Part("family", "same", _whole_family_points(one.families, statistics))
    shared = [part for part in one.families if part in other.families]
    if shared:
        rarest = max(_family_points(part, statistics) for part in shared)
        return Part("family", "part", max(rarest - 3, 2))
    slip = _family_slip(one, other)
    if slip:
        points = _family_points(max(slip, key=len), statistics)
        same_sound = sound_of(slip[0]) == sound_of(slip[1])
        return Part("family", "sound" if same_sound else "near", max(points - 3, 2))
    return Part("family", "other", -5)


def _whole_family_points(parts: tuple[str, ...], statistics: Statistics) -> int:
    rarest = max(_family_points(part, statistics) for part in parts)
    return min(rarest + len(parts) - 1, MOST_FAMILY + 1)


def _family_slip(one: Facts, other: Facts) -> tuple[str, str] | None:
    if _is_slip(one.surname, other.surname):
        return one.surname, other.surname
    for mine in one.families:
        for theirs in other.families:
            if _is_slip(mine, theirs):
                return mine, theirs
            if _sound_alike(mine, theirs):
                return mine, theirs
    return None


def _sound_alike(one: str, other: str) -> bool:
    if min(len(one), len(other)) < 4 or sound_of(one) != sound_of(other):
        return False
    return JaroWinkler.similarity(one, other) > 0.8


def _native(one: Facts, other: Facts) -> list[Part]:
    if not one.native or not other.native:
        return []
    if one.native == other.native:
        return [Part("native", "same", 8)]
    return [] if _is_slip(one.native, other.native) else [Part("native", "other", -4)]


# Ways to reach them -------------------------------------------------------------------------------

EMAIL, DESK, MOBILE, LANDLINE, PROFILE = 15, 3, 11, 6, 17


def _crowd(text: str, statistics: Statistics) -> int:
    """What is taken off for each doubling of those who share an address or a number."""
    if not statistics.crowds:
        return 0
    return round(2.5 * log2(max(statistics.crowds.get(key_of(text), 2), 2) / 2))


def _emails(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    if not one.emails or not other.emails:
        return []
    shared = [address for address in one.emails if address in other.emails]
    own = [address for address in shared if not is_desk(address)]
    if own:
        points = max(EMAIL - _crowd(f"e {address}", statistics) for address in own)
        return [Part("email", "same", max(points, DESK))]
    if shared:
        return [Part("email", "desk", DESK)]
    near = _near_email(one, other, statistics)
    return [near] if near else [Part("email", "other", -1)]


def _near_email(one: Facts, other: Facts, statistics: Statistics) -> Part | None:
    best: Part | None = None
    for mine in one.emails:
        for theirs in other.emails:
            found = _email_pair(mine, theirs, statistics)
            if found and (best is None or found.points > best.points):
                best = found
    return best


def _email_pair(mine: str, theirs: str, statistics: Statistics) -> Part | None:
    if is_desk(mine) or is_desk(theirs):
        return None
    my_local, _at, my_domain = mine.partition("@")
    their_local, _at, their_domain = theirs.partition("@")
    my_digits = "".join(filter(str.isdigit, my_local))
    if my_digits == "".join(filter(str.isdigit, their_local)) and (
        DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1 and len(mine) > 10
    ):
        return Part("email", "near", 6)
    if my_local.replace(".", "") == their_local.replace(".", "") and len(my_local) > 5:
        return Part("email", "local", 5 if my_digits else 2)
    if my_domain == their_domain and not is_public(mine):
        points = _bits(0.5, statistics.chance_of_domain(my_domain), most=3)
        return Part("email", "domain", points) if points > 0 else None
    return None


def _phones(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    if not one.phones or not other.phones:
        return []
    shared = [number for number in one.phones if number in other.phones]
    if shared:
        points = max(_weight_of(number) - _crowd(f"p {number}", statistics) for number in shared)
        return [Part("phone", "same", max(points, 2))]
    if any(
        DamerauLevenshtein.distance(mine, theirs, score_cutoff=1) <= 1
        for mine in one.phones
        for theirs in other.phones
    ):
        return [Part("phone", "near", 5)]
    return [Part("phone", "other", -1)]


def _weight_of(number: str) -> int:
    """A telephone in a pocket is one person's; one on a wall is a house's. Of the last nine digits
    those of a Dutch mobile number begin with a six; of others we cannot tell.
    """
    return MOBILE if number[0] == "6" else LANDLINE


def _profiles(one: Facts, other: Facts) -> list[Part]:
    if any(page in other.profiles for page in one.profiles):
        return [Part("profile", "same", PROFILE)]
    networks = {page.partition("/")[0] for page in one.profiles}
    both = networks & {page.partition("/")[0] for page in other.profiles}
    return [Part("profile", "other", -5)] if both & {"linkedin.com", "github.com"} else []


def _numbers(one: Facts, other: Facts) -> list[Part]:
    """Another system that knows both knows them as two; it may have doubles itself."""
    systems = {number.partition(":")[0] for number in one.numbers}
    if systems & {number.partition(":")[0] for number in other.numbers}:
        return [Part("number", "other", -3)]
    return []


# What is round them -------------------------------------------------------------------------------


def _organisation(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    if not one.organisation or not other.organisation:
        return []
    if one.organisation == other.organisation:
        points = _bits(0.6, statistics.chance_of_organisation(one.organisation), most=7)
        return [Part("organisation", "same", max(points, 1))]
    if token_set_ratio(one.organisation, other.organisation) >= 90:
        return [Part("organisation", "near", 3)]
    return [Part("organisation", "other", -1)]


def _city(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    if not one.city or not other.city:
        return []
    if one.city == other.city:
        points = _bits(0.75, statistics.chance_of_city(one.city), most=7)
        return [Part("city", "same", max(points, 1))]
    if _is_slip(one.city, other.city):
        return [Part("city", "near", 3)]
    return [Part("city", "other", -2)]


def _extras(one: Facts, other: Facts, statistics: Statistics) -> list[Part]:
    """Custom fields: what agrees counts by how seldom two people agree on it."""
    theirs = dict(other.extras)
    parts = []
    for key, mine in one.extras:
        if key not in theirs:
            continue
        chance = statistics.chance_of_extra(key)
        most = max(_bits(0.85, chance, most=MOST_EXTRA.get(key, 10)), 0)
        field, detail = (key[1:], "") if key in MOST_EXTRA else ("extra", key)
        if mine == theirs[key]:
            parts.append(Part(field, "same", most, detail))
        elif len(mine) > 3 and _is_near(mine, theirs[key]):
            parts.append(Part(field, "near", most // 2, detail))
        else:
            parts.append(
                Part(field, "other", _points_against(key, mine, theirs[key], chance), detail)
            )
    return [part for part in parts if part.points]


BORN = -10
# The two say much the same, and the city some of it again.
MOST_EXTRA = {POSTCODE: 6, STREET: 6}


def _points_against(key: str, mine: str, theirs: str, chance: float) -> int:
    if key in MOST_EXTRA:
        return -1
    if _BIRTHDAY.match(mine) and _BIRTHDAY.match(theirs):
        return BORN
    return -3 if chance < 0.01 else -1


_BIRTHDAY = re.compile(r"(?:19[2-9]\d|200\d|201[0-2])-?(?:0\d|1[0-2])-?[0-3]\d$")
"""A day on which somebody may have been born who works now; most other days are later ones."""


def _is_near(one: str, other: str) -> bool:
    """One slip, or for a day the month and the day in each other's place."""
    distance = DamerauLevenshtein.distance(one, other, score_cutoff=2)
    if distance == 1 or _is_day_turned(one, other):
        return True
    return distance == 2 and len(one) > 7 and not one[0].isdigit()


def _is_day_turned(one: str, other: str) -> bool:
    return one[:4] == other[:4] and one[-2:] == other[-5:-3] != "" and other[-2:] == one[-5:-3]
