"""The timeline of a contact in the API: everything that happened, from the latest back."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.db.models import Q
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from contacts.models import Contact
from contacts.selectors.persons import survivor_of
from core.api.fields import OpenChoiceField, UtcDateTimeField
from core.api.pagination import Cursor, KeysetPagination, ListParameters
from core.api.views import ApiViewSet
from core.models import User
from core.permissions import require
from relationships.api.serializers import OwnerSerializer
from relationships.choices import Channel, Direction, Party
from relationships.models import Interaction, TimelineEntry
from relationships.selectors.timeline import Line, lines_of
from relationships.selectors.timeline_filters import BY, Filters, entries_of
from relationships.timeline import Group, find_verb

SEE = "relationships.view_relationship"


class TimelineLineSerializer(serializers.Serializer[Line]):
    """One line. `sentence` reads in the language of Accept-Language; `verb` is for programs."""

    id = serializers.SerializerMethodField(help_text="Of this line. No more is to be read in it.")
    at = UtcDateTimeField(source="entry.at", read_only=True)
    is_whole_day = serializers.BooleanField(
        read_only=True, help_text="Only the day is known: the time of `at` says nothing."
    )
    verb = serializers.CharField(source="entry.verb", read_only=True)
    what = serializers.SerializerMethodField(help_text="The sort of thing, as the filter has it.")
    sentence = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True, help_text="What was written with it, in a line.")
    body = serializers.CharField(read_only=True, help_text="The notes of a contact moment.")
    channel = OpenChoiceField(
        source="entry.channel",
        choices=Channel.choices,
        read_only=True,
        help_text="Empty where nobody spoke.",
    )
    direction = OpenChoiceField(source="entry.direction", choices=Direction.choices, read_only=True)
    is_automated = serializers.BooleanField(source="entry.is_automated", read_only=True)
    colleague = OwnerSerializer(
        source="entry.actor", read_only=True, allow_null=True, help_text="Who did it, of us."
    )
    interaction = serializers.UUIDField(
        source="note", read_only=True, allow_null=True, help_text="Where it is a contact moment."
    )
    others = serializers.SerializerMethodField(
        help_text="Contacts who were there too, as far as the token's user may know; six at most."
    )

    def get_id(self, line: Line) -> str:
        return str(line.entry.pk)

    def get_what(self, line: Line) -> str:
        return find_verb(line.entry.verb).group

    def get_others(self, line: Line) -> list[UUID]:
        return [one.uid for one in line.others]


class TimelineParameters(ListParameters):
    updated_after = None  # type: ignore[assignment]  # a line never changes
    what = serializers.ChoiceField(
        choices=[*(group.value for group in Group), *Channel.values],
        required=False,
        help_text="This sort of thing, or by this channel.",
    )
    by = serializers.ChoiceField(
        choices=BY, required=False, help_text="Done by people, or by machines."
    )
    began = serializers.ChoiceField(
        choices=Party.values, required=False, help_text="This side began it."
    )
    spoke = serializers.ChoiceField(
        choices=Direction.values, required=False, help_text="In this direction."
    )
    colleague = serializers.UUIDField(required=False, help_text="Done by this colleague.")
    q = serializers.CharField(required=False, max_length=100, help_text="Words written in it.")


class TimelinePagination(KeysetPagination):
    """From the latest back, by ``(at, id)``: what the cursor calls ``updated_at`` is ``at``."""

    def paginate_queryset(  # type: ignore[override]  # as its own base does
        self, queryset: models.QuerySet[Any], request: Request, view: APIView | None = None
    ) -> list[Any]:
        limit = self.values["limit"]
        self.total = queryset.count() if self.values["include_total"] else None
        if self.after is not None:
            at, pk = self.after.updated_at, self.after.pk
            queryset = queryset.filter(Q(at__lt=at) | Q(at=at, pk__lt=pk), at__lte=at)
        rows = list(queryset.order_by("-at", "-pk")[: limit + 1])
        self.next_cursor = None
        if len(rows) > limit:
            rows = rows[:limit]
            self.next_cursor = Cursor(
                resource=self.resource,
                parameters=self.parameters,
                updated_at=rows[-1].at,
                pk=rows[-1].pk,
            ).encode()
        return rows


class ContactTimelineViewSet(ApiViewSet[Interaction]):
    """Everything that happened with one contact."""

    scope_area: ClassVar[str] = "relationships"
    queryset = Interaction.objects.none()
    serializer_class = TimelineLineSerializer  # type: ignore[assignment]  # of lines, not of rows
    pagination_class = TimelinePagination
    parameters_class: ClassVar[type[ListParameters]] = TimelineParameters

    @extend_schema(
        operation_id="contacts_timeline_list",
        summary="List the timeline of a contact",
        responses=TimelineLineSerializer(many=True),
    )
    def list(self, request: Request, id: UUID) -> Response:
        """The latest first. The id of a contact that was merged stands for whom they were merged
        into. Contact moments are written through `/interactions`.
        """
        contact = self._contact(id)
        paginator: Any = self.paginator
        values = paginator.begin(
            request, parameters_class=self.parameters_class, resource=f"timeline:{contact.uid}"
        )
        rows = paginator.paginate_queryset(_entries(contact, values), request, view=self)
        lines = lines_of(rows, reader=self.request.user)
        shown: Any = TimelineLineSerializer(lines, many=True)  # type: ignore[arg-type]
        answer: Response = paginator.get_paginated_response(shown.data)
        return answer

    def _contact(self, uid: UUID) -> Contact:
        people = Contact.objects.visible_to(self.request.user).filter(erased_at=None)
        contact = get_object_or_404(people.select_related("merged_into"), uid=uid)
        if contact.merged_into is not None:
            contact = get_object_or_404(people, pk=survivor_of(contact).pk)
        require(self.request.user, SEE, contact)
        return contact


def _entries(contact: Contact, values: dict[str, Any]) -> models.QuerySet[TimelineEntry]:
    named: dict[str, Any] = {
        name: values[name] for name in ("what", "by", "began", "spoke", "q") if name in values
    }
    if "colleague" in values:
        found = User.objects.filter(uid=values["colleague"]).values_list("pk", flat=True).first()
        named["colleague"] = found or 0
    return entries_of(contact, Filters(**named)).select_related("actor")
