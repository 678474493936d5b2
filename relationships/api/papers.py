"""The papers of an engagement in the API: what was signed, and what was checked."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.http import Http404
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from contacts.api.files import FILE, FileRenderer, download
from contacts.tasks import hurry_documents
from core.api.etags import unchanged
from core.api.fields import (
    NullableTextField,
    OpenChoiceField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.http import UserApiRequest
from core.permissions import require
from relationships.api.of_contacts import OfContactParameters, OfContactViewSet, of_people_we_know
from relationships.api.serializers import OwnerSerializer
from relationships.models import Engagement, Paper
from relationships.services import papers as services

SEE = "contacts.view_confidential"
CHANGE = "contacts.change_contact"


class OfEngagementSerializer(StrictSerializer):
    engagement = UidField(queryset=Engagement.objects.none())

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            rows = Engagement.objects.visible_to(user).of_people_we_know()
            fields["engagement"].queryset = rows.select_related("contact")
        return fields


class PaperSerializer(serializers.Serializer[Paper]):
    """A paper is a file (`document`), or an identity that was checked (`checked_on`)."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    engagement = UidField(read_only=True)
    contact = UidField(source="engagement.contact", read_only=True)
    kind = OpenChoiceField(choices=Paper.Kind.choices, read_only=True)
    document = UidField(
        read_only=True, allow_null=True, help_text="The file, with its versions: `/documents`."
    )
    checked_on = serializers.DateField(read_only=True, allow_null=True)
    checked_by = OwnerSerializer(read_only=True, allow_null=True)
    expires_on = serializers.DateField(
        source="valid_until", read_only=True, allow_null=True, help_text="The last day it is valid."
    )
    basis = serializers.CharField(
        read_only=True, help_text="The law that asks for a copy of an identity document."
    )
    note = serializers.CharField(read_only=True)


class NewPaperSerializer(OfEngagementSerializer):
    kind = OpenChoiceField(choices=Paper.Kind.choices)
    file = serializers.FileField(max_length=400)
    expires_on = serializers.DateField(required=False)
    basis = serializers.CharField(
        max_length=200,
        required=False,
        allow_blank=True,
        help_text="Only for a copy of an identity document of an employee: the law that asks it.",
    )
    note = serializers.CharField(max_length=300, required=False, allow_blank=True)


class NewCheckSerializer(OfEngagementSerializer):
    checked_on = serializers.DateField()
    expires_on = serializers.DateField(
        required=False, allow_null=True, help_text="The document that was shown is valid until."
    )
    note = NullableTextField(max_length=300)


class PaperParameters(OfContactParameters):
    engagement = serializers.UUIDField(required=False, help_text="Of this engagement.")
    kind = serializers.ChoiceField(
        choices=Paper.Kind.values, required=False, help_text="Of this kind."
    )
    expiring_by = serializers.DateField(
        required=False, help_text="Valid until this day at most, or not any more."
    )


class PaperViewSet(OfContactViewSet[Paper]):
    """Papers of the engagements of contacts of whom the token's user may see what is confidential.
    Of an identity is kept that it was checked: no number, and a copy only where a law asks for it.
    """

    uploads: ClassVar[frozenset[str]] = frozenset({"create"})
    queryset = Paper.objects.none()
    serializer_class = PaperSerializer
    parameters_class = PaperParameters
    filters: ClassVar[dict[str, str]] = {
        "contact": "engagement__contact__uid",
        "engagement": "engagement__uid",
        "kind": "kind",
    }

    def get_queryset(self) -> models.QuerySet[Paper]:
        require(self.request.user, SEE)
        rows = Paper.objects.visible_to(self.request.user).kept()
        rows = of_people_we_know(rows, by="engagement__contact")  # type: ignore[assignment]
        return rows.select_related("engagement__contact", "document", "checked_by")

    def narrow(
        self, queryset: models.QuerySet[Paper], values: dict[str, Any]
    ) -> models.QuerySet[Paper]:
        if "expiring_by" in values:
            until = values["expiring_by"]
            queryset = queryset.filter(
                Q(document=None, expires_on__lte=until) | Q(document__expires_on__lte=until)
            )
        return super().narrow(queryset, values)

    @extend_schema(
        summary="Add a paper", request=NewPaperSerializer, responses={201: PaperSerializer}
    )
    def create(self, request: UserApiRequest) -> Response:
        """Send a file as `multipart/form-data`; it is kept as a document of the contact, and is
        confidential unless it is a certificate. A copy of an identity document of who is no
        employee, or without the law that asks for it, is a 409.
        """
        sent = self._sent(NewPaperSerializer)
        made = services.add_paper(actor=request.user, upload=sent.pop("file"), **sent)
        hurry_documents()
        return self.made(made)

    @extend_schema(
        operation_id="papers_identity_checks",
        summary="Record that an identity was checked",
        request=NewCheckSerializer,
        responses={201: PaperSerializer},
    )
    @action(detail=False, methods=["post"], url_path="identity-checks", url_name="identity-checks")
    def identity_checks(self, request: UserApiRequest) -> Response:
        """By the token's user, on a day that is past."""
        sent = self._sent(NewCheckSerializer)
        return self.made(services.record_identity_check(actor=request.user, **sent))

    @extend_schema(
        summary="Remove a paper",
        responses={204: OpenApiResponse(description="It is there no more.")},
    )
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        """A file can be brought back in the browser for thirty days; a check is gone."""
        row = self.get_object()
        require(request.user, CHANGE, row.engagement.contact)
        with unchanged(row, request):
            services.remove_paper(paper=row, actor=request.user)
        return Response(status=204)

    @extend_schema(operation_id="papers_file", summary="Download a paper", responses=FILE)
    @action(detail=True, pagination_class=None, renderer_classes=[JSONRenderer, FileRenderer])
    def file(self, request: UserApiRequest, id: UUID) -> HttpResponseBase:
        """The last version of its document; 404 of a check. Who read it is written down."""
        row = self.get_object()
        if row.document is None:
            raise Http404
        return download(row.document, request)

    def _sent(self, serializer_class: type[OfEngagementSerializer]) -> dict[str, Any]:
        require(self.request.user, SEE)
        sent = dict(self.checked(serializer_class))
        for permission in (SEE, CHANGE):
            require(self.request.user, permission, sent["engagement"].contact)
        return sent
