"""What the resources that hang on one contact have in common: promises, goodwill, facts, talks."""

from typing import Any, ClassVar, Generic, TypeVar

from django.db import models
from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.response import Response

from contacts.models import Contact
from core.api.fields import StrictSerializer, UidField, UtcDateTimeField
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.models import TimeStampedModel
from core.permissions import require

Row = TypeVar("Row", bound=TimeStampedModel)
LOG = "relationships.log_interaction"


class OfContactSerializer(StrictSerializer):
    """``set_once``: what cannot be changed later, though it may be sent back as it was."""

    set_once: ClassVar[tuple[str, ...]] = ("contact",)
    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(queryset=Contact.objects.none(), help_text="Set once.")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            fields["contact"].queryset = Contact.objects.visible_to(user).active()
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None:
            return attrs
        for name in self.set_once:
            if name in attrs and attrs.pop(name) != getattr(self.instance, name):
                message = _("This cannot be changed.")
                raise serializers.ValidationError({name: [message]}, code="read_only")
        return attrs


class OfContactParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")


class OfContactViewSet(RetrieveMixin, ListMixin[Row], ApiViewSet[Row], Generic[Row]):
    """``filters``: what a parameter is called in the query."""

    scope_area: ClassVar[str] = "relationships"
    parameters_class: ClassVar[type[ListParameters]] = OfContactParameters
    filters: ClassVar[dict[str, str]] = {"contact": "contact__uid"}

    def narrow(
        self, queryset: models.QuerySet[Row], values: dict[str, Any]
    ) -> models.QuerySet[Row]:
        named = {field: values[name] for name, field in self.filters.items() if name in values}
        return queryset.filter(**named)

    def read_again(self, row: Row) -> Response:
        return self.item(self.get_queryset().get(pk=row.pk))

    def made(self, row: Row) -> Response:
        response = self.item(self.get_queryset().get(pk=row.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[row.uid])
        return response

    def written(self, permission: str = LOG) -> Row:
        """The row that the address names, if the token's user may change it."""
        row = self.get_object()
        require(self.request.user, permission, row)
        return row

    def checked(self, serializer_class: type[serializers.BaseSerializer[Any]]) -> Any:
        serializer = serializer_class(data=self.request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        return serializer.validated_data


def of_people_we_know(rows: models.QuerySet[Row], by: str = "contact") -> models.QuerySet[Row]:
    return rows.filter(**{f"{by}__erased_at": None, f"{by}__merged_into": None})
