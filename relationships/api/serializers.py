from typing import Any

from django.utils import timezone
from drf_spectacular.utils import (
    OpenApiExample,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers

from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.api.pagination import ListParameters
from core.models import User
from relationships import entry_rules
from relationships.choices import Cause, Kind, Tone
from relationships.models import AllowedMove, Lifecycle, Relationship, Stage
from relationships.selectors.colleagues import colleagues
from relationships.selectors.ownership import until_of
from relationships.selectors.stints import Stint


class StageInShortSerializer(serializers.Serializer[Stage]):
    id = serializers.UUIDField(source="uid", read_only=True)
    key = serializers.SlugField(read_only=True, help_text="Stable; for programs.")
    name = serializers.CharField(
        source="label", read_only=True, help_text="For people, by Accept-Language."
    )
    is_closed = serializers.BooleanField(
        read_only=True, help_text="Whoever comes here has ended the relationship."
    )


class OwnerSerializer(serializers.Serializer[User]):
    """A colleague."""

    id = serializers.UUIDField(source="uid", read_only=True)
    name = serializers.CharField(read_only=True)


class RelationshipSerializer(serializers.Serializer[Relationship]):
    """What a contact is to us, of one kind. A person may have several, one open per kind."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(read_only=True)
    kind = OpenChoiceField(choices=Kind.choices, read_only=True)
    stage = StageInShortSerializer(read_only=True)
    stage_since = UtcDateTimeField(read_only=True)
    owner = OwnerSerializer(read_only=True, allow_null=True)
    co_owners = serializers.SerializerMethodField(help_text="Who keeps in touch beside the owner.")
    held_until = serializers.SerializerMethodField(
        help_text="The last day on which the owner holds the person; null where nobody does."
    )
    started_on = serializers.DateField(read_only=True)
    ended_on = serializers.DateField(read_only=True, allow_null=True)
    cadence_days = serializers.IntegerField(
        read_only=True, allow_null=True, help_text="Days between contact moments, if set here."
    )
    last_two_way_at = UtcDateTimeField(
        read_only=True, allow_null=True, help_text="When we last spoke with, not to, each other."
    )
    next_touch_on = serializers.DateField(read_only=True, allow_null=True)

    @extend_schema_field(OwnerSerializer(many=True))
    def get_co_owners(self, row: Relationship) -> list[Any]:
        beside = sorted(row.co_owners.all(), key=lambda one: one.user.name)
        return [dict(OwnerSerializer(one.user).data) for one in beside]

    @extend_schema_field({"type": ["string", "null"], "format": "date"})
    def get_held_until(self, row: Relationship) -> str | None:
        until = until_of(row, self.context.get("ownership_rules") or {})
        return until.isoformat() if until and until >= timezone.localdate() else None


class HandOverSerializer(StrictSerializer):
    owner = UidField(queryset=User.objects.none(), help_text="A colleague who can be given work.")
    override_reason = serializers.CharField(
        max_length=300,
        default="",
        allow_blank=True,
        help_text="Why they become the owner of somebody whom a colleague holds.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        fields["owner"].queryset = colleagues()
        return fields


@extend_schema_serializer(
    examples=[
        OpenApiExample(
            "A move",
            value={
                "to_stage": "01930000-0000-7000-8000-000000000000",
                "reason": "Asked to be called back in spring",
            },
            request_only=True,
        )
    ]
)
class MoveSerializer(StrictSerializer):
    to_stage = UidField(
        queryset=Stage.objects.all(), help_text="A stage id of the same lifecycle: see /lifecycles."
    )
    reason = serializers.CharField(
        max_length=300, default="", allow_blank=True, help_text="Some moves need one."
    )


class AllowedMoveSerializer(serializers.Serializer[AllowedMove]):
    to_stage = UidField(read_only=True)
    needs_reason = serializers.BooleanField(read_only=True)


class StintSerializer(serializers.Serializer[Stint]):
    """A stay at one stage."""

    stage = StageInShortSerializer(read_only=True)
    since = UtcDateTimeField(read_only=True)
    until = UtcDateTimeField(
        read_only=True, allow_null=True, help_text="When the next stay began; null: it lasts."
    )
    moved_by = OwnerSerializer(read_only=True, allow_null=True)
    reason = serializers.CharField(read_only=True)
    cause = OpenChoiceField(choices=Cause.choices, read_only=True)


class HistorySerializer(serializers.Serializer[Any]):
    """The stays of a relationship, oldest first, without a gap. What was taken back is left out."""

    stays = StintSerializer(many=True, read_only=True)


class EntryRuleSerializer(serializers.Serializer[Any]):
    """Something that must be there before a relationship comes to the stage."""

    rule = serializers.CharField(read_only=True, help_text="What is looked at; for programs.")
    value = serializers.CharField(read_only=True)
    text = serializers.CharField(read_only=True, help_text="For people, by Accept-Language.")


class StageSerializer(StageInShortSerializer):
    position = serializers.IntegerField(read_only=True)
    colour = OpenChoiceField(
        source="tone", choices=Tone.choices, read_only=True, help_text="Empty: that of its kind."
    )
    is_onward = serializers.BooleanField(
        read_only=True, help_text="Who becomes something else to us ends here."
    )
    is_put_aside = serializers.SerializerMethodField(
        help_text="Nobody can come here any more; what ended here stays."
    )
    entry_rules = serializers.SerializerMethodField(
        help_text="All must be met before a relationship comes here; else a move is refused with "
        "the code `entry_rule_unmet`."
    )
    is_entry = serializers.BooleanField(read_only=True, help_text="Relationships begin here.")
    cadence_days = serializers.IntegerField(read_only=True, allow_null=True)
    moves = AllowedMoveSerializer(
        source="moves_out", many=True, read_only=True, help_text="Where one may go from here."
    )

    def get_is_put_aside(self, stage: Stage) -> bool:
        return stage.archived_at is not None

    @extend_schema_field(EntryRuleSerializer(many=True))
    def get_entry_rules(self, stage: Stage) -> list[dict[str, str]]:
        return [
            {"rule": rule.key, "value": value, "text": rule.words(value)}
            for rule, value in entry_rules.known(stage.entry_rules)
        ]


class LifecycleSerializer(serializers.Serializer[Lifecycle]):
    """The stages that relationships of one kind go through."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    kind = OpenChoiceField(choices=Kind.choices, read_only=True)
    stages = StageSerializer(many=True, read_only=True)


class RelationshipParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")
    kind = serializers.ChoiceField(
        choices=[kind.value for kind in Kind], required=False, help_text="Of this kind."
    )
    stage = serializers.UUIDField(required=False, help_text="At this stage.")
    owner = serializers.UUIDField(required=False, help_text="Looked after by this colleague.")
    is_open = serializers.BooleanField(
        required=False, allow_null=True, default=None, help_text="Open ones, or ended ones."
    )
