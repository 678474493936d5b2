"""From what was asked to what the database is asked."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, reduce
from itertools import product
from operator import and_, or_
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse

from contacts.names import BARE_INFIXES
from contacts.searching import near_words, vocabularies
from contacts.searching.expressions import Matches, PersonWords
from contacts.searching.queries import Clause, Query, Term, parse
from contacts.searching.words import NAME, OTHER, REACH, alike
from core.once import once

EVERYTHING = (NAME, REACH, OTHER)
# A telephone number is looked up at once: whoever types four digits of it gets no more than these.
MOST_NUMBERS = 1001
HOME = "31"
Entries = tuple[vocabularies.Vocabulary, list[int]]


class Matcher:
    """A query, and what was looked up for it: each vocabulary is asked once for each term."""

    def __init__(self, query: Query) -> None:
        self.query = near_words.across_scripts(query)

    @cached_property
    def entries(self) -> dict[Term, list[Entries]]:
        """Which entries of which vocabularies each term means."""
        terms = [term for clause in self.query.clauses for term in clause.terms]
        return {term: _entries_of(term) for term in dict.fromkeys(terms)}

    @property
    def looks_elsewhere(self) -> bool:
        """Whether anybody can be found otherwise than by the words of their own row."""
        return any(self._looks_elsewhere(clause) for clause in self.query.wanted)

    def condition(self) -> Q:
        """The people who are found, as a condition on contacts; everybody if nothing is asked."""
        indexed = [one for one in self.query.clauses if not self._looks_elsewhere(one)]
        words = person_query(indexed)
        found = Q(Matches(PersonWords("search_text"), words)) if words else Q()
        for clause in self.query.clauses:
            if self._looks_elsewhere(clause):
                met = reduce(or_, (Q(pk__in=self._finders(term)) for term in clause.terms))
                found &= ~met if clause.is_negated else met
        return reduce(and_, (in_order(clause) for clause in indexed), found)

    def own_condition(self, kinds: Sequence[str], *, is_exact: bool = False) -> Q:
        """Only those found by such words of their own row; what is unwanted counts whole."""
        words = person_query(self.query.wanted, kinds, is_exact=is_exact)
        found = Q(Matches(PersonWords("search_text"), words))
        if self.query.unwanted:
            found &= Matcher(Query("", self.query.unwanted)).condition()
        return reduce(and_, (in_order(one) for one in self.query.wanted), found)

    def _looks_elsewhere(self, clause: Clause) -> bool:
        return any(digits_of(term) or self.entries[term] for term in clause.terms)

    def _finders(self, term: Term) -> QuerySet[Any]:
        """The ids of everybody whom a term finds, wherever it finds them."""
        contacts = apps.get_model("contacts", "Contact")._default_manager.all()
        own = Q(Matches(PersonWords("search_text"), term_query(term)))
        own &= in_order(Clause((term,)))
        elsewhere: list[QuerySet[Any]] = [
            vocabulary.holders(ids).values_list("contact_id", flat=True)
            for vocabulary, ids in self.entries[term]
        ]
        if digits := digits_of(term):
            numbers = numbers_with(digits, term.text).values_list("contact_id", flat=True)
            elsewhere.append(numbers[:MOST_NUMBERS])
        found = contacts.filter(own).values_list("pk", flat=True)
        return found.union(*elsewhere, all=True) if elsewhere else found


def matcher_of(text: str) -> Matcher:
    """What was typed, and what was looked up for it: a list narrows by it and then says why."""
    return once(("contacts.matcher", text), lambda: Matcher(parse(text)))


def person_query(
    clauses: Iterable[Clause], kinds: Sequence[str] = EVERYTHING, *, is_exact: bool = False
) -> str:
    """The clauses as a ``tsquery`` over the words of a person; "" if there are none.

    ``kinds`` are those of words that count. ``is_exact``: no word is only begun.
    """
    asked = []
    for clause in clauses:
        terms = [term_query(term, kinds, is_exact=is_exact) for term in clause.terms]
        whole = " | ".join(term for term in terms if term)
        if whole:
            asked.append(f"!({whole})" if clause.is_negated else f"({whole})")
    return " & ".join(asked)


def term_query(term: Term, kinds: Sequence[str] = EVERYTHING, *, is_exact: bool = False) -> str:
    """One term as a ``tsquery``: any of its spellings among any of those kinds of words."""
    exact = is_exact or term.is_exact
    match term.kind:
        case "phone":
            return _any(_lexeme(kind, term.digits.strip("+"), exact) for kind in kinds)
        case "email":
            return _any(_all(REACH, spelling, exact) for spelling in term.spellings)
        case "phrase":
            return _any(_phrase(*both) for both in product(kinds, term.spellings))
    meant = [
        _lexeme(kind, infix + word, True)
        for kind, word in product(kinds, term.near)
        for infix in term.infixes or ("",)
    ]
    written = [
        one
        for kind, spelling in product(kinds, term.spellings)
        for one in _written(term, kind, spelling, exact)
    ]
    return _any(written + meant)


def _written(term: Term, kind: str, words: Sequence[str], exact: bool) -> Iterator[str]:
    """The ways in which words of one kind may hold what was typed: as it stands or, behind an
    infix, as names hold it (glued) and as a given name or a place does (apart).
    """
    if not term.infixes:
        yield _all(kind, words, exact)
        return
    first, *rest = words
    if kind != OTHER:
        for infix in term.infixes:
            yield _all(kind, (infix + first, *rest), exact)
    for at in range(1, len(term.apart) + 1):
        joined = "".join(term.apart[at:])
        yield _all(kind, (*term.apart[:at], joined + first, *rest), exact)


def _any(queries: Iterable[str]) -> str:
    return " | ".join(dict.fromkeys(queries))


def _all(kind: str, words: Sequence[str], is_exact: bool) -> str:
    """All of the words, of which the last may be begun."""
    last = len(words) - 1
    asked = [_lexeme(kind, word, is_exact or at < last) for at, word in enumerate(words)]
    return asked[0] if len(asked) == 1 else f"({' & '.join(asked)})"


def _lexeme(kind: str, word: str, is_exact: bool) -> str:
    """Words are of letters and digits alone, so there is nothing in them to escape."""
    end = "" if is_exact else ":*"
    asked = [f"'{kind}{one}'{end}" for one in alike(word)]
    return asked[0] if len(asked) == 1 else f"({' | '.join(asked)})"


def _phrase(kind: str, words: Sequence[str]) -> str:
    if kind == NAME:
        words = glued(words)
    return _all(kind, words, is_exact=True)


def glued(words: Sequence[str]) -> list[str]:
    """The words as names stand in ``search_text``: an infix onto the word behind it."""
    found: list[str] = []
    pending = ""
    for word in words:
        if word in BARE_INFIXES:
            pending += word
        else:
            found.append(pending + word)
            pending = ""
    return [*found, pending] if pending else found


def in_order(clause: Clause) -> Q:
    """The words of a phrase must stand behind each other; the index does not know the order."""
    phrases = [
        term for term in clause.terms if term.kind == "phrase" and len(term.spellings[0]) > 1
    ]
    if len(phrases) != len(clause.terms) or clause.is_negated:
        return Q()
    texts = []
    for term in phrases:
        for words in term.spellings:
            texts += [" ".join(NAME + word for word in glued(words))]
            texts += [" ".join(kind + word for word in words) for kind in (REACH, OTHER)]
    return reduce(or_, (Q(search_text__contains=text) for text in texts))


def digits_of(term: Term) -> str:
    """The digits of a telephone number that a term may be part of: four at least."""
    if term.kind == "phone":
        return term.digits
    first = term.spellings[0] if term.spellings else ()
    is_number = len(first) == 1 and first[0].isdigit() and 4 <= len(first[0]) <= 15
    return first[0] if term.kind == "words" and is_number else ""


def _entries_of(term: Term) -> list[Entries]:
    if term.kind not in ("words", "phrase"):
        return []
    words = [*term.apart, *term.spellings[0]]
    if max(map(len, words)) < 2:
        return []
    found = []
    for vocabulary in vocabularies.registered():
        ids = list(vocabulary.entries(words, term.is_exact))
        for word in term.shared:
            ids += vocabulary.entries([word], True)
        if ids:
            found.append((vocabulary, ids))
    return found


def numbers_with(digits: str, typed: str) -> QuerySet[Any]:
    """The telephone numbers that begin or end with what was typed, in any spelling of it. A number
    that we do not know the form of ("0900 2") is kept as it was typed, and found so.
    """
    numbers = apps.get_model("contacts", "PhoneNumber")._default_manager.all()
    if digits.startswith("+"):
        return numbers.filter(Q(number__startswith=digits) | Q(number__startswith=typed))
    bare = digits.removeprefix("0")
    begun = Q(number__startswith=f"+{HOME}{bare}") | Q(number__startswith=digits)
    begun |= Q(number__startswith=typed)
    if not digits.startswith("0"):
        begun |= Q(number__startswith=f"+{digits}")
    return numbers.alias(backwards=Reverse("number")).filter(
        begun | Q(backwards__startswith=bare[::-1])
    )
