"""Pages by keyset on ``(updated_at, id)``: fast however deep, and steady under inserts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api.errors import CursorInvalid, CursorNotAlone, ParameterInvalid
from core.api.fields import UtcDateTimeField

DEFAULT_LIMIT = 100
MAX_LIMIT = 500
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")
_MICROSECOND = timedelta(microseconds=1)


def microseconds(moment: datetime) -> int:
    """Since 1970, in UTC; whole, as PostgreSQL keeps them."""
    return (moment - _EPOCH) // _MICROSECOND


class ListParameters(serializers.Serializer[Any]):
    """What every list takes. A parameter that a list does not know is refused, not ignored: a
    filter with a slip of the pen would otherwise answer with everything.
    """

    limit = serializers.IntegerField(
        min_value=1,
        max_value=MAX_LIMIT,
        default=DEFAULT_LIMIT,
        help_text="How many items a page holds at most.",
    )
    cursor = serializers.CharField(
        required=False,
        help_text="`next_cursor` of the page before. It carries filters and limit: send it alone.",
    )
    include_total = serializers.BooleanField(
        default=False, help_text="Count all items that match, in `total`. Costs time."
    )
    updated_after = UtcDateTimeField(
        required=False,
        help_text="Only items changed after this moment (ISO 8601, best in UTC with `Z`). For "
        "simple clients: an item that is being saved while you read can be missed.",
    )

    def to_internal_value(self, data: Any) -> Any:
        unknown = [name for name in data if name not in self.fields]
        if unknown:
            message = _("There is no such parameter here.")
            raise ParameterInvalid(
                {name: [ErrorDetail(message, code="unknown_parameter")] for name in unknown}
            )
        return super().to_internal_value(data)


@dataclass(frozen=True, kw_only=True)
class Cursor:
    """Where a walk stands, and what it is a walk of: the parameters it was begun with."""

    resource: str
    parameters: Mapping[str, str]
    updated_at: datetime
    pk: int

    def encode(self) -> str:
        held = [self.resource, dict(self.parameters), microseconds(self.updated_at), self.pk]
        return signing.dumps(held, salt="core.api.cursor", compress=True)

    @classmethod
    def decode(cls, text: str, *, resource: str) -> "Cursor":
        try:
            held = signing.loads(text, salt="core.api.cursor")
        except signing.BadSignature as error:
            raise CursorInvalid from error
        if held[0] != resource:
            raise CursorInvalid
        at = _EPOCH + held[2] * _MICROSECOND
        return cls(resource=resource, parameters=held[1], updated_at=at, pk=held[3])


class KeysetPagination(BasePagination):
    """``begin`` reads the parameters, or those that the cursor carries; the rest is DRF's."""

    def begin(
        self, request: Request, *, parameters_class: type[ListParameters], resource: str
    ) -> dict[str, Any]:
        """Return the parameters as valid values."""
        self.request = request
        self.resource = resource
        self.after: Cursor | None = None
        sent = _single_values(request)
        if "cursor" in sent:
            if len(sent) > 1:
                raise CursorNotAlone
            self.after = Cursor.decode(sent["cursor"], resource=resource)
        self.parameters = self.after.parameters if self.after else sent
        checked = parameters_class(data=self.parameters)
        if not checked.is_valid():
            raise ParameterInvalid(checked.errors)
        values: dict[str, Any] = checked.validated_data
        self.values = values
        return values

    def paginate_queryset(  # type: ignore[override]
        self, queryset: models.QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        """Up to ``limit`` rows. One more is read, to know whether a page follows."""
        limit = self.values["limit"]
        self.total = queryset.count() if self.values["include_total"] else None
        rows = list(self._behind(queryset).order_by("updated_at", "pk")[: limit + 1])
        self.next_cursor: str | None = None
        if len(rows) > limit:
            rows = rows[:limit]
            self.next_cursor = Cursor(
                resource=self.resource,
                parameters=self.parameters,
                updated_at=rows[-1].updated_at,
                pk=rows[-1].pk,
            ).encode()
        return rows

    def _behind(self, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        if self.after is None:
            return queryset
        at, pk = self.after.updated_at, self.after.pk
        # The first condition adds nothing to the meaning; PostgreSQL seeks the index by it.
        return queryset.filter(
            Q(updated_at__gt=at) | Q(updated_at=at, pk__gt=pk), updated_at__gte=at
        )

    def get_paginated_response(self, data: Any) -> Response:
        body = {"data": data, "next_cursor": self.next_cursor}
        if self.total is not None:
            body["total"] = self.total
        response = Response(body)
        if self.next_cursor is not None:
            url = self.request.build_absolute_uri(f"{self.request.path}?cursor={self.next_cursor}")
            response["Link"] = f'<{url}>; rel="next"'
        return response

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["data", "next_cursor"],
            "properties": {
                "data": schema,
                "next_cursor": {
                    "type": ["string", "null"],
                    "description": "Send it as `cursor` for the next page; null on the last one.",
                },
                "total": {
                    "type": "integer",
                    "description": "How many items match; only with `include_total=true`.",
                },
            },
        }


def _single_values(request: Request) -> dict[str, str]:
    repeated = [name for name, values in request.query_params.lists() if len(values) > 1]
    if repeated:
        message = _("Send this parameter once.")
        raise ParameterInvalid({name: [message] for name in repeated})
    return {name: str(request.query_params[name]) for name in request.query_params}
