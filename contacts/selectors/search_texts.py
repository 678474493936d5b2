"""What colleagues wrote in which something is found, the newest first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import combinations
from operator import attrgetter
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet

from contacts.models import Contact
from contacts.searching.expressions import Matches, PersonWords, TextWords
from contacts.searching.marking import Marked, snippet
from contacts.searching.matching import person_query
from contacts.searching.queries import Query, parse
from contacts.searching.texts import TextQuery, TextSource, sources_for, text_query
from contacts.selectors.people import COUNT_LIMIT, Count
from core.models import User

SHORTEST = 3
PATIENCE_MS = 700
MOST_SPLIT = 3


@dataclass(frozen=True)
class TextHit:
    source: TextSource
    contact: Contact
    at: datetime
    text: Marked


@dataclass(frozen=True)
class Texts:
    hits: list[TextHit]
    count: Count


def find_texts(user: User, text: str, *, limit: int) -> Texts:
    """The newest ``limit`` of all kinds. A word of the query may stand in the text or be one of
    the person it is about, as long as one stands in the text.
    """
    query = parse(text)
    if not any(len(term.text) >= SHORTEST for term in query.terms):
        return Texts([], Count(0, is_more=False))
    asked = text_query(query)
    if asked is None:
        return Texts([], Count(0, is_more=False))
    hits: list[TextHit] = []
    total = 0
    for source in sources_for(user):
        found = _of(source, user, query, asked, limit)
        total += found.count.number + found.count.is_more
        hits += found.hits
    hits.sort(key=lambda hit: hit.at, reverse=True)
    return Texts(hits[:limit], Count(min(total, COUNT_LIMIT), total > COUNT_LIMIT))


def _of(source: TextSource, user: User, query: Query, asked: TextQuery, limit: int) -> Texts:
    rows = source.rows(user)
    words = TextWords(*source.columns)
    found = _met(rows.filter(Matches(words, asked.whole)), source)
    if len(query.wanted) > 1 and len(found) < limit:
        wider = [rows.filter(condition) for condition in _splits(source, query, asked)]
        found = list(dict.fromkeys([*found, *_patiently(wider, source)]))
    total = len(found)
    ids = [pk for pk, _at in sorted(found, key=lambda one: one[1], reverse=True)[:limit]]
    return Texts(
        _hits(source, rows.filter(pk__in=ids), query, asked),
        Count(min(total, COUNT_LIMIT), total > COUNT_LIMIT),
    )


def _met(rows: QuerySet[Any], source: TextSource) -> list[tuple[int, datetime]]:
    """No more than ``COUNT_LIMIT`` and one, those that come first to hand."""
    return list(rows.order_by().values_list("pk", source.at)[: COUNT_LIMIT + 1])


def _splits(source: TextSource, query: Query, asked: TextQuery) -> Iterator[Q]:
    """The ways to find some clauses in the text and the others in the words of its person. Each
    way by itself, so that the rarer side can lead.
    """
    parts = [one for one in zip(query.wanted, asked.parts, strict=True) if one[1]]
    sizes = range(1, len(parts)) if len(parts) <= MOST_SPLIT else (1, len(parts) - 1)
    for size in sizes:
        for chosen in combinations(range(len(parts)), size):
            text = " & ".join(f"({parts[at][1]})" for at in chosen)
            text = f"{text} & {asked.unwanted}" if asked.unwanted else text
            others = [clause for at, (clause, _part) in enumerate(parts) if at not in chosen]
            person = Matches(PersonWords("search_text"), person_query(others))
            yield Q(Matches(TextWords(*source.columns), text)) & Q(
                **{f"{source.contact or 'pk'}__in": Contact.objects.filter(person).values("pk")}
            )


def _patiently(ways: list[QuerySet[Any]], source: TextSource) -> list[tuple[int, datetime]]:
    """Words that stand in half of all texts make this long: then the shorter way must do."""
    found: list[tuple[int, datetime]] = []
    if not ways:
        return found
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [str(PATIENCE_MS)])
            for rows in ways:
                found += _met(rows, source)
            cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    except OperationalError:
        pass
    return found


def _hits(source: TextSource, rows: QuerySet[Any], query: Query, asked: TextQuery) -> list[TextHit]:
    return [
        TextHit(
            source=source,
            contact=attrgetter(source.contact.replace("__", "."))(row) if source.contact else row,
            at=getattr(row, source.at),
            text=snippet(
                " · ".join(filter(None, (str(getattr(row, one)) for one in source.columns))),
                query.terms,
                asked.stems,
            ),
        )
        for row in (rows.select_related(source.contact) if source.contact else rows)
    ]
