"""Ways out in the API: the steps by which work for us comes to its end."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Prefetch
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
    extend_schema_view,
)
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from contacts.models.access import visible_units
from core.api.etags import unchanged
from core.api.fields import NullableTextField, OpenChoiceField, StrictSerializer, UidField
from core.api.fields import UtcDateTimeField as MomentField
from core.http import UserApiRequest
from core.permissions import require
from relationships.api.of_contacts import OfContactParameters, OfContactViewSet, of_people_we_know
from relationships.api.papers import OfEngagementSerializer
from relationships.api.serializers import OwnerSerializer
from relationships.choices import Party
from relationships.models import ClosingFeedback, FollowUp, Leaving, LeavingStep, WhatToDo
from relationships.services.closing import record_feedback, record_stay_in_touch
from relationships.services.follow_ups import close_follow_up, reopen_follow_up
from relationships.services.ways import begin_way

MOVE = "relationships.move_relationship"
CLOSE = "relationships.change_follow_up"
State = FollowUp.State


class StepSerializer(serializers.Serializer[LeavingStep]):
    """A task of a way out."""

    id = serializers.UUIDField(source="uid", read_only=True)
    what = OpenChoiceField(choices=WhatToDo.choices, read_only=True)
    title = serializers.CharField(source="follow_up.title", read_only=True)
    planned_on = serializers.DateField(read_only=True, help_text="Where the plan put it.")
    due_on = serializers.DateField(source="follow_up.due_on", read_only=True)
    assignee = OwnerSerializer(source="follow_up.assignee", read_only=True, allow_null=True)
    state = OpenChoiceField(source="follow_up.state", choices=State.choices, read_only=True)
    outcome = serializers.CharField(source="follow_up.outcome", read_only=True)
    closed_at = MomentField(source="follow_up.closed_at", read_only=True, allow_null=True)


class FeedbackSerializer(StrictSerializer):
    """How it was, as one side says it. Said again, it is put right."""

    side = OpenChoiceField(choices=Party.choices, help_text="Who says it.")
    went_well = NullableTextField(max_length=4000)
    could_be_better = NullableTextField(max_length=4000)
    again = serializers.ChoiceField(
        choices=ClosingFeedback.Again.choices,
        required=False,
        allow_blank=True,
        help_text="Would it be done again.",
    )
    given_on = serializers.DateField(required=False, help_text="Left out: today.")


class WayOutSerializer(serializers.Serializer[Leaving]):
    """One person's way out of one engagement. It begins as the end is said, and goes with it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = MomentField(read_only=True)
    updated_at = MomentField(read_only=True)
    engagement = UidField(read_only=True)
    contact = UidField(source="engagement.contact", read_only=True)
    last_day = serializers.DateField(read_only=True)
    stopped_at = MomentField(
        read_only=True, allow_null=True, help_text="When the end was taken back; null: under way."
    )
    stays_in_touch = OpenChoiceField(
        choices=Leaving.Answer.choices, read_only=True, help_text="Their answer; empty: not asked."
    )
    touch_note = serializers.CharField(read_only=True, help_text="How, and about what.")
    answered_on = serializers.DateField(read_only=True, allow_null=True)
    steps = serializers.SerializerMethodField(help_text="In the order of their days.")
    feedback = serializers.SerializerMethodField(
        help_text="What both sides said of it; null for whoever may not know."
    )

    @extend_schema_field(StepSerializer(many=True))
    def get_steps(self, way: Leaving) -> Any:
        held: Any = [step for step in way.steps.all() if step.follow_up is not None]
        return StepSerializer(held, many=True).data

    @extend_schema_field(FeedbackSerializer(many=True, allow_null=True))
    def get_feedback(self, way: Leaving) -> Any:
        units = self.context.get("moving_units", set())
        if units is not None and way.engagement.contact.unit_id not in units:
            return None
        return FeedbackSerializer(way.engagement.feedback.all(), many=True).data


EXAMPLE = {"engagement": "01930000-0000-7000-8000-000000000000", "last_day": "2026-12-31"}


@extend_schema_serializer(examples=[OpenApiExample("An end", EXAMPLE, request_only=True)])
class NewWayOutSerializer(OfEngagementSerializer):
    last_day = serializers.DateField(
        required=False, help_text="Left out: the last day that the engagement has."
    )


class CloseStepSerializer(StrictSerializer):
    state = OpenChoiceField(
        choices=[(State.DONE, State.DONE.label), (State.NOT_NEEDED, State.NOT_NEEDED.label)],
        default=State.DONE,
    )
    outcome = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        help_text="What came of it; with `not_needed`, why. Needed then.",
    )


class StayInTouchSerializer(StrictSerializer):
    answer = OpenChoiceField(choices=Leaving.Answer.choices)
    note = serializers.CharField(
        max_length=300, required=False, allow_blank=True, help_text="How, and about what."
    )


class WayOutParameters(OfContactParameters):
    engagement = serializers.UUIDField(required=False, help_text="Of this engagement.")
    is_under_way = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Those, or those that stopped."
    )
    leaving_by = serializers.DateField(
        required=False, help_text="Whose last day comes by this day."
    )


@extend_schema_view(
    list=extend_schema(summary="List ways out"),
    retrieve=extend_schema(summary="Read a way out"),
)
class WayOutViewSet(OfContactViewSet[Leaving]):
    """Who is leaving, and what is still to be done, of those whom the token's user may see."""

    queryset = Leaving.objects.none()
    serializer_class = WayOutSerializer
    parameters_class = WayOutParameters
    filters: ClassVar[dict[str, str]] = {
        "contact": "engagement__contact__uid",
        "engagement": "engagement__uid",
        "leaving_by": "last_day__lte",
    }

    def get_queryset(self) -> models.QuerySet[Leaving]:
        rows = of_people_we_know(
            Leaving.objects.visible_to(self.request.user), by="engagement__contact"
        )
        steps = LeavingStep.objects.select_related("follow_up__assignee")
        return rows.select_related("engagement__contact").prefetch_related(
            Prefetch("steps", steps.order_by("planned_on", "pk")),
            Prefetch("engagement__feedback", ClosingFeedback.objects.order_by("side")),
        )

    def get_serializer_context(self) -> dict[str, Any]:
        context = dict(super().get_serializer_context())
        if self.request and self.request.user:
            context["moving_units"] = visible_units(self.request.user, MOVE)
        return context

    def narrow(
        self, queryset: models.QuerySet[Leaving], values: dict[str, Any]
    ) -> models.QuerySet[Leaving]:
        if values["is_under_way"] is not None:
            queryset = queryset.filter(stopped_at__isnull=values["is_under_way"])
        return super().narrow(queryset, values)

    @extend_schema(
        summary="Begin a way out",
        request=NewWayOutSerializer,
        responses={201: WayOutSerializer},
    )
    def create(self, request: UserApiRequest) -> Response:
        """Say the last day of an engagement: it is set, and the steps of its form of work become
        tasks. One that is under way already, or work that is not ending, is a 409.
        """
        sent = self.checked(NewWayOutSerializer)
        require(request.user, MOVE, sent["engagement"].contact)
        return self.made(begin_way(actor=request.user, **sent))

    @extend_schema(
        operation_id="ways_out_steps_close",
        summary="Do a step of a way out",
        request=CloseStepSerializer,
        responses=WayOutSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="steps/<uuid:step>/close",
        url_name="close-step",
    )
    def close_step(self, request: UserApiRequest, id: UUID, step: UUID) -> Response:
        """Done, or not needed because of `outcome`. One that was closed already is a 409."""
        way, task = self._step(step)
        sent = self.checked(CloseStepSerializer)
        with unchanged(way, request):
            close_follow_up(follow_up=task, actor=request.user, **sent)
        return self.read_again(way)

    @extend_schema(
        operation_id="ways_out_steps_reopen",
        summary="Undo the doing of a step",
        request=None,
        responses=WayOutSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="steps/<uuid:step>/reopen",
        url_name="reopen-step",
    )
    def reopen_step(self, request: UserApiRequest, id: UUID, step: UUID) -> Response:
        """It is open again."""
        way, task = self._step(step)
        with unchanged(way, request):
            reopen_follow_up(follow_up=task, actor=request.user)
        return self.read_again(way)

    @extend_schema(
        operation_id="ways_out_feedback",
        summary="Write down how it was",
        request=FeedbackSerializer,
        responses=WayOutSerializer,
    )
    @action(detail=True, methods=["post"])
    def feedback(self, request: UserApiRequest, id: UUID) -> Response:
        """The step that asked for it is done."""
        way = self._moving()
        sent = self.checked(FeedbackSerializer)
        with unchanged(way, request):
            record_feedback(engagement=way.engagement, actor=request.user, **sent)
        return self.read_again(way)

    @extend_schema(
        operation_id="ways_out_stay_in_touch",
        summary="Write down whether we may stay in touch",
        request=StayInTouchSerializer,
        responses=WayOutSerializer,
    )
    @action(detail=True, methods=["post"], url_path="stay-in-touch", url_name="stay-in-touch")
    def stay_in_touch(self, request: UserApiRequest, id: UUID) -> Response:
        """Their answer. Yes and no go into the ledger of consent too, as if given now."""
        way = self._moving()
        require(request.user, "contacts.change_contact", way.engagement.contact)
        sent = self.checked(StayInTouchSerializer)
        with unchanged(way, request):
            record_stay_in_touch(
                engagement=way.engagement, actor=request.user, day=timezone.localdate(), **sent
            )
        return self.read_again(way)

    def _moving(self) -> Leaving:
        way = self.get_object()
        require(self.request.user, MOVE, way.engagement.contact)
        return way

    def _step(self, uid: UUID) -> tuple[Leaving, FollowUp]:
        way = self.get_object()
        tasks = FollowUp.objects.filter(leaving_step__leaving=way).select_related("contact")
        task = get_object_or_404(tasks, leaving_step__uid=uid)
        require(self.request.user, CLOSE, task)
        return way, task
