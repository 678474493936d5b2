"""Words that are not what was typed, but may be what was meant.

Never looked for among people: the words that people have stand in a table of their own
(``SearchWord``), a few hundred thousand at a million people, with an index for likeness. Those
of tags and skills are few, and compared one by one.
"""

from collections.abc import Iterable
from dataclasses import replace

from django.db import connection, transaction
from rapidfuzz.distance import OSA

from contacts.names import is_latin
from contacts.searching import vocabularies
from contacts.searching.queries import Clause, Query, Term
from contacts.searching.words import sound_of

MOST = 8
CANDIDATES = 300
SHORTEST = 4
VOWELS = frozenset("aeiou")
# Of the beginning of a word, and of a whole one, in shared threesomes of letters.
LEAST_LIKENESS = {"word_similarity_threshold": "0.35", "similarity_threshold": "0.25"}

_SAME_SOUND = """
SELECT sound, word FROM contacts_searchword
WHERE sound = ANY(%s) AND (is_romanised OR %s) LIMIT %s
"""
_ALIKE = """
(SELECT word FROM contacts_searchword WHERE word %%> %s LIMIT %s)
UNION (SELECT word FROM contacts_searchword WHERE word %% %s LIMIT %s)
UNION (SELECT word FROM contacts_searchword WHERE sound = %s LIMIT %s)
UNION (
    SELECT held.word FROM unnest(%s) AS begun, LATERAL (
        SELECT word FROM contacts_searchword
        WHERE word >= begun AND word < begun || chr(1114111) ORDER BY word LIMIT %s
    ) AS held
)
"""


def across_scripts(query: Query) -> Query:
    """The query, with the words that stand for the same names in other scripts: "Mohammed" finds
    who writes himself محمد, and the other way round.
    """
    wanted = {term: _sound(term) for term in query.terms}
    sounds = sorted({sound for sound in wanted.values() if len(sound) > 1})
    if not sounds:
        return query
    is_foreign = any(not is_latin(term.text) for term in wanted)
    with connection.cursor() as cursor:
        cursor.execute(_SAME_SOUND, [sounds, is_foreign, CANDIDATES])
        rows = cursor.fetchall()
    if not rows:
        return query
    near = {
        term: _nearest(term, [word for one, word in rows if one == sound])
        for term, sound in wanted.items()
    }
    return _with(query, {term: _also(term, near=words) for term, words in near.items()})


def forgiving(query: Query) -> Query:
    """The query, with the words for which what was typed may be a slip of the fingers; the query
    itself where there are none.
    """
    return _with(
        query,
        {
            term: _also(term, near=_misspelt(term), shared=_misspelt_shared(term))
            for term in query.terms
            if term.kind == "words"
        },
    )


def _sound(term: Term) -> str:
    if term.kind != "words" or len(term.spellings[0]) > 1 or len(term.spellings[0][0]) < 3:
        return ""
    return sound_of(term.spellings[0][0])


def _nearest(term: Term, words: Iterable[str]) -> tuple[str, ...]:
    typed = term.spellings[0][0]
    others = [(OSA.distance(typed, word), word) for word in words if not word.startswith(typed)]
    alike = [word for distance, word in sorted(others) if _is_alike(typed, word, distance)]
    return tuple(alike[:MOST])


def _is_alike(typed: str, word: str, distance: int) -> bool:
    """Whether words of one sound have half their letters in common: Григорий ("grigoriy") is
    Grigori, but not Krüger, whose consonants are the same. Of a word from a script that writes no
    vowels ("mhmd") the sound is all there is.
    """
    if VOWELS.isdisjoint(typed) or VOWELS.isdisjoint(word):
        return True
    return distance <= (max(len(typed), len(word)) + 1) // 2


def _misspelt(term: Term) -> list[str]:
    typed = _typed(term)
    if not typed:
        return []
    with transaction.atomic(), connection.cursor() as cursor:
        for name, share in LEAST_LIKENESS.items():
            cursor.execute("SELECT set_config(%s, %s, true)", [f"pg_trgm.{name}", share])
        asked = (typed, typed, sound_of(typed), _swapped(typed))
        cursor.execute(_ALIKE, [value for one in asked for value in (one, CANDIDATES)])
        return _meant(typed, [word for (word,) in cursor.fetchall()])


def _misspelt_shared(term: Term) -> list[str]:
    typed = _typed(term)
    if not typed:
        return []
    return _meant(typed, {word for one in vocabularies.registered() for word in one.words()})


def _typed(term: Term) -> str:
    """The word that may be misspelt; "" where it is too short to tell, or a number."""
    typed = term.spellings[0][-1]
    return "" if len(typed) < SHORTEST or typed.isdigit() else typed


def _swapped(typed: str) -> list[str]:
    """What was typed with two neighbours changed back: threesomes of letters do not see that."""
    pairs = range(1, len(typed) - 1)
    return [typed[:at] + typed[at + 1] + typed[at] + typed[at + 2 :] for at in pairs]


def _meant(typed: str, words: Iterable[str]) -> list[str]:
    allowed = 1 if len(typed) < 6 else 2
    others = [word for word in words if not word.startswith(typed)]
    found = [(slip, word) for word in others if (slip := _slips(typed, word)) <= allowed]
    return [word for _slip, word in sorted(found)[:MOST]]


def _slips(typed: str, word: str) -> int:
    """By how many letters ``typed`` differs from the word or, as one types, from its beginning."""
    return min(OSA.distance(typed, word), OSA.distance(typed, word[: len(typed)]))


def _also(term: Term, *, near: Iterable[str] = (), shared: Iterable[str] = ()) -> Term:
    return replace(
        term,
        near=tuple(dict.fromkeys((*term.near, *near))),
        shared=tuple(dict.fromkeys((*term.shared, *shared))),
    )


def _with(query: Query, changed: dict[Term, Term]) -> Query:
    clauses = tuple(
        clause
        if clause.is_negated
        else Clause(tuple(changed.get(term, term) for term in clause.terms))
        for clause in query.clauses
    )
    return replace(query, clauses=clauses)
