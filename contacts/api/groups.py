"""Segments and talent pools for other programs."""

from typing import Any
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from contacts.api.group_serializers import (
    PoolAddedSerializer,
    PoolAddSerializer,
    PoolMemberSerializer,
    PoolSerializer,
    SegmentMemberParameters,
    SegmentMemberSerializer,
    SegmentSerializer,
)
from contacts.models import Contact, PoolStep, Segment, TalentPool
from contacts.selectors import pools as pool_selectors
from contacts.selectors import segments as selectors
from contacts.services.pool_members import add_to_pool, remove_from_pool
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require

MANAGE = "contacts.manage_segments"
CONTACT = OpenApiParameter(
    "contact", UUID, OpenApiParameter.PATH, description="The id of a contact."
)


class SegmentViewSet(RetrieveMixin, ListMixin[Segment], ApiViewSet[Segment]):
    """The segments that the token's user may know of: their own, and those shared with them."""

    scope_area = "segments"
    queryset = Segment.objects.none()
    serializer_class = SegmentSerializer

    def get_queryset(self) -> QuerySet[Segment]:
        seen = Segment.objects.visible_to(self.request.user).live()
        return seen.select_related("owner", "unit")

    @extend_schema(
        operation_id="segments_members",
        summary="List who is in a segment, or was on a day",
        parameters=[SegmentMemberParameters],
        responses=SegmentMemberSerializer(many=True),
    )
    @action(detail=True)
    def members(self, request: UserApiRequest, id: UUID) -> Response:
        """The people in it, of those that the token's user may see. `on` asks who was in it at some
        moment of a day; the answer comes from what was kept then.
        """
        segment = self.get_object()
        paginator: Any = self.paginator
        values = paginator.begin(
            request, parameters_class=SegmentMemberParameters, resource=f"segment-{segment.uid}"
        )
        day = values.get("on")
        people = selectors.members_of(segment, request.user, on=day)
        page: Any = paginator.paginate_queryset(people, request, view=self)
        places = selectors.places_of(segment, page, on=day)
        context = {**self.get_serializer_context(), "places": places}
        data = SegmentMemberSerializer(page, many=True, context=context).data
        response: Response = paginator.get_paginated_response(data)
        return response


class PoolViewSet(RetrieveMixin, ListMixin[TalentPool], ApiViewSet[TalentPool]):
    """The talent pools that the token's user may know of. To them, others' private pools do not
    exist.
    """

    scope_area = "segments"
    queryset = TalentPool.objects.none()
    serializer_class = PoolSerializer

    def get_queryset(self) -> QuerySet[TalentPool]:
        steps = Prefetch("steps", PoolStep.objects.order_by("position"))
        seen = TalentPool.objects.visible_to(self.request.user).live()
        return seen.select_related("owner", "unit").prefetch_related(steps)

    @extend_schema(
        operation_id="pools_members",
        summary="List who is in a talent pool",
        parameters=[ListParameters],
        responses=PoolMemberSerializer(many=True),
    )
    @action(detail=True)
    def members(self, request: UserApiRequest, id: UUID) -> Response:
        """The people in it now, of those that the token's user may see."""
        pool = self.get_object()
        paginator: Any = self.paginator
        paginator.begin(request, parameters_class=ListParameters, resource=f"pool-{pool.uid}")
        rows = pool_selectors.in_pool(pool, request.user)
        page = paginator.paginate_queryset(rows, request, view=self)
        data = PoolMemberSerializer(page, many=True).data
        response: Response = paginator.get_paginated_response(data)
        return response

    @extend_schema(
        operation_id="pools_add",
        summary="Add people to a talent pool",
        request=PoolAddSerializer,
        responses=PoolAddedSerializer,
    )
    @members.mapping.post
    def add(self, request: UserApiRequest, id: UUID) -> Response:
        """Put up to 1,000 people in. All of them must be known to the token's user, or none is
        added. Who is in it already stays at their step: safe to repeat.
        """
        pool = self._kept()
        serializer = PoolAddSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        wanted = set(sent["contacts"])
        people = Contact.objects.visible_to(request.user).active().filter(uid__in=wanted)
        ids = list(people.values_list("pk", flat=True))
        if len(ids) != len(wanted):
            message = _("One of these people is not there, or not for you.")
            raise serializers.ValidationError({"contacts": [message]}, code="does_not_exist")
        new = add_to_pool(
            pool=pool,
            actor=request.user,
            contact_ids=ids,
            why=sent.get("why", ""),
            step=self._step(pool, sent.get("step")),
        )
        return Response({"added": len(new), "unchanged": len(ids) - len(new)})

    @extend_schema(
        operation_id="pools_remove",
        summary="Take a person out of a talent pool",
        parameters=[CONTACT],
        responses={204: OpenApiResponse(description="Out of it, now or before.")},
    )
    @action(
        detail=True,
        methods=["delete"],
        url_path="members/<uuid:contact>",
        url_name="member",
        pagination_class=None,
    )
    def remove(self, request: UserApiRequest, id: UUID, contact: UUID) -> Response:
        """That they were in it stays known. Safe to repeat."""
        pool = self._kept()
        person = Contact.objects.visible_to(request.user).filter(uid=contact).first()
        if person is None:
            raise Http404
        remove_from_pool(pool=pool, actor=request.user, contact_ids=[person.pk])
        return Response(status=204)

    def _kept(self) -> TalentPool:
        pool = self.get_object()
        require(self.request.user, MANAGE, pool)
        return pool

    def _step(self, pool: TalentPool, uid: UUID | None) -> PoolStep | None:
        if uid is None:
            return None
        step = pool.steps.filter(uid=uid).first()
        if step is None:
            message = _("This is not a step of this pool.")
            raise serializers.ValidationError({"step": [message]}, code="does_not_exist")
        return step
