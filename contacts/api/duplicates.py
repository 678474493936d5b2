"""Saying, from another system, that two contacts may be one."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from contacts.models import Contact, DuplicateFlag, DuplicateProposal
from contacts.services.duplicate_flags import LONGEST, flag_pair
from core.api.fields import NullableTextField, StrictSerializer, UtcDateTimeField
from core.http import UserApiRequest
from core.permissions import require


class FlagSerializer(StrictSerializer):
    """Whom the contact may be the same as, and why you think so."""

    contact = serializers.UUIDField(help_text="The id of the other contact.")
    why = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST)


class FlaggedSerializer(serializers.Serializer[DuplicateFlag]):
    """A colleague's word that two contacts may be one; it waits for those who may merge them."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    contacts = serializers.SerializerMethodField(help_text="The ids of the two.")
    flagged_by = serializers.UUIDField(source="flagged_by.uid", read_only=True)
    why = NullableTextField(read_only=True)

    def get_contacts(self, flag: DuplicateFlag) -> list[UUID]:
        return [flag.proposal.first.uid, flag.proposal.second.uid]


class DuplicatesOfContact:
    """What can be said of one contact being another."""

    @extend_schema(
        operation_id="contacts_duplicates_create",
        summary="Say that two contacts may be one",
        request=FlagSerializer,
        responses={
            200: FlaggedSerializer,
            201: OpenApiResponse(FlaggedSerializer, "Said for the first time"),
        },
    )
    @action(detail=True, methods=["post"], url_path="duplicates", url_name="duplicates")
    def flag_duplicate(self: Any, request: UserApiRequest, id: UUID) -> Response:
        """Puts the pair ahead in the queue of those who may merge people; nothing is merged by it.
        Safe to repeat: a pair waits once, and what you say later takes the place of what you said.
        Where a colleague decided that they are two people, that is a 409 (`pair_decided`).
        """
        contact = self.get_object()
        require(request.user, "contacts.change_contact", contact)
        serializer = FlagSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        other = _other(request, sent["contact"])
        held = DuplicateFlag.objects.filter(
            proposal__in=DuplicateProposal.objects.of(contact.pk).of(other.pk),
            flagged_by=request.user,
        )
        is_known = held.exists()
        flag = flag_pair(one=contact, other=other, actor=request.user, why=sent.get("why", ""))
        return Response(FlaggedSerializer(flag).data, status=200 if is_known else 201)


def _other(request: UserApiRequest, uid: UUID) -> Contact:
    people = Contact.objects.visible_to(request.user).filter(erased_at=None)
    found = people.filter(uid=uid).first()
    if found is None:
        message = _("This person is not there, or not for you.")
        raise serializers.ValidationError({"contact": [message]}, code="does_not_exist")
    return found
