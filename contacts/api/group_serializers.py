from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from contacts.conditions import sentences, shape
from contacts.models import Contact, PoolMember, PoolStep, Segment, SegmentMember, TalentPool
from core.api.fields import (
    NullableTextField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.api.pagination import ListParameters

AT_ONCE = 1000
FIRST_DAY = date(1970, 1, 1)


class SegmentSerializer(serializers.Serializer[Segment]):
    """People by rule. Who changes is looked at again within a minute."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    name = serializers.CharField(read_only=True)
    purpose = NullableTextField(read_only=True)
    rule = serializers.JSONField(
        read_only=True, help_text="As it was built; `version` names its form."
    )
    sentence = serializers.SerializerMethodField(help_text="The rule in words.")
    owner = UidField(read_only=True)
    unit = UidField(read_only=True, allow_null=True)
    is_private = serializers.BooleanField(read_only=True)
    is_reviewed = serializers.BooleanField(
        read_only=True, help_text="Who fits waits for a colleague's yes."
    )
    size = serializers.IntegerField(read_only=True, help_text="How many are in it now.")
    waiting = serializers.IntegerField(read_only=True, help_text="How many wait for a yes.")
    worked_out_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text="Null while its first people are being found."
    )

    @extend_schema_field(OpenApiTypes.STR)
    def get_sentence(self, segment: Segment) -> str:
        user = self.context["request"].user
        with translation.override(translation.get_language() or user.language):
            return sentences.sentence_of(shape.stored(segment.rule), user)


class SegmentMemberSerializer(serializers.Serializer[Contact]):
    """Somebody in a segment, from `since` until `until`."""

    contact = serializers.UUIDField(source="uid", read_only=True)
    full_name = serializers.CharField(read_only=True)
    since = serializers.SerializerMethodField()
    until = serializers.SerializerMethodField(help_text="Null: still in it.")
    why = serializers.SerializerMethodField(help_text="`rule`, or `review` when a colleague did.")

    def _place(self, contact: Contact) -> SegmentMember:
        places: Mapping[int, SegmentMember] = self.context["places"]
        return places[contact.pk]

    @extend_schema_field(OpenApiTypes.DATETIME)
    def get_since(self, contact: Contact) -> Any:
        return UtcDateTimeField().to_representation(self._place(contact).since)

    @extend_schema_field({"type": ["string", "null"], "format": "date-time"})
    def get_until(self, contact: Contact) -> Any:
        until = self._place(contact).until
        return None if until is None else UtcDateTimeField().to_representation(until)

    @extend_schema_field(OpenApiTypes.STR)
    def get_why(self, contact: Contact) -> str:
        return self._place(contact).joined_because


class SegmentMemberParameters(ListParameters):
    on = serializers.DateField(
        required=False, help_text="Who was in it at some moment of that day; without it, now."
    )

    def validate_on(self, day: date) -> date:
        if not FIRST_DAY <= day <= timezone.localdate():
            raise serializers.ValidationError(_("This day is still to come, or too long ago."))
        return day


class PoolStepSerializer(serializers.Serializer[PoolStep]):
    id = serializers.UUIDField(source="uid", read_only=True)
    name = serializers.CharField(read_only=True)


class PoolSerializer(serializers.Serializer[TalentPool]):
    """People whom colleagues picked by hand. Private pools are their owner's alone."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    name = serializers.CharField(read_only=True)
    purpose = NullableTextField(read_only=True)
    owner = UidField(read_only=True)
    unit = UidField(read_only=True, allow_null=True)
    is_private = serializers.BooleanField(read_only=True)
    steps = PoolStepSerializer(many=True, read_only=True, help_text="In their order.")
    reviewed_on = serializers.DateField(read_only=True)
    is_stale = serializers.BooleanField(
        read_only=True, help_text="Nobody looked at it for half a year; no campaign starts from it."
    )


class PoolMemberSerializer(serializers.Serializer[PoolMember]):
    """Somebody in a pool now."""

    contact = UidField(read_only=True)
    since = UtcDateTimeField(read_only=True)
    step = UidField(read_only=True, allow_null=True)
    step_since = UtcDateTimeField(read_only=True)
    why = NullableTextField(read_only=True)
    filled_from = UidField(
        read_only=True, allow_null=True, help_text="The segment that added them, if one did."
    )
    updated_at = UtcDateTimeField(read_only=True)


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "Two people",
            value={
                "contacts": [
                    "01930000-0000-7000-8000-000000000000",
                    "01930000-0000-7000-8000-000000000001",
                ],
                "why": "Met at the fair",
            },
            request_only=True,
        )
    ]
)
class PoolAddSerializer(StrictSerializer):
    contacts = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=AT_ONCE
    )
    why = serializers.CharField(max_length=300, required=False, allow_blank=True)
    step = serializers.UUIDField(
        required=False, help_text="A step of the pool; without it, the first."
    )


class PoolAddedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField(read_only=True)
    unchanged = serializers.IntegerField(
        read_only=True, help_text="They were in it already, and stay where they are."
    )
