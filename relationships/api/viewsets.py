from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Prefetch
from drf_spectacular.utils import extend_schema
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.etags import unchanged
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require
from relationships.api.serializers import (
    HandOverSerializer,
    HistorySerializer,
    LifecycleSerializer,
    MoveSerializer,
    RelationshipParameters,
    RelationshipSerializer,
)
from relationships.models import AllowedMove, Lifecycle, Relationship, Stage
from relationships.selectors.ownership import rules_by_kind
from relationships.selectors.stints import stints
from relationships.services.lifecycle import move_to_stage
from relationships.services.ownership import take_over_or_give

_FILTERS = {
    "contact": "contact__uid",
    "kind": "kind",
    "stage": "stage__uid",
    "owner": "owner__uid",
}


class RelationshipViewSet(RetrieveMixin, ListMixin[Relationship], ApiViewSet[Relationship]):
    """What the contacts that the token's user may see are to us. The stage changes through
    `move` alone.
    """

    scope_area = "relationships"
    queryset = Relationship.objects.none()
    serializer_class = RelationshipSerializer
    parameters_class = RelationshipParameters

    def get_queryset(self) -> models.QuerySet[Relationship]:
        mine = Relationship.objects.visible_to(self.request.user)
        known = mine.filter(contact__erased_at=None).select_related("contact", "owner", "stage")
        return known.prefetch_related("co_owners__user")

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "ownership_rules": rules_by_kind()}

    def narrow(
        self, queryset: models.QuerySet[Relationship], values: dict[str, Any]
    ) -> models.QuerySet[Relationship]:
        named = {field: values[name] for name, field in _FILTERS.items() if name in values}
        if values["is_open"] is not None:
            named["ended_on__isnull"] = values["is_open"]
        return queryset.filter(**named)

    @extend_schema(
        operation_id="relationships_move",
        summary="Move a relationship",
        request=MoveSerializer,
        responses=RelationshipSerializer,
    )
    @action(detail=True, methods=["post"])
    def move(self, request: UserApiRequest, id: UUID) -> Response:
        """Move it to another stage of its lifecycle. A move that the lifecycle does not allow
        (`transition_refused`), that lacks the reason it needs (`reason_needed`), or the stage of
        which asks for something that is not there (`entry_rule_unmet`), is a 409 that says so.
        """
        relationship = self.get_object()
        require(request.user, "relationships.move_relationship", relationship)
        serializer = MoveSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(relationship, request):
            move_to_stage(
                relationship=relationship, actor=request.user, **serializer.validated_data
            )
        return self.item(self.get_queryset().get(pk=relationship.pk))

    @extend_schema(
        operation_id="relationships_hand_over",
        summary="Hand a relationship over",
        request=HandOverSerializer,
        responses=RelationshipSerializer,
    )
    @action(detail=True, methods=["post"], url_path="hand-over", url_name="hand-over")
    def hand_over(self, request: UserApiRequest, id: UUID) -> Response:
        """Make a colleague the owner. Where the token's user becomes the owner of somebody whom
        a colleague holds, a 409 `held_by_colleague` says who and for how many days more, unless
        `override_reason` says why; the owner is told.
        """
        relationship = self.get_object()
        require(request.user, "relationships.move_relationship", relationship)
        serializer = HandOverSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        with unchanged(relationship, request):
            take_over_or_give(
                relationship=relationship, actor=request.user, **serializer.validated_data
            )
        return self.item(self.get_queryset().get(pk=relationship.pk))

    @extend_schema(
        operation_id="relationships_history",
        summary="The history of a relationship",
        responses=HistorySerializer,
    )
    @action(detail=True, methods=["get"])
    def history(self, request: UserApiRequest, id: UUID) -> Response:
        """How long it stood at each stage, who moved it, and why."""
        return Response(HistorySerializer({"stays": stints(self.get_object())}).data)


class LifecycleViewSet(RetrieveMixin, ListMixin[Lifecycle], ApiViewSet[Lifecycle]):
    """The stages of each kind of relationship, in order, and the moves allowed between them."""

    scope_area = "relationships"
    queryset = Lifecycle.objects.none()
    serializer_class = LifecycleSerializer

    def get_queryset(self) -> models.QuerySet[Lifecycle]:
        moves = AllowedMove.objects.filter(to_stage__archived_at=None)
        moves = moves.select_related("to_stage").order_by("to_stage__position")
        stages = Stage.objects.order_by("position").prefetch_related(Prefetch("moves_out", moves))
        return Lifecycle.objects.prefetch_related(Prefetch("stages", stages))
