"""The words that misspelt ones are compared with: learnt as they come, forgotten with the last of
those who had them.
"""

from collections.abc import Iterable, Sequence

from django.db import connection
from psycopg2.extras import execute_values

from contacts.models import Contact, SearchWord
from contacts.searching.words import dictionary_of

COLUMNS = (
    *("given_name", "infix", "family_name", "preferred_name", "native_name", "birth_name"),
    *("headline", "organisation_name", "city"),
)
BATCH = 1000

_LEARN = """
INSERT INTO contacts_searchword AS held (word, sound, is_romanised) VALUES %s
ON CONFLICT (word) DO UPDATE SET is_romanised = true
WHERE excluded.is_romanised AND NOT held.is_romanised
"""
_FORGET = """
DELETE FROM contacts_searchword AS held WHERE word = ANY(%s) AND NOT EXISTS (
    SELECT 1 FROM contacts_contact WHERE
        trm_words(search_text) @@ format('1%%s | 3%%s', held.word, held.word)::tsquery
)
"""


def learn_words(*, contact_ids: Sequence[int]) -> None:
    """Take up the words of those people. In a transaction of its own, after theirs: a word that
    two write at once would make one wait for the whole import of the other.
    """
    rows = Contact.objects.filter(pk__in=contact_ids).values_list(*COLUMNS)
    words = {row[0]: row for texts in rows for row in dictionary_of(filter(None, texts))}
    with connection.cursor() as cursor:
        if words:
            execute_values(cursor.cursor, _LEARN, sorted(words.values()), page_size=5000)


def words_of(people: Iterable[Contact]) -> list[str]:
    texts = [getattr(person, name) for person in people for name in COLUMNS]
    return sorted({word for word, _sound, _is in dictionary_of(filter(None, texts))})


def forget_words(words: Sequence[str]) -> int:
    """Drop those that nobody has any more; how many."""
    with connection.cursor() as cursor:
        cursor.execute(_FORGET, [list(words)])
        return int(cursor.rowcount)


def tidy_words() -> int:
    """Drop all that nobody has any more, such as names that were corrected; how many."""
    last, dropped = "", 0
    while True:
        words = list(
            SearchWord.objects.filter(word__gt=last)
            .order_by("word")
            .values_list("word", flat=True)[:BATCH]
        )
        if not words:
            return dropped
        dropped += forget_words(words)
        last = words[-1]
