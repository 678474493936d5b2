"""Whom a search finds, the likeliest first; why stands in ``contacts.selectors.why``.

Nothing here sorts all who fit. Each way to look, from the most to the least telling, takes no more
than ``COUNT_LIMIT`` rows, and a way is tried only while there is room left on the page.
"""

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Q
from django.db.models.functions import Collate, Left
from django.utils import timezone

from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.searching import near_words
from contacts.searching.expressions import PersonWords
from contacts.searching.matching import Matcher, person_query
from contacts.searching.queries import Query, parse
from contacts.searching.words import FIRST_WORDS, NAME, REACH
from contacts.selectors.people import COUNT_LIMIT, Count
from contacts.selectors.why import Hit, hits_of
from contacts.skill_query import Asked, asked_in_box, with_skills
from core.models import User


@dataclass(frozen=True)
class People:
    """``meant`` are the words that were looked for where nothing fits what was typed."""

    hits: list[Hit]
    count: Count
    meant: list[str] = field(default_factory=list)


def find_people(user: User, text: str, *, limit: int, counts: bool = True) -> People:
    """The likeliest ``limit`` for what was typed so far. Without ``counts``, a full page is not
    counted any further.
    """
    people = Contact.objects.visible_to(user).active()
    skills = asked_in_box(text)
    if skills:
        return _skilled(people, skills, user, limit)
    query = parse(text)
    if not query.wanted:
        return People([], Count(0, is_more=False))
    matcher = Matcher(query)
    ids, count = _likeliest(people, matcher, limit, counts=counts)
    meant: list[str] = []
    if not ids:
        matcher = Matcher(near_words.forgiving(matcher.query))
        terms = matcher.query.terms
        meant = sorted({word for term in terms for word in (*term.near, *term.shared)})
        if meant:
            ids, count = _likeliest(people, matcher, limit, counts=counts)
    return People(hits_of(ids, matcher, user), count, meant if ids else [])


def _skilled(people: ContactQuerySet, skills: Asked, user: User, limit: int) -> People:
    """Who can do what was asked, as well as was asked, by name."""
    able = with_skills(people, skills, today=timezone.localdate())
    matcher = Matcher(parse(" ".join(one.name for together in skills for one in together)))
    return People(hits_of(_first(able, limit), matcher, user), _counted(able))


def suggestions(people: ContactQuerySet, words: str, *, limit: int) -> list[Contact]:
    """The likeliest of ``people`` for what was typed so far."""
    query = parse(words)
    ids: list[int] = []
    if query.wanted:
        ids, _count = _likeliest(people, Matcher(query), limit, counts=False)
    found = people.in_bulk(ids)
    return [found[pk] for pk in ids if pk in found]


def _likeliest(
    people: ContactQuerySet, matcher: Matcher, limit: int, *, counts: bool
) -> tuple[list[int], Count]:
    """Whose name it is, whose name begins so, whom it reaches, who else is found by it.

    A name that many begin with is never looked up among all its bearers: the walks give the page.
    Else one look gives everybody, ordered and counted; only where that is cut off are names asked
    for alone, lest other words crowd them out.
    """
    walks = _Walks(people, matcher.query)
    ids = dict.fromkeys(pk for one in (*walks.whole, *walks.begun) for pk in _pks(one, limit))
    if len(ids) >= limit and (not counts or walks.are_many()):
        return list(ids)[:limit], Count(COUNT_LIMIT, is_more=True)
    found, count = _met(people, matcher, limit)
    if count.is_more and len(ids) < limit:
        for is_exact in (True, False):
            named = people.filter(matcher.own_condition((NAME,), is_exact=is_exact))
            ids.update(dict.fromkeys(_first(named, limit)))
    ids.update(dict.fromkeys(found))
    return list(ids)[:limit], count


class _Walks:
    """People in the order of an index of names, from where what was typed would stand: as many as
    are wanted cost as little among a million as among ten.

    A lone word may be a family name; words in their order may be a name from its beginning.
    """

    def __init__(self, people: ContactQuerySet, query: Query) -> None:
        words = _words_in_order(query)
        self.whole: list[ContactQuerySet] = []
        self.begun: list[ContactQuerySet] = []
        if len(words) == 1:
            is_theirs = Q(sort_key__gte=words[0], sort_key__lt=f"{words[0]}-")
            self.whole.append(people.filter(is_theirs).in_name_order())
            self.begun.append(people.filter(sort_key__startswith=words[0]).in_name_order())
        typed = " ".join(NAME + word for word in words)
        if words and len(typed) < FIRST_WORDS:
            beginning = Collate(Left("search_text", FIRST_WORDS), "C")
            in_order = people.alias(first_words=beginning).order_by("first_words")
            self.whole.append(in_order.filter(first_words__startswith=f"{typed} "))
            self.begun.append(in_order.filter(first_words__startswith=typed))

    def are_many(self) -> bool:
        """Whether one of them alone is longer than we count."""
        return any(_counted(people).is_more for people in self.begun)


def _words_in_order(query: Query) -> list[str]:
    """The words that were typed, if nothing else was and each can be written in one way only."""
    words = []
    for clause in query.clauses:
        term = clause.terms[0]
        is_lone = len(clause.terms) == 1 and not clause.is_negated
        if not is_lone or term.kind != "words" or len(term.infixes) > 1:
            return []
        if len(term.spellings[0]) > 1:
            return []
        words.append("".join((*term.infixes, term.spellings[0][0])))
    return words


def _pks(people: ContactQuerySet, limit: int) -> list[int]:
    return list(people.values_list("pk", flat=True)[:limit])


def _met(people: ContactQuerySet, matcher: Matcher, limit: int) -> tuple[list[int], Count]:
    """The likeliest of those met first, and how many were met. Walled off from the sort, or the
    planner would walk the names of everybody to save itself the sorting.
    """
    words = PersonWords("search_text")
    met = people.filter(matcher.condition()).order_by()
    asked = met.values_list("pk", "sort_key", words)[: COUNT_LIMIT + 1]
    ranks = [
        person_query(matcher.query.wanted, (NAME,), is_exact=True),
        person_query(matcher.query.wanted, (NAME,)),
        person_query(matcher.query.wanted, (NAME, REACH)),
    ]
    rows = _ask(
        asked,
        "SELECT pk, count(*) OVER () FROM met ORDER BY CASE "
        "WHEN words @@ %s::tsquery THEN 0 WHEN words @@ %s::tsquery THEN 1 "
        "WHEN words @@ %s::tsquery THEN 2 ELSE 3 END, sort_key, pk LIMIT %s",
        [*ranks, limit],
        columns="pk, sort_key, words",
    )
    number = rows[0][1] if rows else 0
    return [pk for pk, _number in rows], Count(min(number, COUNT_LIMIT), number > COUNT_LIMIT)


def _first(people: ContactQuerySet, limit: int) -> list[int]:
    """Those first by name of the ``COUNT_LIMIT`` that come first to hand."""
    met = people.order_by().values_list("pk", "sort_key")[:COUNT_LIMIT]
    statement = "SELECT pk FROM met ORDER BY sort_key, pk LIMIT %s"
    return [pk for (pk,) in _ask(met, statement, [limit], columns="pk, sort_key")]


def _ask(met: Any, statement: str, parameters: list[Any], *, columns: str) -> list[Any]:
    try:
        sql, values = met.query.sql_with_params()
    except EmptyResultSet:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH met ({columns}) AS MATERIALIZED ({sql}) {statement}",
            [*values, *parameters],
        )
        return list(cursor.fetchall())


def _counted(people: ContactQuerySet) -> Count:
    found = people.order_by().values("pk")[: COUNT_LIMIT + 1].count()
    return Count(min(found, COUNT_LIMIT), found > COUNT_LIMIT)
