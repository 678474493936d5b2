"""Names as people have them, and the forms in which we sort and search them."""

import re
import unicodedata

INFIXES = frozenset(
    (
        *("van", "der", "den", "de", "het", "ter", "ten", "te", "'t", "in", "op", "aan", "bij"),
        *("onder", "over", "uit", "voor", "von", "zu", "zur", "vom", "da", "do", "dos", "das"),
        *("del", "della", "di", "du", "la", "le", "les", "el", "al", "bin", "ibn"),
    )
)
# What NFKD leaves alone although people type it otherwise.
_SPECIAL = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}  # noqa: RUF001
)
_ABBREVIATED = {"v.d.": "van der", "v/d": "van der", "vd": "van der", "v.": "van", "d.": "de"}


def fold(text: str) -> str:
    """Text as it is compared: lower case, without marks, runs of white space as one blank."""
    lowered = text.casefold().translate(_SPECIAL)
    bare = "".join(
        c for c in unicodedata.normalize("NFKD", lowered) if not unicodedata.combining(c)
    )
    return re.sub(r"\s+", " ", bare).strip()


def split_infix(family_name: str) -> tuple[str, str]:
    """Part a family name into ``(infix, rest)``: "van der Vos" becomes ("van der", "Vos")."""
    words = family_name.split()
    at = 0
    while at < len(words) - 1 and words[at].casefold().strip("'’") in _BARE_INFIXES:  # noqa: RUF001
        at += 1
    return " ".join(words[:at]).casefold() if at else "", " ".join(words[at:])


_BARE_INFIXES = frozenset(infix.strip("'") for infix in INFIXES)


def expand_infix(infix: str) -> str:
    """The infix written out: "v.d." becomes "van der". Unknown ones stay as they are."""
    key = infix.strip().casefold()
    return _ABBREVIATED.get(key, infix.strip())


def full_name(*, given: str, infix: str, family: str, preferred: str = "") -> str:
    return " ".join(part for part in (preferred or given, infix, family) if part)


def sort_key(*, given: str, infix: str, family: str) -> str:
    """The Dutch order: by family name, the infix after it ("vries, de"), then by given name."""
    return ", ".join(part for part in (fold(family), fold(infix), fold(given)) if part)


def initials(*, given: str, family: str) -> str:
    return "".join(part[:1] for part in (given, family) if part).upper()
