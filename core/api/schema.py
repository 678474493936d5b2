"""The OpenAPI document: drf-spectacular, told what holds for every endpoint of ours."""

import json
from functools import cache
from typing import Any

from django.utils import translation
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import Direction, OpenApiParameter
from rest_framework.parsers import MultiPartParser

from core.api import problems
from core.api.parsers import StrictJSONParser

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="A name of your own for this request, such as a UUID. Sent again within 24 hours "
    "with the same body, it gets the same answer, and nothing is done twice.",
)
IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    description="The ETag of the item as you read it: if it has changed since, 412.",
)
IF_NONE_MATCH = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="`*`: only if it does not exist yet, else 412.",
)
SUMMARIES = {
    "list": "List {plural}",
    "retrieve": "Read a {singular}",
    "create": "Create a {singular}",
    "partial_update": "Change a {singular}",
}
ALWAYS = (400, 401, 403, 406, 429, 500)


class ApiAutoSchema(AutoSchema):
    def map_parsers(self) -> list[str]:
        if getattr(self.view, "action", "") in self.view.uploads:  # type: ignore[attr-defined]
            return [MultiPartParser.media_type]
        # A merge patch may also come under its own name; generated clients need only one.
        return [StrictJSONParser.media_type]

    def get_tags(self) -> list[str]:
        return [self._plural()]

    def get_summary(self) -> str | None:
        words = SUMMARIES.get(getattr(self.view, "action", ""))
        singular = self._plural().removesuffix("s")
        return words and words.format(singular=singular, plural=self._plural())

    def get_description(self) -> str:  # type: ignore[override]
        return " ".join(super().get_description().split())

    def get_override_parameters(self) -> list[Any]:
        match self.method:
            case "GET" if self._is_list_view():
                return [self.view.parameters_class]  # type: ignore[attr-defined]
            case "POST" if "{" in self.path:
                return [IDEMPOTENCY_KEY, IF_MATCH]
            case "POST":
                return [IDEMPOTENCY_KEY]
            case "PUT":
                return [IF_MATCH, IF_NONE_MATCH]
            case "PATCH":
                return [IF_MATCH]
        return []

    def _get_request_body(self, direction: Direction = "request") -> dict[str, Any] | None:
        body: dict[str, Any] | None = super()._get_request_body(direction)
        if body is not None:
            body["required"] = True
        return body

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        responses: dict[str, Any] = super()._get_response_bodies(direction)
        for status in self._problem_statuses():
            responses[str(status)] = problem_response(status)
        return responses

    def _problem_statuses(self) -> list[int]:
        statuses = [*ALWAYS]
        if "{" in self.path:
            statuses.append(404)
        if self.method != "GET":
            statuses += [409, 415, 422]
        if any(IF_MATCH is parameter for parameter in self.get_override_parameters()):
            statuses.append(412)
        return sorted(statuses)

    def _plural(self) -> str:
        segments: list[str] = self._tokenize_path()
        return segments[0]


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = "core.api.authentication.TokenAuthentication"
    name = "bearer"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "A token made under Settings, API tokens: `Bearer trm_…`.",
        }


def problem_response(status: int) -> dict[str, Any]:
    kind = problems.problem_type(status)
    return {
        "description": str(kind.title),
        "content": {problems.CONTENT_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }


def complete(result: dict[str, Any], **_generator: Any) -> dict[str, Any]:
    """Last touches: the problems; and in answers every field is there, null or not."""
    schemas = result["components"]["schemas"]
    for name, schema in schemas.items():
        is_answer = not name.endswith("Request") and not name.startswith("Paginated")
        if is_answer and "properties" in schema:
            schema["required"] = list(schema["properties"])
    for operations in result["paths"].values():
        for operation in operations.values():
            for parameter in operation.get("parameters", ()):
                # drf-spectacular's own mark, which nobody else understands.
                parameter["schema"].pop("x-spec-enum-id", None)
                # Generated clients send a default that they know of; beside a cursor that is a 400.
                default = parameter["schema"].pop("default", None)
                if default is not None:
                    parameter["description"] += f" Else {json.dumps(default)}."
    schemas["Problem"] = _PROBLEM
    schemas["FieldProblem"] = _FIELD_PROBLEM
    return result


@cache
def document() -> dict[str, Any]:
    """The document, in English, made once per process."""
    with translation.override("en"):
        made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
    return made


def _text(description: str, **more: str) -> dict[str, str]:
    return {"type": "string", "description": description, **more}


_FIELD_PROBLEM = {
    "type": "object",
    "description": "One thing that is wrong with what was sent.",
    "required": ["pointer", "code", "detail"],
    "properties": {
        "pointer": _text(
            "Where: a JSON Pointer into the body (`/emails/0/address`; empty: the whole), or "
            "`?name` for a query parameter."
        ),
        "code": _text("Stable; for programs."),
        "detail": _text("For people, in the language of Accept-Language."),
    },
}
_PROBLEM = {
    "type": "object",
    "description": "Every failure, as RFC 9457 has it.",
    "required": [
        "type",
        "title",
        "status",
        "detail",
        "instance",
        "code",
        "request_id",
        "errors",
    ],
    "properties": {
        "type": _text("The kind of problem; the address of its explanation.", format="uri"),
        "title": _text("The kind of problem, for people."),
        "status": {"type": "integer", "description": "The HTTP status."},
        "detail": _text("What went wrong this time, for people."),
        "instance": _text("The address that was asked.", format="uri-reference"),
        "code": _text("What went wrong, for programs: stable, and more may come."),
        "request_id": _text("Quote it when you ask us what happened."),
        "context": {
            "type": "object",
            "additionalProperties": True,
            "description": "Left out where there is none: what else there is to know, by `code`. "
            "With `held_by_colleague`: `owner` (`id`, `name`), `held_until` and `days_left`; send "
            "`override_reason` to go on all the same.",
        },
        "errors": {
            "type": "array",
            "items": {"$ref": "#/components/schemas/FieldProblem"},
            "description": "Field by field, where that is what is wrong.",
        },
    },
}
