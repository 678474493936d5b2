"""Names as people have them, and the forms in which we show, sort and compare them."""

import re
import unicodedata

from anyascii import anyascii

INFIXES = frozenset(
    (
        *("van", "der", "den", "de", "het", "ter", "ten", "te", "'t", "in", "op", "aan", "bij"),
        *("onder", "over", "uit", "voor", "von", "zu", "zur", "vom", "da", "do", "dos", "das"),
        *("del", "della", "di", "du", "la", "le", "les", "el", "al", "bin", "ibn"),
    )
)
BARE_INFIXES = frozenset(infix.strip("'") for infix in INFIXES)
# What stands before a family name without a blank: d'Ancona, l'Herminez, 't Hart written 'tHart.
_ELIDED = re.compile(r"(d|l|dell|dall|'t|'s)'(?=\w)", re.IGNORECASE)
_ABBREVIATED = {"v.d.": "van der", "v/d": "van der", "vd": "van der", "v.": "van", "d.": "de"}
_APOSTROPHES = str.maketrans(dict.fromkeys("’‘ʼ`´", "'"))  # noqa: RUF001
# One sound, which the tables write letter by letter.
_GREEK_U = re.compile("[οό][υύ]", re.IGNORECASE)
_INITIAL = re.compile(r"ij|\w", re.IGNORECASE)


def fold(text: str) -> str:
    """Text as it is compared: Latin letters in lower case without marks, whatever script it came
    in ("Григорий" is "grigoriy"), runs of white space as one blank.
    """
    if not text.isascii():
        text = anyascii(_GREEK_U.sub("ou", unicodedata.normalize("NFC", text)))
    return " ".join(text.casefold().split())


def is_latin(text: str) -> bool:
    """Whether ``text`` can be read by who reads Latin letters; signs and digits do not count."""
    return all(_is_latin_letter(c) for c in text if c.isalpha())


def _is_latin_letter(character: str) -> bool:
    return character < "\u0250" or "\u1e00" <= character <= "\u1eff"


def romanised(text: str) -> str:
    """``text`` in Latin letters, for who cannot read its script: "Григорий" is "Grigoriy". Latin
    letters keep their marks.
    """
    text = _GREEK_U.sub("ou", unicodedata.normalize("NFC", text))
    return "".join(c if _is_latin_letter(c) else anyascii(c) for c in text)


def split_infix(family_name: str) -> tuple[str, str]:
    """Part a family name into ``(infix, rest)``: "van der Vos" becomes ("van der", "Vos"), and
    "d'Ancona" ("d'", "Ancona").
    """
    words = family_name.translate(_APOSTROPHES).split()
    at = 0
    while at < len(words) - 1 and words[at].casefold().strip("'") in BARE_INFIXES:
        at += 1
    infix, rest = " ".join(words[:at]).casefold(), " ".join(words[at:])
    elided = _ELIDED.match(rest)
    if elided:
        infix = f"{infix} {elided[0].casefold()}".strip()
        rest = rest[elided.end() :]
    return infix, rest


def expand_infix(infix: str) -> str:
    """The infix written out: "v.d." becomes "van der". Unknown ones stay as they are."""
    key = infix.strip().casefold()
    return _ABBREVIATED.get(key, infix.strip())


def full_name(
    *, given: str, infix: str, family: str, preferred: str = "", initials: str = ""
) -> str:
    """As one says it: "Anna de Vries". An infix that ends in an apostrophe takes no blank."""
    joined = f"{infix}{family}" if _is_elided(infix) else f"{infix} {family}"
    return " ".join(part for part in (preferred or given or initials, joined.strip()) if part)


def listed_name(
    *, given: str, infix: str, family: str, preferred: str = "", initials: str = ""
) -> str:
    """As a Dutch list writes it: "Vries, Anna de"."""
    called = preferred or given or initials
    behind = " ".join(part for part in (called, infix) if part)
    return ", ".join(part for part in (family, behind) if part)


def _is_elided(infix: str) -> bool:
    return infix.translate(_APOSTROPHES).endswith("'")


def sort_key(*, given: str, infix: str, family: str) -> str:
    """The Dutch order: by family name, then the infix, then the given name ("vries, de, anna").

    The infix is found where it was written into the family name, too. Who has one name only
    stands at that name. A comma comes before every letter, so "Vries" stands before "Vriesema";
    blanks and hyphens are one, so that double names keep together. IJ is sorted as i and j, as
    dictionaries do.
    """
    if family and not infix:
        infix, family = split_infix(family)
    parts = [_sortable(part) for part in (family, infix.replace("'", ""), given)]
    if not parts[0]:
        parts = [parts[2], "", ""]
    parts[0] = parts[0].replace(" ", "-")
    return ", ".join(parts) if any(parts[1:]) else parts[0]


def _sortable(text: str) -> str:
    return " ".join(re.sub(r"[^\w\s-]", "", fold(text)).replace("-", " ").split())


def initials_of(given: str) -> str:
    """As the Dutch write them: "Jan Pieter" is "J.P.", "Jean-Pierre" is "J.-P.", "IJsbrand" is
    "IJ.". What is one already ("J.P.", "Th.") stays.
    """
    if re.fullmatch(r"(?:\w{1,3}\.[\s-]?)+", given):
        return given.replace(" ", "")
    found = []
    for name in given.split():
        letters = [_INITIAL.match(part) for part in name.split("-")]
        found.append("-".join(f"{letter[0].upper()}." for letter in letters if letter))
    return "".join(found)


def monogram(*, given: str, family: str) -> str:
    """The one or two letters that stand for someone's face."""
    return "".join(part[:1] for part in (given, family) if part).upper()
