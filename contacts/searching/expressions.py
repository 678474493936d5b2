"""The expressions that searching indexes: a query is answered by the index only if it asks for the
very same expression.
"""

from typing import Any

from django.contrib.postgres.search import SearchVectorField
from django.db.models import BooleanField, Expression, Func, Value


class PersonWords(Func):
    """The words of ``Contact.search_text`` as a set, by a function that a migration made. It is one
    only to tell the planner what it costs: else that would rather work it out for a million
    rows in the order of their names than sort the ten thousand that the index finds.
    """

    function = "trm_words"
    arity = 1
    output_field = SearchVectorField()


class TextWords(Func):
    """The words of texts that people wrote, without marks, by Dutch and by English stems.

    The two configurations are made by a migration of contacts; they need the columns in one
    order, as the index has them.
    """

    template = (
        "(to_tsvector('trm_dutch'::regconfig, %(expressions)s)"
        " || to_tsvector('trm_english'::regconfig, %(expressions)s))"
    )
    arg_joiner = " || ' ' || "
    output_field = SearchVectorField()


class Matches(Func):
    """Whether a set of words fulfils a query, written as ``tsquery`` does."""

    template = "(%(expressions)s)"
    arg_joiner = " @@ "
    arity = 2
    output_field = BooleanField()

    def __init__(self, words: Expression, query: str, **extra: Any) -> None:
        super().__init__(words, _Query(query), **extra)


class _Query(Value):
    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        return "%s::tsquery", [self.value]
