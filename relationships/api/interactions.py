"""Contact moments in the API: logged, put right, taken back."""

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
from rest_framework.response import Response

from core.api.etags import unchanged
from core.api.fields import NullableTextField, OpenChoiceField, UtcDateTimeField
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
from relationships.choices import Channel, Direction, Party
from relationships.models import Interaction
from relationships.services.interactions import Moment
from relationships.services.notes import change_note, log_with_all, take_back_note
from relationships.services.ownership import Act, turn_to

LONGEST = 50_000
EXAMPLE = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "channel": "phone",
    "direction": "two_way",
    "initiated_by": "them",
    "happened_at": "2026-03-31T09:30:00Z",
    "summary": "Asked about the training",
    "body": "Likes to teach. !promise send the programme by Friday",
}


@extend_schema_serializer(examples=[OpenApiExample("A call", EXAMPLE, request_only=True)])
class InteractionSerializer(OfContactSerializer):
    """One thing that happened between us: by what means, who spoke, who began it."""

    happened_at = UtcDateTimeField(required=False, help_text="Left out: now.")
    channel = OpenChoiceField(choices=Channel.choices)
    direction = OpenChoiceField(choices=Direction.choices, help_text="Who spoke.")
    initiated_by = OpenChoiceField(
        choices=Party.choices,
        default=Party.US,
        help_text="Who began it. What they alone said, they began.",
    )
    is_automated = serializers.BooleanField(
        read_only=True, help_text="Sent by a machine: it never counts as human contact."
    )
    summary = NullableTextField(max_length=200, help_text="In a line.")
    body = NullableTextField(
        max_length=LONGEST,
        help_text="Notes. `@colleague`, `#topic` and `!promise by Friday` become what they name.",
    )
    author = OwnerSerializer(read_only=True, allow_null=True)


class NewInteractionSerializer(InteractionSerializer):
    override_reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="Why, where we turn to somebody whom a colleague holds.",
    )


class InteractionParameters(OfContactParameters):
    contact = serializers.UUIDField(help_text="Of this contact. Needed.")
    channel = serializers.ChoiceField(
        choices=Channel.values, required=False, help_text="By this channel."
    )
    direction = serializers.ChoiceField(
        choices=Direction.values, required=False, help_text="In this direction."
    )


class InteractionViewSet(OfContactViewSet[Interaction]):
    """Contact moments with one contact. All that happened, mails and stages too, is their
    `timeline`.
    """

    queryset = Interaction.objects.none()
    serializer_class = InteractionSerializer
    parameters_class = InteractionParameters
    filters: ClassVar[dict[str, str]] = {
        "contact": "contact__uid",
        "channel": "channel",
        "direction": "direction",
    }

    def get_queryset(self) -> models.QuerySet[Interaction]:
        rows = of_people_we_know(Interaction.objects.visible_to(self.request.user))
        return rows.select_related("contact", "author")

    @extend_schema(
        summary="Log a contact moment",
        request=NewInteractionSerializer,
        responses={201: InteractionSerializer},
    )
    def create(self, request: UserApiRequest) -> Response:
        """A conversation both ways brings the day of the next touch up to date. What is still to
        come is a 409. Where we alone spoke to somebody whom a colleague holds, a 409
        `held_by_colleague` says who, unless `override_reason` says why.
        """
        sent = self.checked(NewInteractionSerializer)
        contact, reason = sent["contact"], sent.pop("override_reason", "")
        require(request.user, LOG, contact)
        with transaction.atomic():
            if sent["direction"] == Direction.OUTBOUND:
                turn_to(contact=contact, actor=request.user, act=Act.MAIL, reason=reason)
            logged = log_with_all(moments=[Moment(**sent)], actor=request.user)
        return self.made(logged[0])

    @extend_schema(summary="Put a contact moment right")
    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """By who logged it; else a 409."""
        row = self.written()
        serializer = InteractionSerializer(
            row, data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        sent: dict[str, Any] = {"summary": row.summary, "body": row.body}
        sent |= serializer.validated_data
        with unchanged(row, request):
            change_note(interaction=row, actor=request.user, **sent)
        return self.read_again(row)

    @extend_schema(
        summary="Take back a contact moment",
        responses={204: OpenApiResponse(description="It is there no more.")},
    )
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        """It did not happen, or not with this contact. By who logged it; else a 409. What its note
        made goes with it. For thirty days it can be put back in the browser.
        """
        row = self.written()
        with unchanged(row, request):
            take_back_note(interaction=row, actor=request.user)
        return Response(status=204)
