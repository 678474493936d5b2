"""Changes of kind in the API: one act that ends and begins relationships and engagements."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_serializer
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from contacts.models import OrgUnit
from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.models import User
from core.permissions import require
from relationships.choices import Kind
from relationships.models import Engagement, KindChange, Relationship, Stage
from relationships.services.kind_changes import NewWork, change_kind, undo_kind_change

MOVE = "relationships.move_relationship"


class NewWorkSerializer(StrictSerializer):
    """The engagement that begins with it, on the same day."""

    form = OpenChoiceField(choices=Engagement.Form.choices)
    role = serializers.CharField(max_length=150, required=False, allow_blank=True, default="")
    unit = UidField(queryset=OrgUnit.objects.all(), required=False, allow_null=True)
    hours_per_week = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=0, required=False, allow_null=True
    )
    ends_on = serializers.DateField(required=False, allow_null=True)


EXAMPLE = {
    "relationship": "01930000-0000-7000-8000-000000000000",
    "to_kind": "employee",
    "on": "2026-09-01",
    "engagement": {"form": "employment", "role": "Planner", "hours_per_week": "32.0"},
    "reason": "Signed in August",
}


@extend_schema_serializer(
    examples=[OpenApiExample("A prospect is hired", EXAMPLE, request_only=True)]
)
class NewKindChangeSerializer(StrictSerializer):
    relationship = UidField(
        queryset=Relationship.objects.none(), help_text="The open relationship that ends."
    )
    to_kind = OpenChoiceField(choices=Kind.choices)
    on = serializers.DateField(
        help_text="The first day as that. With `alumnus` it is the last day of work."
    )
    stage = UidField(
        queryset=Stage.objects.all(),
        required=False,
        allow_null=True,
        help_text="Where the new relationship begins; null: where its lifecycle does.",
    )
    owner = UidField(
        queryset=User.objects.none(),
        required=False,
        allow_null=True,
        help_text="A colleague; left out: whose the relationship was.",
    )
    engagement = NewWorkSerializer(required=False, allow_null=True)
    ends_engagements = serializers.ListField(
        child=UidField(queryset=Engagement.objects.none()),
        required=False,
        max_length=20,
        help_text="Engagements of the contact that end the day before (with `alumnus`: that day).",
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    override_reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Why you become the owner of somebody whom a colleague holds.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            fields["relationship"].queryset = Relationship.objects.visible_to(user)
            fields["owner"].queryset = User.objects.filter(is_active=True)
            fields["ends_engagements"].child.queryset = Engagement.objects.visible_to(user)
        return fields

    def arguments(self) -> dict[str, Any]:
        """As the service takes it."""
        sent = dict(self.validated_data)
        relationship: Relationship = sent["relationship"]
        work = sent.pop("engagement", None)
        ends_work = sent.pop("ends_engagements", [])
        begins = NewWork(**work) if work else None
        return {"owner": relationship.owner, **sent, "work": begins, "ends_work": ends_work}


class KindChangeSerializer(serializers.Serializer[KindChange]):
    """That somebody became something else to us, in one act."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(read_only=True)
    from_kind = OpenChoiceField(choices=Kind.choices, read_only=True)
    to_kind = OpenChoiceField(choices=Kind.choices, read_only=True)
    on = serializers.DateField(read_only=True)
    reason = serializers.CharField(read_only=True)
    relationship = UidField(
        source="begun", read_only=True, allow_null=True, help_text="What began; null: undone."
    )
    engagement = UidField(read_only=True, allow_null=True)
    undone_at = UtcDateTimeField(read_only=True, allow_null=True)


class KindChangeParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")


class KindChangeViewSet(RetrieveMixin, ListMixin[KindChange], ApiViewSet[KindChange]):
    """A prospect becomes an employee, an employee an alumnus, an alumnus returns: each is one act
    that ends one relationship, begins another, and ends and begins engagements with them. The
    contact is not touched.
    """

    scope_area: ClassVar[str] = "relationships"
    queryset = KindChange.objects.none()
    serializer_class = KindChangeSerializer
    parameters_class = KindChangeParameters

    def get_queryset(self) -> models.QuerySet[KindChange]:
        rows = KindChange.objects.visible_to(self.request.user)
        rows = rows.filter(contact__erased_at=None, contact__merged_into=None)
        return rows.select_related("contact", "begun", "engagement")

    def narrow(
        self, queryset: models.QuerySet[KindChange], values: dict[str, Any]
    ) -> models.QuerySet[KindChange]:
        if "contact" in values:
            queryset = queryset.filter(contact__uid=values["contact"])
        return queryset

    @extend_schema(request=NewKindChangeSerializer, responses={201: KindChangeSerializer})
    def create(self, request: UserApiRequest) -> Response:
        """All of it happens, or nothing: what the lifecycle, an entry rule or an engagement refuses
        is a 409 that says why.
        """
        serializer = NewKindChangeSerializer(
            data=request.data, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        arguments = serializer.arguments()
        require(request.user, MOVE, arguments["relationship"])
        made = change_kind(actor=request.user, **arguments)
        response = self.item(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response

    @extend_schema(
        operation_id="kind_changes_undo",
        summary="Undo a change of kind",
        request=None,
        responses=KindChangeSerializer,
    )
    @action(detail=True, methods=["post"])
    def undo(self, request: UserApiRequest, id: UUID) -> Response:
        """As if it had never been. By whoever did it, for a day, and while nothing of it was
        changed; else a 409.
        """
        row = self.get_object()
        require(request.user, MOVE, row.contact)
        undo_kind_change(change=row, actor=request.user)
        return self.item(self.get_queryset().get(pk=row.pk))
