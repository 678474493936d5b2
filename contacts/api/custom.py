"""What the API says of fields that an organisation made itself, and of whose word a field is."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail

from contacts import custom_fields
from contacts.choices import Source
from contacts.models import CustomField
from core.api.fields import OpenChoiceField, UtcDateTimeField

VALUES_HELP = (
    "The values of the organisation's own fields, by key (`GET /custom-fields` lists them): text "
    "and links as text, numbers as numbers, days as `2026-03-31`, yes or no as booleans, a choice "
    "as its key, several as a list of keys. Every field in use is there, null where it is empty. "
    "When writing, only the keys that are sent change; null empties."
)


class CustomValuesField(serializers.Field[Any, Any, Any, Any]):
    """An object by key. What is wrong with a value is said at its own pointer."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, help_text=VALUES_HELP, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        if data is None:  # as a merge patch has it: everything goes
            return {field.key: None for field in custom_fields.active_fields()}
        return super().run_validation(data)

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, Mapping):
            raise serializers.ValidationError(_("Send an object."), code="not_an_object")
        known = {field.key for field in custom_fields.active_fields()}
        try:
            return custom_fields.cleaned(data)
        except custom_fields.ValuesRefused as refused:
            raise serializers.ValidationError(
                {
                    key: [ErrorDetail(words, code="invalid" if key in known else "unknown_field")]
                    for key, words in refused.errors.items()
                }
            ) from refused

    def to_representation(self, values: Mapping[str, Any]) -> dict[str, Any]:
        return {field.key: values.get(field.key) for field in custom_fields.active_fields()}


class CustomValuesFieldSchema(OpenApiSerializerFieldExtension):
    target_class = CustomValuesField

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "object", "additionalProperties": {}, "description": VALUES_HELP}


class FieldAuthorSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField(read_only=True)
    name = serializers.CharField(read_only=True)


class FieldSourceSerializer(serializers.Serializer[Any]):
    """Whose word a field is, and since when."""

    source = OpenChoiceField(choices=Source.choices, read_only=True)  # type: ignore[assignment]
    said_on = serializers.DateField(
        read_only=True, help_text="The day on which it was last said or found still right."
    )
    detail = serializers.CharField(
        read_only=True, help_text="The system or the file, where there is one."
    )
    author = FieldAuthorSerializer(
        read_only=True,
        allow_null=True,
        help_text="The colleague who wrote it down; null where none did, or where it came with "
        "the record.",
    )
    is_old = serializers.BooleanField(
        read_only=True, help_text="Whether that is longer ago than the organisation finds fresh."
    )


class FieldChoiceSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(read_only=True)
    label_en = serializers.CharField(read_only=True, source="en")
    label_nl = serializers.CharField(read_only=True, source="nl")
    is_retired = serializers.BooleanField(
        read_only=True, source="retired", help_text="No longer offered, and kept where it is held."
    )


class CustomFieldSerializer(serializers.Serializer[CustomField]):
    """A field that the organisation made itself. Its key never changes."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    key = serializers.CharField(read_only=True)
    type = OpenChoiceField(choices=CustomField.Type.choices, read_only=True)
    label_en = serializers.CharField(read_only=True)
    label_nl = serializers.CharField(read_only=True)
    help_en = serializers.CharField(read_only=True)
    help_nl = serializers.CharField(read_only=True)
    choices = FieldChoiceSerializer(many=True, read_only=True)
    is_personal = serializers.BooleanField(read_only=True)
    retired_at = UtcDateTimeField(read_only=True, allow_null=True)
