import json
from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from core.api.errors import BodyTooLarge

MAX_BODY_BYTES = 1_000_000
# Only a body with such an escape can hold what PostgreSQL refuses: NUL, or half a surrogate pair.
_SUSPECT = (b"\\u0000", b"\\ud", b"\\uD")


class StrictJSONParser(BaseParser):
    """JSON as RFC 8259 means it: UTF-8, no NaN, no name twice in an object, text one can keep."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        raw: bytes = stream.read(MAX_BODY_BYTES + 1)
        if len(raw) > MAX_BODY_BYTES:
            raise BodyTooLarge
        try:
            parsed = json.loads(
                raw.decode("utf-8"),
                object_pairs_hook=_unique_names,
                parse_constant=_refuse_constant,
            )
            if any(escape in raw for escape in _SUSPECT):
                _refuse_unkeepable(parsed)
        except (ValueError, RecursionError) as error:
            raise ParseError(
                _("The body cannot be read: %(why)s.") % {"why": _why(error)}
            ) from error
        return parsed


class MergePatchParser(StrictJSONParser):
    """A merge patch (RFC 7396) under its own name. As ``application/json`` it is taken too."""

    media_type = "application/merge-patch+json"


def _unique_names(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError(_("a name stands twice in one object"))
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(_("%(name)s is not a number") % {"name": name})


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return _("it is nested too deep")
    if isinstance(error, UnicodeDecodeError):
        return _("it is not UTF-8")
    if isinstance(error, json.JSONDecodeError):
        place = {"line": error.lineno, "column": error.colno}
        return _("see line %(line)s, column %(column)s") % place
    return str(error)


def _refuse_unkeepable(value: Any) -> None:
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ValueError(_("text may hold neither NUL nor half a surrogate pair"))
    elif isinstance(value, dict):
        for key, held in value.items():
            _refuse_unkeepable(key)
            _refuse_unkeepable(held)
    elif isinstance(value, list):
        for held in value:
            _refuse_unkeepable(held)
