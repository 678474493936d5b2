"""Engagements in the API: work for us, dated, overlapping allowed. What is paid for it is told only
to whoever may know.
"""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ErrorDetail
from rest_framework.response import Response

from contacts.models import Contact, OrgUnit
from contacts.models.access import visible_units
from core.api.etags import unchanged
from core.api.fields import (
    NullableTextField,
    OpenChoiceField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require
from relationships.models import Engagement
from relationships.services.assignments import move_assignment
from relationships.services.engagements import (
    begin_engagement,
    end_engagement,
    resume_engagement,
    update_engagement,
)

MOVE = "relationships.move_relationship"
RATES = "relationships.view_rates"


class RateSerializer(StrictSerializer):
    amount = serializers.DecimalField(max_digits=9, decimal_places=2, min_value=0)
    per = OpenChoiceField(choices=Engagement.Per.choices)
    currency = serializers.RegexField(
        r"^[A-Z]{3}$", default="EUR", help_text="ISO 4217, such as `EUR`."
    )


EXAMPLE = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "form": "assignment",
    "role": "Interim planner",
    "starts_on": "2026-09-01",
    "ends_on": "2027-02-28",
    "rate": {"amount": "95.00", "per": "hour", "currency": "EUR"},
}


@extend_schema_serializer(examples=[OpenApiExample("An engagement", EXAMPLE, request_only=True)])
class EngagementSerializer(StrictSerializer):
    """Work for us over a time. One person may have several, one after another or at once."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(queryset=Contact.objects.none(), help_text="Set once.")
    form = OpenChoiceField(choices=Engagement.Form.choices)
    basis = OpenChoiceField(
        choices=[("", ""), *Engagement.Basis.choices],
        required=False,
        help_text="On what agreement; empty where nobody said. Each goes with one form or more.",
    )
    phase = OpenChoiceField(
        choices=[("", ""), *Engagement.Phase.choices],
        required=False,
        help_text="Of an assignment, set when it is recorded (else its days say it); it is moved "
        "by `/move`. Only from `agreed` on it is work for us. Empty for all other forms.",
    )
    status = serializers.SerializerMethodField(help_text="Where it stands today.")
    role = NullableTextField(max_length=150)
    unit = UidField(queryset=OrgUnit.objects.all(), required=False, allow_null=True)
    manager = UidField(
        queryset=Contact.objects.none(),
        required=False,
        allow_null=True,
        help_text="A contact; null also where you may not see them.",
    )
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(
        required=False, allow_null=True, help_text="The last day; null: until further notice."
    )
    expected_end_on = serializers.DateField(
        required=False, allow_null=True, help_text="What is counted on while no last day is set."
    )
    hours_per_week = serializers.DecimalField(
        max_digits=4, decimal_places=1, min_value=0, required=False, allow_null=True
    )
    rate = RateSerializer(
        required=False,
        allow_null=True,
        help_text="Confidential: null for whoever may not know, who may not write it either.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            people = Contact.objects.visible_to(user).active()
            fields["contact"].queryset = fields["manager"].queryset = people
        return fields

    @extend_schema_field(OpenChoiceField(choices=Engagement.Status.choices))
    def get_status(self, row: "_Shown") -> str:
        return str(row.status_on(timezone.localdate()))

    def to_representation(self, row: Engagement) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(_Shown(row))
        if not _is_among(row.contact, self.context.get("rate_units", [])):
            shown["rate"] = None
        if row.manager and not _is_among(row.manager, self.context.get("people_units", [])):
            shown["manager"] = None
        return shown

    def validate_contact(self, contact: Contact) -> Contact:
        if self.instance is not None and self.instance.contact_id != contact.pk:
            raise serializers.ValidationError(_("This cannot be changed."), code="read_only")
        return contact

    def validate_phase(self, phase: str) -> str:
        if self.instance is not None and self.instance.phase != phase:
            raise serializers.ValidationError(_("This cannot be changed."), code="read_only")
        return phase

    def validate_rate(self, rate: dict[str, Any] | None) -> dict[str, Any] | None:
        """Whole or not at all, also in a merge patch."""
        if rate is None:
            return None
        missing = {"amount", "per"} - rate.keys()
        if missing:
            message = _("This field is required.")
            problems = {name: ErrorDetail(message, code="required") for name in sorted(missing)}
            raise serializers.ValidationError(problems)
        return {"currency": "EUR", **rate}

    def arguments(self) -> dict[str, Any]:
        """What was sent, as the services take it."""
        sent = dict(self.validated_data)
        if "rate" in sent:
            rate = sent.pop("rate") or {"amount": None, "per": "", "currency": "EUR"}
            sent |= {
                "rate": rate["amount"],
                "rate_per": rate["per"],
                "currency": rate["currency"],
            }
        return sent


class _Shown:
    """An engagement with its rate as one thing."""

    def __init__(self, row: Engagement) -> None:
        self._row = row
        per = {"amount": row.rate, "per": row.rate_per, "currency": row.currency}
        self.rate = per if row.rate is not None else None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._row, name)


def _is_among(contact: Contact, units: list[int] | None) -> bool:
    return units is None or contact.unit_id in units


class EngagementEndSerializer(StrictSerializer):
    ends_on = serializers.DateField(help_text="The last day.")


class EngagementResumeSerializer(StrictSerializer):
    ends_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day that was set before; null: none."
    )


class EngagementMoveSerializer(StrictSerializer):
    phase = OpenChoiceField(choices=Engagement.Phase.choices)
    reason = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="Needed for `off`."
    )


class EngagementParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")
    form = serializers.ChoiceField(
        choices=Engagement.Form.values, required=False, help_text="Of this form."
    )
    unit = serializers.UUIDField(required=False, help_text="In this unit or one below it.")
    phase = serializers.ChoiceField(
        choices=Engagement.Phase.values, required=False, help_text="Assignments of this phase."
    )
    ending_by = serializers.DateField(
        required=False,
        help_text="Whose last day comes by this day, is expected by then, or was expected before.",
    )
    is_current = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Those that run today, or those that do not.",
    )


class EngagementViewSet(RetrieveMixin, ListMixin[Engagement], ApiViewSet[Engagement]):
    """Employments, internships, assignments and volunteer work of the contacts that the token's
    user may see. They stay: what was, is never deleted.
    """

    scope_area: ClassVar[str] = "relationships"
    queryset = Engagement.objects.none()
    serializer_class = EngagementSerializer
    parameters_class = EngagementParameters

    def get_queryset(self) -> models.QuerySet[Engagement]:
        rows = Engagement.objects.visible_to(self.request.user)
        rows = rows.filter(contact__erased_at=None, contact__merged_into=None)
        return rows.select_related("contact", "unit", "manager")

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if not self.request or not self.request.user:
            return context
        user = self.request.user
        return {
            **context,
            "rate_units": visible_units(user, RATES),
            "people_units": visible_units(user, "contacts.view_contact"),
        }

    def narrow(
        self, queryset: models.QuerySet[Engagement], values: dict[str, Any]
    ) -> models.QuerySet[Engagement]:
        if "contact" in values:
            queryset = queryset.filter(contact__uid=values["contact"])
        if "form" in values:
            queryset = queryset.filter(form=values["form"])
        if "unit" in values:
            roots = OrgUnit.objects.filter(uid=values["unit"]).values_list("pk", flat=True)
            queryset = queryset.filter(unit__in=OrgUnit.objects.within(list(roots)))
        if "phase" in values:
            queryset = queryset.filter(phase=values["phase"])
        if "ending_by" in values:
            ending = Engagement.objects.ending(timezone.localdate(), values["ending_by"])
            queryset = queryset.filter(pk__in=ending.values("pk"))
        if values["is_current"] is not None:
            current = Q(pk__in=Engagement.objects.current(timezone.localdate()).values("pk"))
            queryset = queryset.filter(current if values["is_current"] else ~current)
        return queryset

    def create(self, request: UserApiRequest) -> Response:
        """Record work of a contact for us. It may overlap other work of theirs."""
        serializer = EngagementSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        arguments = serializer.arguments()
        self._require(arguments["contact"], arguments)
        made = begin_engagement(actor=request.user, **arguments)
        response = self.item(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response

    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """Change what is sent, and nothing else (merge patch): null empties."""
        row = self.get_object()
        serializer = EngagementSerializer(
            row, data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        arguments = serializer.arguments()
        self._require(row.contact, arguments)
        for name in ("contact", "phase"):  # no others than they were, says the serializer
            arguments.pop(name, None)
        with unchanged(row, request):
            update_engagement(engagement=row, actor=request.user, **arguments)
        return self.item(self.get_queryset().get(pk=row.pk))

    @extend_schema(
        operation_id="engagements_end",
        summary="End an engagement",
        request=EngagementEndSerializer,
        responses=EngagementSerializer,
    )
    @action(detail=True, methods=["post"])
    def end(self, request: UserApiRequest, id: UUID) -> Response:
        """Set its last day, also where it was to end on another. What follows in the lifecycle is
        moved by itself: see `/relationships`.
        """
        row = self.get_object()
        require(request.user, MOVE, row.contact)
        serializer = EngagementEndSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(row, request):
            end_engagement(engagement=row, actor=request.user, **serializer.validated_data)
        return self.item(self.get_queryset().get(pk=row.pk))

    @extend_schema(
        operation_id="engagements_resume",
        summary="Take the end of an engagement back",
        request=EngagementResumeSerializer,
        responses=EngagementSerializer,
    )
    @action(detail=True, methods=["post"])
    def resume(self, request: UserApiRequest, id: UUID) -> Response:
        """It goes on, or to the day that was set before. A closed assignment runs again."""
        row = self.get_object()
        require(request.user, MOVE, row.contact)
        serializer = EngagementResumeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(row, request):
            resume_engagement(engagement=row, actor=request.user, **serializer.validated_data)
        return self.item(self.get_queryset().get(pk=row.pk))

    @extend_schema(
        operation_id="engagements_move",
        summary="Move an assignment to another phase",
        request=EngagementMoveSerializer,
        responses=EngagementSerializer,
    )
    @action(detail=True, methods=["post"])
    def move(self, request: UserApiRequest, id: UUID) -> Response:
        """One step on, or one back. One that is closed without a last day ends today."""
        row = self.get_object()
        require(request.user, MOVE, row.contact)
        serializer = EngagementMoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(row, request):
            move_assignment(engagement=row, actor=request.user, **serializer.validated_data)
        return self.item(self.get_queryset().get(pk=row.pk))

    def _require(self, contact: Contact, arguments: dict[str, Any]) -> None:
        require(self.request.user, MOVE, contact)
        if "rate" in arguments:
            require(self.request.user, RATES, contact)
