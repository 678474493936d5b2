"""Texts that colleagues wrote about people, as far as the reader may see them.

An app registers its texts in ``apps.ready()``. They are searched where they stand, by an index over
``TextWords`` of their columns, and through the app's own ``visible_to``: whoever may not read a
text neither finds it nor finds one more counted.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.functional import Promise

from contacts.searching.queries import Clause, Query, Term
from core.models import User


@dataclass(frozen=True, kw_only=True)
class TextSource:
    """One kind of text.

    ``rows(user)`` are those that ``user`` may read; where the index is partial, under its
    condition. ``columns`` are those of the index, in its order. ``contact`` leads to the person
    ("" if the row is one), ``at`` is when it was written. ``fragment`` is put behind the address
    of the person.
    """

    key: str
    label: str | Promise
    icon: str
    rows: Callable[[User], QuerySet[Any]]
    columns: tuple[str, ...]
    at: str
    contact: str = "contact"
    fragment: str = ""
    permission: str = ""
    position: int = 50


_sources: dict[str, TextSource] = {}
_LEXEME = re.compile(r"'((?:[^']|'')+)'")


def register(source: TextSource) -> None:
    _sources[source.key] = source


def sources_for(user: User) -> list[TextSource]:
    may = [one for one in _sources.values() if not one.permission or user.has_perm(one.permission)]
    return sorted(may, key=lambda one: one.position)


@dataclass(frozen=True)
class TextQuery:
    """A query in the form in which texts are asked.

    ``whole`` is what one text must fulfil, ``parts`` are its wanted clauses alone, in their
    order ("" for one of stop words only), ``unwanted`` the others; ``stems`` what to mark.
    """

    whole: str
    parts: tuple[str, ...]
    unwanted: str
    stems: tuple[str, ...]


def text_query(query: Query) -> TextQuery | None:
    """The query by Dutch and by English stems; None if it asks for nothing that texts can hold."""
    clauses = [*query.wanted, *query.unwanted]
    if not query.wanted:
        return None
    statements, parameters = zip(*(_statement(clause) for clause in clauses), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(statements)}", list(chain(*parameters)))
        answers = [str(answer) for answer in cursor.fetchone() or ()]
    parts = tuple(answers[: len(query.wanted)])
    unwanted = " & ".join(f"!({one})" for one in answers[len(query.wanted) :] if one)
    asked = [f"({part})" for part in parts if part]
    if not asked:
        return None
    stems = {stem.replace("''", "'") for part in parts for stem in _LEXEME.findall(part)}
    whole = " & ".join([*asked, unwanted] if unwanted else asked)
    return TextQuery(whole, parts, unwanted, tuple(sorted(stems)))


def _statement(clause: Clause) -> tuple[str, list[str]]:
    terms = [_of_term(term) for term in clause.terms]
    return (
        f"({' || '.join(statement for statement, _ in terms)})::text",
        [parameter for _, parameters in terms for parameter in parameters],
    )


def _of_term(term: Term) -> tuple[str, list[str]]:
    """A word may be begun; what has stop words in one of the languages counts in neither."""
    if term.kind == "words" and not term.is_exact:
        quoted = term.text.replace("\\", " ").replace("'", "''")
        function, asked = "to_tsquery", f"'{quoted}':*"
    else:
        function, asked = "phraseto_tsquery", term.text
    dutch, english = (f"{function}('trm_{language}', %s)" for language in ("dutch", "english"))
    statement = (
        f"CASE WHEN numnode({dutch}) = 0 OR numnode({english}) = 0 THEN ''::tsquery "
        f"ELSE {dutch} || {english} END"
    )
    return statement, [asked] * 4
