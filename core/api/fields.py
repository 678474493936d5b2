"""Fields as the API writes them: UTC with ``Z``, explicit nulls, enumerations that may grow."""

from collections.abc import Mapping
from datetime import UTC
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail


class UtcDateTimeField(serializers.DateTimeField):
    def __init__(self, **options: Any) -> None:
        super().__init__(default_timezone=UTC, **options)


class NullableTextField(serializers.CharField):
    """Text that may be missing: null outside, the empty string in the database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, allow_null=True, required=False, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return "" if value is None else value

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return value or None


class OpenChoiceField(serializers.ChoiceField):
    """One of a list that may grow inside v1. The document therefore names the values without
    closing the list: a generated client must not break on a value that came later.
    """


class NullableChoiceField(OpenChoiceField):
    """One of a list, or nothing: null outside, the empty string in the database."""

    def __init__(self, **options: Any) -> None:
        super().__init__(allow_blank=True, allow_null=True, required=False, **options)

    def run_validation(self, data: Any = serializers.empty) -> Any:
        value = super().run_validation(data)
        return "" if value is None else value

    def to_representation(self, value: str) -> str | None:  # type: ignore[override]
        return super().to_representation(value) or None


class OpenChoiceFieldSchema(OpenApiSerializerFieldExtension):
    target_class = OpenChoiceField
    match_subclasses = True

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        values = [value for value in self.target.choices if value != ""]
        named = ", ".join(f"`{value}`" for value in values)
        return {
            "type": "string",
            "description": f"One of {named}. More values may come.",
            "x-extensible-enum": values,
        }


class UidField(serializers.SlugRelatedField[Any]):
    """Another row, by the ``id`` under which the API shows it."""

    default_error_messages = {"does_not_exist": _("There is no such id.")}

    def __init__(self, **options: Any) -> None:
        super().__init__(slug_field="uid", **options)

    def to_internal_value(self, data: Any) -> Any:
        return super().to_internal_value(serializers.UUIDField().to_internal_value(data))


class UidFieldSchema(OpenApiSerializerFieldExtension):
    target_class = UidField

    def map_serializer_field(self, auto_schema: Any, direction: str) -> dict[str, Any]:
        return {"type": "string", "format": "uuid"}


class StrictSerializer(serializers.Serializer[Any]):
    """A body that refuses names it does not know, so that a slip of the pen is not lost silently.

    What is read-only may be sent back as it was read: it is left alone.
    """

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            unknown = [name for name in data if name not in self.fields]
            if unknown:
                message = ErrorDetail(str(_("There is no such field.")), code="unknown_field")
                raise serializers.ValidationError({name: [message] for name in unknown})
        return super().to_internal_value(data)
