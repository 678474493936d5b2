"""Promises in the API: made, put right, settled, and a settling undone."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.etags import unchanged
from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.http import UserApiRequest
from core.models import User
from core.permissions import require
from relationships.api.of_contacts import (
    LOG,
    OfContactParameters,
    OfContactSerializer,
    OfContactViewSet,
    of_people_we_know,
)
from relationships.api.serializers import OwnerSerializer
from relationships.choices import Party
from relationships.models import Promise
from relationships.selectors.colleagues import colleagues
from relationships.services import promises as services

EXAMPLE = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "side": "us",
    "text": "Send the course programme",
    "due_on": "2026-09-01",
}


@extend_schema_serializer(examples=[OpenApiExample("Our word", EXAMPLE, request_only=True)])
class PromiseSerializer(OfContactSerializer):
    """What one side said it would do for the other by a day."""

    set_once: ClassVar[tuple[str, ...]] = ("contact", "side")

    side = OpenChoiceField(
        choices=Party.choices, default=Party.US, help_text="Whose word it is. Set once."
    )
    text = serializers.CharField(max_length=300)
    due_on = serializers.DateField()
    promiser = UidField(
        queryset=User.objects.none(),
        required=False,
        allow_null=True,
        help_text="The colleague who gave our word, or was given theirs; null: all of us.",
    )
    state = OpenChoiceField(choices=Promise.State.choices, read_only=True)
    reason = serializers.CharField(read_only=True, help_text="Why it was settled so.")
    closed_at = UtcDateTimeField(read_only=True, allow_null=True)
    interaction = UidField(
        read_only=True, allow_null=True, help_text="The contact moment in whose note it stands."
    )
    replaces = UidField(
        read_only=True, allow_null=True, help_text="The promise in the place of which it came."
    )
    author = OwnerSerializer(
        source="created_by", read_only=True, allow_null=True, help_text="Who wrote it down."
    )

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        fields["promiser"].queryset = colleagues()
        return fields


class PromiseReasonSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=300)


class PromiseBrokenSerializer(StrictSerializer):
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PromiseAnewSerializer(StrictSerializer):
    due_on = serializers.DateField(help_text="The new day.")
    text = serializers.CharField(
        max_length=300, required=False, help_text="What is promised now; left out: the same."
    )
    reason = serializers.CharField(max_length=300, required=False, allow_blank=True)


class PromiseParameters(OfContactParameters):
    state = serializers.ChoiceField(
        choices=Promise.State.values, required=False, help_text="In this state."
    )
    side = serializers.ChoiceField(
        choices=Party.values, required=False, help_text="Of this side's word."
    )
    promiser = serializers.UUIDField(required=False, help_text="Of this colleague.")
    due_by = serializers.DateField(required=False, help_text="Due by this day.")


class PromiseViewSet(OfContactViewSet[Promise]):
    """What was promised, by us and to us, of the contacts that the token's user may see."""

    queryset = Promise.objects.none()
    serializer_class = PromiseSerializer
    parameters_class = PromiseParameters
    filters: ClassVar[dict[str, str]] = {
        "contact": "contact__uid",
        "state": "state",
        "side": "side",
        "promiser": "promiser__uid",
        "due_by": "due_on__lte",
    }

    def get_queryset(self) -> models.QuerySet[Promise]:
        rows = of_people_we_know(Promise.objects.visible_to(self.request.user))
        return rows.select_related("contact", "promiser", "interaction", "replaces", "created_by")

    def create(self, request: UserApiRequest) -> Response:
        """Write down a promise. A `promiser` who may not see the contact is a 409."""
        sent = self.checked(PromiseSerializer)
        require(request.user, LOG, sent["contact"])
        return self.made(services.make_promise(actor=request.user, **sent))

    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """Put right what was written down wrongly, or (`promiser`) hand it over to a colleague.
        What was agreed differently is `renegotiate`. One that is settled is a 409.
        """
        row = self.written()
        serializer = PromiseSerializer(
            row, data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        with unchanged(row, request), transaction.atomic():
            if {"text", "due_on"} & sent.keys():
                services.correct_promise(
                    promise=row,
                    actor=request.user,
                    text=sent.get("text", row.text),
                    due_on=sent.get("due_on", row.due_on),
                )
            if "promiser" in sent and sent["promiser"] != row.promiser:
                services.hand_over_promise(
                    promise=row, actor=request.user, promiser=sent["promiser"]
                )
        return self.read_again(row)

    @extend_schema(
        summary="Take back a promise",
        responses={204: OpenApiResponse(description="It is there no more.")},
    )
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        """For what was written down by mistake, while it is open."""
        row = self.written()
        with unchanged(row, request):
            services.take_back_promise(promise=row, actor=request.user)
        return Response(status=204)

    @extend_schema(
        operation_id="promises_keep",
        summary="Say that a promise was kept",
        request=None,
        responses=PromiseSerializer,
    )
    @action(detail=True, methods=["post"])
    def keep(self, request: UserApiRequest, id: UUID) -> Response:
        """One that is settled already is a 409."""
        row = self.written()
        with unchanged(row, request):
            services.keep_promise(promise=row, actor=request.user)
        return self.read_again(row)

    @extend_schema(
        operation_id="promises_break",
        summary="Say that a promise was broken",
        request=PromiseBrokenSerializer,
        responses=PromiseSerializer,
    )
    @action(detail=True, methods=["post"], url_path="break", url_name="break")
    def broken(self, request: UserApiRequest, id: UUID) -> Response:
        """It was not kept and will not be."""
        row, sent = self.written(), self.checked(PromiseBrokenSerializer)
        with unchanged(row, request):
            services.break_promise(promise=row, actor=request.user, **sent)
        return self.read_again(row)

    @extend_schema(
        operation_id="promises_withdraw",
        summary="Say that a promise no longer stands",
        request=PromiseReasonSerializer,
        responses=PromiseSerializer,
    )
    @action(detail=True, methods=["post"])
    def withdraw(self, request: UserApiRequest, id: UUID) -> Response:
        """Nobody waits for it any more, because of `reason`."""
        row, sent = self.written(), self.checked(PromiseReasonSerializer)
        with unchanged(row, request):
            services.withdraw_promise(promise=row, actor=request.user, **sent)
        return self.read_again(row)

    @extend_schema(
        operation_id="promises_renegotiate",
        summary="Agree a promise anew",
        request=PromiseAnewSerializer,
        responses={201: PromiseSerializer},
    )
    @action(detail=True, methods=["post"])
    def renegotiate(self, request: UserApiRequest, id: UUID) -> Response:
        """With the other side's consent: the answer is the new one, which `replaces` it."""
        row, sent = self.written(), self.checked(PromiseAnewSerializer)
        with unchanged(row, request):
            new = services.renegotiate_promise(promise=row, actor=request.user, **sent)
        return self.made(new)

    @extend_schema(
        operation_id="promises_reopen",
        summary="Undo the settling of a promise",
        request=None,
        responses=PromiseSerializer,
    )
    @action(detail=True, methods=["post"])
    def reopen(self, request: UserApiRequest, id: UUID) -> Response:
        """It is open again. What came in its place goes; where that was settled itself, a 409."""
        row = self.written()
        with unchanged(row, request):
            services.reopen_promise(promise=row, actor=request.user)
        return self.read_again(row)
