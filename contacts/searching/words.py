"""The words by which a person is found, as they stand in ``Contact.search_text``.

Each word is lower-case Latin letters and digits behind one digit that says what it is of:
1 names, 2 e-mail addresses, 3 position, organisation and city ("1vries", "2example",
"3adviseur"). One GIN index over these words answers for names alone as well as for all.

What may be spelt in two ways stands there in both: "Özil" as ozil and oezil, "Meijer" as meijer and
meyer, "van der Vos" as vos, dervos and vandervos. So a query needs no more than to be folded
in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from anyascii import anyascii

from contacts.names import BARE_INFIXES, fold, is_latin

NAME, REACH, OTHER = "1", "2", "3"
LONGEST = 60
# So much of ``search_text``, which the given name begins, can be walked in its order.
FIRST_WORDS = 32

_PART = re.compile(r"[a-z0-9]+")
_SYLLABLE = re.compile(r"[A-Z]?[a-z0-9]+|[A-Z]+")
_WIDE = re.compile(r"[\u2e80-\uffdc\U00020000-\U0003ffff]")
_GERMAN = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "Ä": "ae", "Ö": "oe", "Ü": "ue"}
    | {"Ø": "oe", "Å": "aa"}
)
_SIGNS = (("c++", "cplusplus"), ("c#", "csharp"), ("f#", "fsharp"), (".net", "dotnet"))


@lru_cache(maxsize=50_000)
def parts_of(chunk: str) -> tuple[str, ...]:
    """The words within a text without blanks: "Jansen-de" is jansen and de; in scripts without
    letters each character is one ("王伟" is wang and wei). What no table can spell, such as a lone
    sign, is its number.
    """
    if _WIDE.search(chunk):
        found = [part.lower() for part in _SYLLABLE.findall(anyascii(chunk))]
    else:
        folded = fold(chunk)
        for sign, word in _SIGNS:
            folded = folded.replace(sign, word)
        found = _PART.findall(folded)
    if not found:
        found = [f"u{ord(c):x}" for c in chunk if not c.isascii()]
    return tuple(part[:LONGEST] for part in found)


@lru_cache(maxsize=50_000)
def spellings_of(chunk: str) -> tuple[tuple[str, ...], ...]:
    """``parts_of`` the chunk, and the same as who has no marks writes it (ö as oe)."""
    first = parts_of(chunk)
    if chunk.isascii():
        return (first,)
    second = parts_of(unicodedata.normalize("NFC", chunk).translate(_GERMAN))
    return (first,) if first == second else (first, second)


def alike(word: str) -> list[str]:
    """The word, and with y where it has ij."""
    return [word, word.replace("ij", "y")] if "ij" in word else [word]


def name_words(text: str, *, has_infix: bool = False) -> list[str]:
    """The words of a name, those as written first. With ``has_infix``, an infix is written onto
    the word behind it, since it says nothing alone.
    """
    first: list[tuple[str, ...]] = []
    second: list[tuple[str, ...]] = []
    for chunk in text.split():
        spellings = spellings_of(chunk)
        first.append(spellings[0])
        second.append(spellings[-1])
    written, others = _names_of(first, has_infix=has_infix)
    if second != first:
        others += [word for words in _names_of(second, has_infix=has_infix) for word in words]
    others += [word for one in (*written, *others) for word in alike(one)[1:]]
    return [word[:LONGEST] for word in dict.fromkeys((*written, *others))]


def _names_of(chunks: Iterable[tuple[str, ...]], *, has_infix: bool) -> tuple[list[str], list[str]]:
    """``(as written, other ways to write it)``."""
    written: list[str] = []
    others: list[str] = []
    pending: list[str] = []
    for parts in chunks:
        if len(parts) > 1:
            others.append("".join(parts))
        for part in parts:
            if has_infix and part in BARE_INFIXES:
                pending.append(part)
                continue
            written.append("".join((*pending, part)))
            others += ["".join((*pending[at:], part)) for at in range(1, len(pending) + 1)]
            pending = []
    return written + pending, others


def plain_words(text: str) -> list[str]:
    """The words of any other short text, those as written first."""
    written: list[str] = []
    others: list[str] = []
    for chunk in text.split():
        first, *second = spellings_of(chunk)
        written += first
        others += [part for parts in second for part in parts]
        if len(first) > 1:
            others.append("".join(first)[:LONGEST])
    return list(dict.fromkeys((*written, *others)))


def email_words(address: str) -> list[str]:
    """What of an e-mail address people remember: its parts before the @, together and alone, and
    its domain with and without the end.
    """
    local, _, domain = address.rpartition("@")
    found = [*parts_of(local), "".join(parts_of(local))]
    labels = domain.split(".")
    found += [part for label in labels[:-1] for part in parts_of(label)]
    found += ["".join(parts_of(label)) for label in labels[:-1]]
    found.append("".join(parts_of(domain)))
    return [word[:LONGEST] for word in dict.fromkeys(found) if word]


def person_words(
    *,
    given: Sequence[str],
    family: Sequence[str],
    others: Sequence[str],
    emails: Iterable[str],
) -> str:
    """All words of a person, in the form of ``search_text``. ``family`` are names that may begin
    with an infix.
    """
    named = [word for text in given for word in name_words(text)]
    named += [word for text in family for word in name_words(text, has_infix=True)]
    reached = [word for address in emails for word in email_words(address)]
    other = [word for text in others for word in plain_words(text)]
    found = [NAME + word for word in named]
    found += [REACH + word for word in reached]
    found += [OTHER + word for word in other]
    return " ".join(dict.fromkeys(found))


def dictionary_of(texts: Iterable[str]) -> Iterator[tuple[str, str, bool]]:
    """The words of texts that a misspelt one may be compared with, as rows of ``SearchWord``:
    ``(word, sound, whether it was romanised)``.
    """
    for text in texts:
        for chunk in text.split():
            yield from _compared(chunk)


@lru_cache(maxsize=20_000)
def _compared(chunk: str) -> tuple[tuple[str, str, bool], ...]:
    """Of many people, most words are those of others too."""
    return tuple(
        (part, sound_of(part), not is_latin(chunk))
        for parts in spellings_of(chunk)
        for part in parts
        if 1 < len(part) <= LONGEST and not part.isdigit()
    )


_SOUNDS = (
    *(("sch", "s"), ("sh", "s"), ("zh", "s"), ("ch", "k"), ("kh", "k"), ("gh", "k"), ("ph", "p")),
    *(("th", "t"), ("dh", "t"), ("bh", "p"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("x", "ks")),
)
_CONSONANTS = str.maketrans("cgdbvfzjq", "kktpppssk")


def sound_of(word: str) -> str:
    """The consonants of a word, those that scripts do not tell apart made one: names that were
    romanised by different tables have it in common ("mohammed" and "mhmd" are both "mmt").
    """
    for spelt, sound in _SOUNDS:
        word = word.replace(spelt, sound)
    bare = re.sub(r"[aeiouyhw0-9]", "", word.translate(_CONSONANTS))
    return re.sub(r"(.)\1+", r"\1", bare)
