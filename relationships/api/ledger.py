"""Goodwill and personal facts in the API."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models
from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.response import Response

from core.api.etags import unchanged
from core.api.fields import NullableTextField, OpenChoiceField, UidField
from core.http import UserApiRequest
from core.permissions import require
from relationships.api.of_contacts import (
    LOG,
    OfContactParameters,
    OfContactSerializer,
    OfContactViewSet,
    of_people_we_know,
)
from relationships.api.serializers import OwnerSerializer
from relationships.models import GoodwillEntry, Interaction, PersonalFact
from relationships.services.facts import add_fact, remove_fact
from relationships.services.goodwill import note_goodwill, remove_goodwill

GONE = {204: OpenApiResponse(description="It is there no more.")}
GOODWILL = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "direction": "they_gave",
    "kind": "introduction",
    "value": 2,
    "happened_on": "2026-03-31",
    "note": "Brought us together with her old team",
}
FACT = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "text": "Shares vest in March",
    "purpose": "To ask after their plans",
    "shows_on": "2027-03-01",
    "is_month": True,
    "kept_until": "2027-04-01",
}


@extend_schema_serializer(examples=[OpenApiExample("A help", GOODWILL, request_only=True)])
class GoodwillSerializer(OfContactSerializer):
    """What one side did for the other, or a trust that it broke. Never an input of matching."""

    direction = OpenChoiceField(
        choices=GoodwillEntry.Direction.choices, help_text="Of a breach: whose it was."
    )
    kind = OpenChoiceField(choices=GoodwillEntry.Kind.choices)
    value = serializers.IntegerField(
        min_value=1, max_value=3, default=1, help_text="Worth to who received it."
    )
    happened_on = serializers.DateField(required=False, help_text="Left out: today.")
    note = NullableTextField(max_length=300, help_text="In a line.")
    interaction = UidField(
        queryset=Interaction.objects.none(),
        required=False,
        allow_null=True,
        help_text="The contact moment that it rests on.",
    )
    is_breach = serializers.BooleanField(read_only=True)
    author = OwnerSerializer(read_only=True, allow_null=True, help_text="Who wrote it down.")

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            fields["interaction"].queryset = Interaction.objects.visible_to(user)
        return fields


class GoodwillParameters(OfContactParameters):
    direction = serializers.ChoiceField(
        choices=GoodwillEntry.Direction.values, required=False, help_text="Given by this side."
    )


class GoodwillViewSet(OfContactViewSet[GoodwillEntry]):
    """The ledger of what was given, both ways. An entry is not changed: it is taken out and
    written anew.
    """

    queryset = GoodwillEntry.objects.none()
    serializer_class = GoodwillSerializer
    parameters_class = GoodwillParameters
    filters: ClassVar[dict[str, str]] = {"contact": "contact__uid", "direction": "direction"}

    def get_queryset(self) -> models.QuerySet[GoodwillEntry]:
        rows = of_people_we_know(GoodwillEntry.objects.visible_to(self.request.user))
        return rows.select_related("contact", "interaction", "author")

    @extend_schema(summary="Write in the ledger of goodwill")
    def create(self, request: UserApiRequest) -> Response:
        """A day to come, or a contact moment with somebody else, is a 409."""
        sent = self.checked(GoodwillSerializer)
        require(request.user, LOG, sent["contact"])
        return self.made(note_goodwill(actor=request.user, **sent))

    @extend_schema(summary="Take an entry out of the ledger", responses=GONE)
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        """For what was written by mistake. What happened and faded needs no removing."""
        row = self.written()
        with unchanged(row, request):
            remove_goodwill(entry=row, actor=request.user)
        return Response(status=204)


@extend_schema_serializer(examples=[OpenApiExample("A moment", FACT, request_only=True)])
class FactSerializer(OfContactSerializer):
    """Something that is kept of a contact for a purpose and a time. Then it is forgotten."""

    text = serializers.CharField(max_length=300)
    purpose = serializers.CharField(
        max_length=200, help_text="Why it is kept, in words that the person may read."
    )
    shows_on = serializers.DateField(
        required=False, allow_null=True, help_text="The day to speak of it."
    )
    is_month = serializers.BooleanField(
        default=False, help_text="Some day of the month of `shows_on` will do."
    )
    kept_until = serializers.DateField(
        required=False, help_text="The last day on which it is known. Left out: as usual here."
    )
    source = OpenChoiceField(  # type: ignore[assignment]
        choices=PersonalFact.Source.choices,
        default=PersonalFact.Source.THEMSELVES,
        help_text="How we know.",
    )
    author = OwnerSerializer(read_only=True, allow_null=True, help_text="Who wrote it down.")


class FactViewSet(OfContactViewSet[PersonalFact]):
    """Personal facts whose time is not over. They are not changed; one that is removed is gone for
    good.
    """

    queryset = PersonalFact.objects.none()
    serializer_class = FactSerializer

    def get_queryset(self) -> models.QuerySet[PersonalFact]:
        rows = PersonalFact.objects.visible_to(self.request.user).kept(timezone.localdate())
        return of_people_we_know(rows).select_related("contact", "author")

    def create(self, request: UserApiRequest) -> Response:
        """A time that is over already, or a moment after it, is a 409."""
        sent = self.checked(FactSerializer)
        require(request.user, LOG, sent["contact"])
        return self.made(add_fact(actor=request.user, **sent))

    @extend_schema(summary="Remove a fact", responses=GONE)
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        row = self.written()
        with unchanged(row, request):
            remove_fact(fact=row, actor=request.user)
        return Response(status=204)
