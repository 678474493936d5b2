"""The OpenAPI document as a page can show it: one entry per thing that can be done."""

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from core.api import schema


@dataclass(frozen=True, kw_only=True)
class Field:
    """``name`` of a part of a part is written ``emails[].address``."""

    name: str
    kind: str
    text: SafeString
    is_required: bool


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Operation:
    key: str
    method: str
    path: str
    title: str
    text: SafeString
    parameters: list[Field]
    sent: list[Field]
    answered: list[Field]
    answers: list[Answer]
    example: str


@cache
def chapters() -> dict[str, list[Operation]]:
    """The operations by what they are about, in the order of the document."""
    found: defaultdict[str, list[Operation]] = defaultdict(list)
    for path, methods in schema.document()["paths"].items():
        for method, operation in methods.items():
            found[operation["tags"][0]].append(_operation(path, method.upper(), operation))
    return dict(found)


def _operation(path: str, method: str, operation: dict[str, Any]) -> Operation:
    content = _json(operation.get("requestBody", {}))
    responses = operation["responses"]
    good = min(responses)
    return Operation(
        key=operation["operationId"],
        method=method,
        path=path,
        title=operation["summary"],
        text=_marked_up(operation["description"]),
        parameters=[
            Field(
                name=parameter["name"],
                kind=f"{parameter['in']}, {_kind(parameter['schema'])}",
                text=_marked_up(parameter.get("description", "")),
                is_required=parameter.get("required", False),
            )
            for parameter in operation.get("parameters", ())
        ],
        sent=_fields(content.get("schema", {}), skip_read_only=True),
        answered=_fields(_json(responses[good]).get("schema", {})),
        answers=[
            Answer(status=status, text=response["description"])
            for status, response in sorted(responses.items())
        ],
        example=_curl(path, method, content),
    )


def _json(held: dict[str, Any]) -> dict[str, Any]:
    """The part of a request or an answer that is JSON; a vCard or an empty answer has none."""
    described: dict[str, Any] = held.get("content", {}).get("application/json", {})
    return described


def _fields(
    described: dict[str, Any], *, skip_read_only: bool = False, prefix: str = "", depth: int = 0
) -> list[Field]:
    described = _resolved(described)
    fields = []
    for name, held in described.get("properties", {}).items():
        if skip_read_only and held.get("readOnly"):
            continue
        fields.append(
            Field(
                name=prefix + name,
                kind=_kind(held),
                text=_marked_up(held.get("description", "")),
                is_required=name in described.get("required", ()),
            )
        )
        inner = held.get("items", held)
        if depth < 3 and _resolved(inner).get("properties"):
            below = f"{prefix}{name}{'[]' if 'items' in held else ''}."
            fields += _fields(inner, skip_read_only=skip_read_only, prefix=below, depth=depth + 1)
    return fields


def _resolved(described: dict[str, Any]) -> dict[str, Any]:
    """What a reference, alone or among null, points to."""
    for option in (described, *described.get("allOf", ()), *described.get("oneOf", ())):
        if "$ref" in option:
            name = option["$ref"].rpartition("/")[2]
            resolved: dict[str, Any] = schema.document()["components"]["schemas"][name]
            return resolved
    return described


def _kind(described: dict[str, Any]) -> str:
    if "items" in described:
        return f"list of {_kind(described['items'])}"
    if "enum" in described:
        return " | ".join(str(value) for value in described["enum"])
    kinds = described.get("type") or _resolved(described).get("type", "object")
    named = " or ".join(kinds) if isinstance(kinds, list) else str(kinds)
    if any("null" in str(option.get("type")) for option in described.get("oneOf", ())):
        named += " or null"
    return named.replace("string", described.get("format", "string"))


def _marked_up(text: str) -> SafeString:
    """All of Markdown that descriptions use: code between backticks."""
    return format_html_join(
        "",
        "{}",
        (
            (format_html("<code>{}</code>", part) if number % 2 else part,)
            for number, part in enumerate(text.split("`"))
        ),
    )


def _curl(path: str, method: str, content: dict[str, Any]) -> str:
    lines = [f"curl {settings.BASE_URL}{path}", '-H "Authorization: Bearer $TOKEN"']
    if method != "GET":
        lines[0] = lines[0].replace("curl", f"curl -X {method}")
        examples: dict[str, Any] = content.get("examples", {})
        example: Any = next((one["value"] for one in examples.values()), {})
        lines.append('-H "Content-Type: application/json"')
        lines.append(f"-d '{json.dumps(example, ensure_ascii=False, indent=2)}'")
    return " \\\n  ".join(lines)
