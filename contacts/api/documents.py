"""Documents in the API: files about a contact, each with the versions that it had."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Prefetch
from django.http.response import HttpResponseBase
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from contacts.api.files import FILE, FileRenderer, download
from contacts.models import Contact, Document, DocumentVersion
from contacts.services import documents as services
from contacts.tasks import hurry_documents
from core.api.etags import unchanged
from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require

CHANGE = "contacts.change_contact"


class DocumentVersionSerializer(serializers.Serializer[DocumentVersion]):
    number = serializers.IntegerField(read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    file_name = serializers.CharField(read_only=True)
    file_format = OpenChoiceField(choices=DocumentVersion.Format.choices, read_only=True)
    size = serializers.IntegerField(read_only=True, help_text="In bytes.")


class DocumentSerializer(StrictSerializer):
    """A file about a contact. Its last version counts; those before it stay to be read."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(read_only=True)
    kind = OpenChoiceField(choices=Document.Kind.choices)
    title = serializers.CharField(max_length=150)
    expires_on = serializers.DateField(
        required=False, allow_null=True, help_text="The last day on which it is valid."
    )
    is_confidential = serializers.BooleanField(
        read_only=True, help_text="Told only to who may see what is confidential."
    )
    versions = DocumentVersionSerializer(many=True, read_only=True, help_text="The newest first.")


class NewDocumentSerializer(StrictSerializer):
    contact = UidField(queryset=Contact.objects.none())
    file = serializers.FileField(max_length=400, help_text="PDF, Word, OpenDocument, image, text.")
    kind = OpenChoiceField(choices=Document.Kind.choices)
    title = serializers.CharField(
        max_length=150, required=False, help_text="Left out: by its kind, or by its file."
    )
    expires_on = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            fields["contact"].queryset = Contact.objects.visible_to(user).active()
        return fields


class NewVersionSerializer(StrictSerializer):
    file = serializers.FileField(max_length=400)


class DocumentParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")
    kind = serializers.ChoiceField(
        choices=Document.Kind.values, required=False, help_text="Of this kind."
    )
    expiring_by = serializers.DateField(
        required=False, help_text="Valid until this day at most, or not any more."
    )


class DocumentViewSet(RetrieveMixin, ListMixin[Document], ApiViewSet[Document]):
    """Files about the contacts that the token's user may see; confidential ones where they may see
    those. What was deleted can be brought back in the browser for thirty days.
    """

    scope_area: ClassVar[str] = "contacts"
    uploads: ClassVar[frozenset[str]] = frozenset({"create", "versions"})
    queryset = Document.objects.none()
    serializer_class = DocumentSerializer
    parameters_class = DocumentParameters

    def get_queryset(self) -> models.QuerySet[Document]:
        rows = Document.objects.visible_to(self.request.user).kept()
        rows = rows.filter(contact__erased_at=None, contact__merged_into=None)
        newest = DocumentVersion.objects.defer("text").order_by("-number")
        return rows.select_related("contact").prefetch_related(Prefetch("versions", newest))

    def narrow(
        self, queryset: models.QuerySet[Document], values: dict[str, Any]
    ) -> models.QuerySet[Document]:
        fields = {"contact": "contact__uid", "kind": "kind", "expiring_by": "expires_on__lte"}
        named = {field: values[name] for name, field in fields.items() if name in values}
        return queryset.filter(**named)

    @extend_schema(request=NewDocumentSerializer, responses={201: DocumentSerializer})
    def create(self, request: UserApiRequest) -> Response:
        """Send a file as `multipart/form-data`. A CV of a contact who has one is the next version
        of that. What the file is, is found by its content; one that is too large, or none of these,
        is a 409.
        """
        serializer = NewDocumentSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        sent = dict(serializer.validated_data)
        require(request.user, CHANGE, sent["contact"])
        upload = sent.pop("file")
        version = services.add_document(actor=request.user, upload=upload, **sent)
        hurry_documents()
        response = self.item(self.get_queryset().get(pk=version.document_id), status=201)
        response["Location"] = self.reverse_action("detail", args=[version.document.uid])
        return response

    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """Change its title, kind or day of expiry (merge patch)."""
        row = self._written()
        serializer = DocumentSerializer(row, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        held = {"title": row.title, "kind": row.kind, "expires_on": row.expires_on}
        with unchanged(row, request):
            services.change_document(
                document=row, actor=request.user, **{**held, **serializer.validated_data}
            )
        return self.item(self.get_queryset().get(pk=row.pk))

    @extend_schema(
        summary="Delete a document",
        responses={204: OpenApiResponse(description="It is there no more.")},
    )
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        row = self._written()
        with unchanged(row, request):
            services.delete_document(document=row, actor=request.user)
        return Response(status=204)

    @extend_schema(
        operation_id="documents_versions_create",
        summary="Send a newer version of a document",
        request=NewVersionSerializer,
        responses={201: DocumentSerializer},
    )
    @action(detail=True, methods=["post"])
    def versions(self, request: UserApiRequest, id: UUID) -> Response:
        """As `multipart/form-data`. The one before it is kept."""
        row = self._written()
        serializer = NewVersionSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(row, request):
            upload = serializer.validated_data["file"]
            services.add_version(document=row, actor=request.user, upload=upload)
        hurry_documents()
        return self.item(self.get_queryset().get(pk=row.pk), status=201)

    @extend_schema(operation_id="documents_file", summary="Download a document", responses=FILE)
    @action(detail=True, pagination_class=None, renderer_classes=[JSONRenderer, FileRenderer])
    def file(self, request: UserApiRequest, id: UUID) -> HttpResponseBase:
        """Its last version. Who read what of whom is written down."""
        return download(self.get_object(), request)

    @extend_schema(
        operation_id="documents_version_file",
        summary="Download a version of a document",
        responses=FILE,
    )
    @action(
        detail=True,
        pagination_class=None,
        renderer_classes=[JSONRenderer, FileRenderer],
        url_path="versions/<int:number>/file",
        url_name="version-file",
    )
    def version_file(self, request: UserApiRequest, id: UUID, number: int) -> HttpResponseBase:
        """An earlier one, by its number. Who read what of whom is written down."""
        return download(self.get_object(), request, number=number)

    def _written(self) -> Document:
        row = self.get_object()
        require(self.request.user, CHANGE, row.contact)
        return row
