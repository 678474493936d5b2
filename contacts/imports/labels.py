"""What kind of e-mail address, phone number or postal address one is: of work, private, another.

Told by a cell ("Work", "Privé", ``* Home``), by a header ("Telefoon op werk", "Home Street") or by
a card (``TYPE=home``). No Django here: cards and resumes are read by a process of its own.
"""

import re
import unicodedata
from collections.abc import Iterable

WORK, PRIVATE, OTHER = "work", "private", "other"
IN_FILES = {
    "en": {WORK: "work", PRIVATE: "private", OTHER: "other"},
    "nl": {WORK: "werk", PRIVATE: "privé", OTHER: "overig"},
}
"""As our own exports write them: words of files, that no wording may change."""

_WORDS = {
    **dict.fromkeys(
        (
            *("work", "business", "office", "company"),
            *("werk", "werkadres", "zakelijk", "zakelijke", "kantoor", "kantooradres"),
        ),
        WORK,
    ),
    **dict.fromkeys(
        (
            *("home", "private", "personal"),
            *("thuis", "prive", "huisadres", "thuisadres", "woonadres", "persoonlijk"),
        ),
        PRIVATE,
    ),
    **dict.fromkeys(("other", "ander", "andere", "overig", "overige"), OTHER),
}
# Of what make a number is, whether it is the first, how mail travels: nothing that we keep.
_SAY_NOTHING = frozenset(
    (
        *("mobile", "cell", "mobiel", "voice", "main", "pref", "primary", "internet", "phone"),
        *("telefoon", "email", "mail", "smtp", "ex", "text", "msg", "video", "iphone", "car"),
        *("postal", "parcel", "dom", "intl", "isdn", "pcs", "x400", "textphone", "default"),
        *("adres", "address"),
    )
)
_NUMBER = re.compile(r"\d+")
_BETWEEN = re.compile(r"\s*[;,|\n]\s*")


def label_of(text: str) -> str | None:
    """The label that ``text`` tells; "" where it tells of something else that addresses have,
    None where it is a word that we do not know."""
    words = _folded(text)
    found = next((_WORDS[word] for word in words if word in _WORDS), None)
    if found is not None:
        return found
    return "" if _SAY_NOTHING.issuperset(words) else None


def label_of_types(types: Iterable[str]) -> str:
    """Of a card: of several the first that is one of ours."""
    return next((label for one in types if (label := label_of(one))), "")


def label_of_header(header: str) -> str:
    return next((_WORDS[word] for word in _folded(header) if word in _WORDS), "")


def number_of_header(header: str) -> int:
    """ "E-mail 2 - Value" is the second; one without a number is the only one, and told by 0."""
    found = _NUMBER.search(header)
    return int(found.group()) if found and len(found.group()) < 4 else 0


def labels_in(cell: str) -> list[str]:
    """The words of a cell, one for each value of the cell that it goes with."""
    parts = cell.split(":::") if ":::" in cell else _BETWEEN.split(cell.strip())
    return [part.strip("* ") for part in parts]


def _folded(text: str) -> list[str]:
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(c for c in bare if not unicodedata.combining(c))
    return re.sub(r"[^\w]+|_", " ", letters.replace("e-mail", "email")).split()
