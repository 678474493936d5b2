"""Taking one contact into a campaign that runs, from another program."""

from typing import Any

from django.db import models
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from campaigns.models import Campaign, Enrolment
from campaigns.services.enrolment import enrol_person
from contacts.models import Contact
from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.api.pagination import ListParameters
from core.api.views import ApiViewSet, ListMixin, RetrieveMixin
from core.http import UserApiRequest
from core.permissions import require


class EnrolmentSerializer(StrictSerializer):
    """A contact on the way through a campaign."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    campaign = UidField(queryset=Campaign.objects.none())
    contact = UidField(queryset=Contact.objects.none())
    state = OpenChoiceField(choices=Enrolment.State.choices, read_only=True)
    enrolled_at = UtcDateTimeField(read_only=True)
    override_reason = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        write_only=True,
        help_text="Why, where a colleague keeps in touch with them.",
    )

    def get_fields(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().get_fields()
        user = getattr(self.context.get("request"), "user", None)
        if user is not None:
            fields["campaign"].queryset = Campaign.objects.visible_to(user)
            fields["contact"].queryset = Contact.objects.visible_to(user).active()
        return fields


class EnrolmentParameters(ListParameters):
    contact = serializers.UUIDField(required=False, help_text="Of this contact.")
    campaign = serializers.UUIDField(required=False, help_text="In this campaign.")


class EnrolmentViewSet(RetrieveMixin, ListMixin[Enrolment], ApiViewSet[Enrolment]):
    """Who is on the way through a campaign, or was, of those whom the token's user may see."""

    scope_area = "relationships"
    queryset = Enrolment.objects.none()
    serializer_class = EnrolmentSerializer
    parameters_class = EnrolmentParameters

    def get_queryset(self) -> models.QuerySet[Enrolment]:
        user = self.request.user
        rows = Enrolment.objects.filter(
            campaign__in=Campaign.objects.visible_to(user),
            contact__in=Contact.objects.visible_to(user).filter(erased_at=None),
        )
        return rows.select_related("campaign", "contact")

    def narrow(
        self, queryset: models.QuerySet[Enrolment], values: dict[str, Any]
    ) -> models.QuerySet[Enrolment]:
        named = {f"{name}__uid": values[name] for name in ("contact", "campaign") if name in values}
        return queryset.filter(**named)

    @extend_schema(summary="Take a contact into a campaign")
    def create(self, request: UserApiRequest) -> Response:
        """Of a campaign that runs. Where a colleague keeps in touch with the contact, a 409
        `held_by_colleague` says who and for how many days more, unless `override_reason` says
        why; it is written down, and the owner is told.
        """
        serializer = EnrolmentSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        require(request.user, "campaigns.run_campaign", sent["campaign"])
        made = enrol_person(
            campaign=sent["campaign"],
            contact=sent["contact"],
            actor=request.user,
            override_reason=sent.get("override_reason", ""),
        )
        response = self.item(self.get_queryset().get(pk=made.pk), status=201)
        response["Location"] = self.reverse_action("detail", args=[made.uid])
        return response
