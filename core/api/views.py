"""What every endpoint has in common."""

from functools import partial
from typing import Any, ClassVar, Generic, TypeVar

from django.utils import timezone
from rest_framework.exceptions import Throttled
from rest_framework.pagination import BasePagination
from rest_framework.parsers import BaseParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from core.api.etags import etag_of
from core.api.idempotency import answer_once
from core.api.pagination import KeysetPagination, ListParameters
from core.api.parsers import MergePatchParser
from core.api.throttling import Allowance, meter
from core.http import UserApiRequest
from core.models import ApiToken, TimeStampedModel

Row = TypeVar("Row", bound=TimeStampedModel)


class ApiViewSet(GenericViewSet[Row], Generic[Row]):
    """Sign-in by token and scope, the allowance, and safe repeats of each POST.

    ``scope_area`` is the part of a scope before the colon; ``uid`` is called ``id`` outside. What
    is among ``uploads`` takes a file, and so a form (``multipart/form-data``) instead of JSON.
    """

    request: UserApiRequest
    scope_area: ClassVar[str]
    uploads: ClassVar[frozenset[str]] = frozenset()
    lookup_field = "uid"
    lookup_url_kwarg = "id"
    lookup_value_converter = "uuid"
    allowance: Allowance | None = None

    def get_parsers(self) -> list[BaseParser]:
        # Called before `self.request` is DRF's, and before the action is known.
        method = (self.request.method or "").lower() if self.request is not None else ""
        if (self.action_map or {}).get(method) in self.uploads:
            return [MultiPartParser()]
        is_patch = method == "patch"
        return [*super().get_parsers(), *([MergePatchParser()] if is_patch else [])]

    def perform_authentication(self, request: Request) -> None:
        """Also count the request, before it is looked at any further."""
        super().perform_authentication(request)
        if not isinstance(request.auth, ApiToken):
            return
        self.allowance = meter.spend(str(request.auth.uid), now=timezone.now().timestamp())
        if self.allowance is not None and not self.allowance.is_allowed:
            raise Throttled(wait=self.allowance.wait)

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        key = request.headers.get("Idempotency-Key")
        handler = getattr(self, "post", None)
        if request.method == "POST" and key is not None and handler is not None:
            self.post = partial(self._answer_once, handler, key)

    def _answer_once(
        self, handler: Any, key: str, request: UserApiRequest, *args: Any, **kwargs: Any
    ) -> Response:
        return answer_once(
            request=request,
            token=request.auth,
            key=key,
            act=partial(handler, request, *args, **kwargs),
            refuse=self.handle_exception,
        )

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        response = super().finalize_response(request, response, *args, **kwargs)
        response.headers.setdefault("Cache-Control", "private, no-store")
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                response.headers[name] = value
        return response

    def item(self, row: Row, *, status: int = 200) -> Response:
        """The answer that shows one row, with its ETag."""
        return Response(
            self.get_serializer(row).data, status=status, headers={"ETag": etag_of(row)}
        )


class ListMixin(Generic[Row]):
    """A list by cursor. ``narrow`` applies the filters of ``parameters_class``."""

    pagination_class: type[BasePagination] | None = KeysetPagination
    parameters_class: ClassVar[type[ListParameters]] = ListParameters

    def list(self: Any, request: Request) -> Response:
        paginator: KeysetPagination = self.paginator
        values = paginator.begin(
            request, parameters_class=self.parameters_class, resource=self.basename
        )
        queryset = self.get_queryset()
        if "updated_after" in values:
            queryset = queryset.filter(updated_at__gt=values["updated_after"])
        rows = paginator.paginate_queryset(self.narrow(queryset, values), request, view=self)
        return paginator.get_paginated_response(self.get_serializer(rows, many=True).data)

    def narrow(self, queryset: Any, values: dict[str, Any]) -> Any:
        return queryset


class RetrieveMixin:
    def retrieve(self: Any, request: Request, **kwargs: Any) -> Response:
        response: Response = self.item(self.get_object())
        return response
