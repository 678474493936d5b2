"""How the API says what people can do."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema_serializer
from rest_framework import serializers

from contacts.models import ContactSkill, Level, Skill, SkillSource
from contacts.services.skill_catalogue import LONGEST_NAME
from core.api.fields import (
    NullableTextField,
    OpenChoiceField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.api.pagination import ListParameters

LEVELS = ", ".join(f"{level.value} {level.name.lower()}" for level in Level)


class ContactSkillSerializer(serializers.Serializer[ContactSkill]):
    """A skill that a contact has."""

    id = serializers.UUIDField(source="skill.uid", read_only=True, help_text="Of the skill.")
    name = serializers.CharField(
        source="skill.name", read_only=True, help_text="For people, by Accept-Language."
    )
    level = serializers.IntegerField(
        read_only=True, allow_null=True, help_text=f"{LEVELS}; null: unknown."
    )
    source = OpenChoiceField(  # type: ignore[assignment]
        choices=SkillSource.choices, read_only=True, help_text="Who says so."
    )
    evidence = NullableTextField(read_only=True)
    confirmed_on = serializers.DateField(
        read_only=True, allow_null=True, help_text="When somebody last said that it still holds."
    )


class WrittenSkillSerializer(StrictSerializer):
    """What is known of it. It replaces what was known, null and what is not sent included."""

    level = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=5, help_text=LEVELS
    )
    source = OpenChoiceField(  # type: ignore[assignment]
        choices=SkillSource.choices, default=SkillSource.IMPORT
    )
    evidence = NullableTextField(max_length=300, help_text="A link, or a few words.")
    confirmed_on = serializers.DateField(required=False, allow_null=True, default=None)

    def validate_confirmed_on(self, day: Any) -> Any:
        if day is not None and day > timezone.localdate():
            raise serializers.ValidationError(_("This day has yet to come."), code="future")
        return day


EXAMPLE = {"name": "Python", "level": 4, "source": "cv", "confirmed_on": "2026-03-31"}


@extend_schema_serializer(examples=[OpenApiExample("A skill", value=EXAMPLE, request_only=True)])
class NamedSkillSerializer(WrittenSkillSerializer):
    name = serializers.CharField(
        max_length=LONGEST_NAME,
        help_text="Any name of the skill, in any language; one that is new is made.",
    )


class SkillSerializer(StrictSerializer):
    """A skill of the catalogue. Whoever looks for any of its names finds it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    name = serializers.CharField(read_only=True, help_text="For people, by Accept-Language.")
    name_en = NullableTextField(max_length=LONGEST_NAME)
    name_nl = NullableTextField(max_length=LONGEST_NAME)
    synonyms = serializers.ListField(
        child=serializers.CharField(max_length=LONGEST_NAME),
        required=False,
        max_length=100,
        help_text="Its other names.",
    )
    esco_uri = NullableTextField(max_length=200, help_text="Its address in ESCO.")
    is_retired = serializers.SerializerMethodField(help_text="Offered no more to choose from.")
    merged_into = UidField(
        read_only=True, allow_null=True, help_text="The skill that it is now, if so: use that."
    )

    def get_is_retired(self, skill: Skill) -> bool:
        return skill.retired_at is not None

    def to_representation(self, skill: Skill) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(_Shown(skill))
        return shown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not attrs.get("name_en") and not attrs.get("name_nl"):
            raise serializers.ValidationError(
                {"name_en": _("Give a name in one of the languages.")}, code="required"
            )
        return attrs


class _Shown:
    """A skill with its synonyms, from the names that the list loaded."""

    def __init__(self, skill: Skill) -> None:
        self._skill = skill
        own = {skill.name_en, skill.name_nl}
        self.synonyms = sorted(n.text for n in skill.names.all() if n.text not in own)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._skill, name)


class SkillParameters(ListParameters):
    q = serializers.CharField(
        required=False, max_length=LONGEST_NAME, help_text="Part of any of its names."
    )
