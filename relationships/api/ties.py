"""Ties in the API: who knows whom, and who says so."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import (
    OpenApiExample,
    OpenApiResponse,
    extend_schema,
    extend_schema_field,
    extend_schema_serializer,
)
from rest_framework import serializers
from rest_framework.response import Response

from contacts.models import Contact, Organisation
from core.api.etags import unchanged
from core.api.fields import (
    NullableTextField,
    OpenChoiceField,
    StrictSerializer,
    UidField,
    UtcDateTimeField,
)
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.models import User
from core.permissions import require
from relationships import part_days
from relationships.api.serializers import OwnerSerializer
from relationships.models import Tie, TieKind
from relationships.selectors.colleagues import colleagues
from relationships.services.ties import add_tie, change_tie, organisation_named, remove_tie

WRITE = "relationships.log_interaction"
ENDS = ("other", "organisation", "colleague")


@extend_schema_field(
    {
        "type": "string",
        "pattern": r"^\d{4}(-\d{2}-\d{2})?$",
        "description": "A year (`2019`) or a day (`2019-05-03`), as far as it is known.",
    }
)
class PartDayField(serializers.Field[Any, Any, Any, Any]):
    def __init__(self, *, is_end: bool = False, **options: Any) -> None:
        super().__init__(required=False, allow_null=True, **options)
        self.is_end = is_end

    def to_internal_value(self, data: Any) -> Any:
        try:
            return part_days.read(data if isinstance(data, str) else "?", is_end=self.is_end)
        except ValueError as error:
            raise serializers.ValidationError(str(error), code="invalid") from error

    def to_representation(self, value: Any) -> str | None:
        return value or None


class OrganisationSerializer(StrictSerializer):
    """A school, an employer or a client. One that is named and not known is made."""

    id = serializers.UUIDField(source="uid", read_only=True)
    name = serializers.CharField(max_length=200)
    kind = OpenChoiceField(choices=Organisation.Kind.choices, default=Organisation.Kind.EMPLOYER)


class TieKindInShortSerializer(serializers.Serializer[TieKind]):
    id = serializers.UUIDField(source="uid", read_only=True)
    key = serializers.SlugField(read_only=True, help_text="Stable; for programs.")
    name = serializers.CharField(read_only=True, help_text="For people, by Accept-Language.")
    inverse = serializers.CharField(
        read_only=True, help_text="As it reads from the other end, by Accept-Language."
    )


class TieKindSerializer(TieKindInShortSerializer):
    """What one may be to another."""

    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    among = OpenChoiceField(
        choices=TieKind.Among.choices, read_only=True, help_text="What it leads to."
    )
    is_symmetric = serializers.BooleanField(read_only=True)
    is_retired = serializers.SerializerMethodField(help_text="Offered no more.")

    def get_is_retired(self, kind: TieKind) -> bool:
        return kind.retired_at is not None


EXAMPLE = {
    "contact": "01930000-0000-7000-8000-000000000000",
    "kind": "mentor",
    "other": "01930000-0000-7000-8000-000000000001",
    "since": "2019",
    "detail": "Graduation project",
    "source": "themselves",
}


@extend_schema_serializer(examples=[OpenApiExample("A tie", EXAMPLE, request_only=True)])
class TieSerializer(StrictSerializer):
    """`contact` is `kind` (of) exactly one of `other`, `organisation` and `colleague`."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    contact = UidField(queryset=Contact.objects.none(), help_text="Set once.")
    kind = serializers.SlugRelatedField(
        slug_field="key",
        queryset=TieKind.objects.all(),
        help_text="The key of one of `/tie-kinds`. Set once.",
    )
    other = UidField(
        queryset=Contact.objects.none(), required=False, allow_null=True, help_text="Set once."
    )
    organisation = OrganisationSerializer(required=False, allow_null=True)
    colleague = UidField(
        queryset=User.objects.none(),
        required=False,
        allow_null=True,
        help_text="A colleague who can be given work. Set once.",
    )
    since = PartDayField(source="since_part")
    until = PartDayField(source="until_part", is_end=True)
    detail = NullableTextField(max_length=200, help_text="How, or where.")
    source = OpenChoiceField(  # type: ignore[assignment]
        choices=Tie.Source.choices, default=Tie.Source.SYSTEM, help_text="How we know."
    )
    author = OwnerSerializer(read_only=True, allow_null=True, help_text="Who wrote it down.")

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            people = Contact.objects.visible_to(user).active()
            fields["contact"].queryset = fields["other"].queryset = people
            fields["colleague"].queryset = colleagues()
        return fields

    def to_representation(self, row: Tie) -> dict[str, Any]:
        row.since_part = part_days.written(row.since, is_year=row.is_since_year)  # type: ignore[attr-defined]
        row.until_part = part_days.written(row.until, is_year=row.is_until_year)  # type: ignore[attr-defined]
        shown: dict[str, Any] = super().to_representation(row)
        return shown

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if self.instance is None and sum(attrs.get(name) is not None for name in ENDS) != 1:
            message = _("Name one of other, organisation and colleague.")
            raise serializers.ValidationError({"other": [message]}, code="required")
        if self.instance is not None:
            for name in ("contact", "kind", *ENDS):
                if name in attrs and _is_other(attrs[name], getattr(self.instance, name)):
                    message = _("This cannot be changed.")
                    raise serializers.ValidationError({name: [message]}, code="read_only")
        return attrs

    def details(self) -> dict[str, Any]:
        """What was sent, as the services take it."""
        sent = self.validated_data
        details = {name: sent[name] for name in ("detail", "source") if name in sent}
        for name in ("since", "until"):
            if f"{name}_part" in sent:
                day, is_year = sent[f"{name}_part"] or (None, False)
                details |= {name: day, f"is_{name}_year": is_year}
        return details


def _is_other(sent: Any, held: Any) -> bool:
    if isinstance(sent, dict) and held is not None:
        return bool((sent["name"], sent["kind"]) != (held.name, held.kind))
    return bool(sent != held)


class TieParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact, at either end.")
    kind = serializers.CharField(
        required=False, max_length=50, help_text="Of the kind of this key."
    )
    organisation = serializers.UUIDField(required=False, help_text="With this organisation.")
    colleague = serializers.UUIDField(required=False, help_text="With this colleague.")
    is_current = serializers.BooleanField(
        required=False,
        allow_null=True,
        default=None,
        help_text="Those that hold today, or those that do not.",
    )


class TieViewSet(RetrieveMixin, ListMixin[Tie], ApiViewSet[Tie]):
    """Who knows whom, of the contacts that the token's user may see: a tie is there only for
    whoever may see both its ends.
    """

    scope_area: ClassVar[str] = "relationships"
    queryset = Tie.objects.none()
    serializer_class = TieSerializer
    parameters_class = TieParameters

    def get_queryset(self) -> models.QuerySet[Tie]:
        parts = ("kind", "contact", "other", "organisation", "colleague", "author")
        return Tie.objects.visible_to(self.request.user).select_related(*parts)

    def narrow(
        self, queryset: models.QuerySet[Tie], values: dict[str, Any]
    ) -> models.QuerySet[Tie]:
        if "contact" in values:
            uid = values["contact"]
            queryset = queryset.filter(Q(contact__uid=uid) | Q(other__uid=uid))
        named = {"kind": "kind__key", "organisation": "organisation__uid"}
        named["colleague"] = "colleague__uid"
        queryset = queryset.filter(
            **{field: values[name] for name, field in named.items() if name in values}
        )
        if values["is_current"] is not None:
            current = Q(until=None) | Q(until__gte=timezone.localdate())
            queryset = queryset.filter(current if values["is_current"] else ~current)
        return queryset

    def create(self, request: UserApiRequest) -> Response:
        """Write down a tie. One of that kind between the two that still holds is a 409."""
        serializer = TieSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        require(request.user, WRITE, sent["contact"])
        with transaction.atomic():
            target = next(sent[name] for name in ENDS if sent.get(name) is not None)
            if isinstance(target, dict):
                target = organisation_named(**target)
            made = add_tie(
                contact=sent["contact"],
                actor=request.user,
                kind=sent["kind"],
                target=target,
                **serializer.details(),
            )
        response = self.item(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response

    def partial_update(self, request: UserApiRequest, id: UUID) -> Response:
        """Change what is sent, and nothing else (merge patch): null empties. An `until` ends it."""
        row = self._written()
        serializer = TieSerializer(
            row, data=request.data, partial=True, context=self.get_serializer_context()
        )
        serializer.is_valid(raise_exception=True)
        with unchanged(row, request):
            change_tie(tie=row, actor=request.user, **serializer.details())
        return self.item(self.get_queryset().get(pk=row.pk))

    @extend_schema(
        summary="Take out a tie",
        responses={204: OpenApiResponse(description="It is there no more.")},
    )
    def destroy(self, request: UserApiRequest, id: UUID) -> Response:
        """For what was written down by mistake; what held and is over gets an `until`."""
        row = self._written()
        with unchanged(row, request):
            remove_tie(tie=row, actor=request.user)
        return Response(status=204)

    def _written(self) -> Tie:
        row = self.get_object()
        if row.other is None or not self.request.user.has_perm(WRITE, row.other):
            require(self.request.user, WRITE, row.contact)
        return row


class TieKindViewSet(RetrieveMixin, ListMixin[TieKind], ApiViewSet[TieKind]):
    """The kinds of ties, those out of use too. Administrators change them in the browser."""

    scope_area: ClassVar[str] = "relationships"
    queryset = TieKind.objects.all()
    serializer_class = TieKindSerializer
