"""A mail that is to be filed, from a program that has it: the webhook of a mail provider."""

from typing import Any

from django.db import models, transaction
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.fields import OpenChoiceField, StrictSerializer, UidField, UtcDateTimeField
from core.api.views import ApiViewSet, RetrieveMixin
from core.http import UserApiRequest
from core.models import User
from core.permissions import require
from integrations.models import Correspondent, ReceivedMail
from integrations.selectors.waiting import LOG
from integrations.services.filing_addresses import UnknownFilingAddress, holder_of
from integrations.services.receiving import receive_mail
from integrations.tasks import hurry_mails

READ, UNREAD = "read", "unread"


class CorrespondentSerializer(StrictSerializer):
    address = serializers.CharField(read_only=True, help_text="In lower case; empty if unreadable.")
    name = serializers.CharField(read_only=True)
    direction = OpenChoiceField(
        choices=["inbound", "outbound"],
        read_only=True,
        help_text="They wrote, or we wrote to them.",
    )
    state = OpenChoiceField(
        choices=Correspondent.State.choices,
        read_only=True,
        help_text="`waiting`: a colleague says whose address it is.",
    )
    contact = UidField(read_only=True, allow_null=True, help_text="On whom it was filed.")


class ReceivedMailSerializer(StrictSerializer):
    """A mail that came in to be filed, and what became of it."""

    id = serializers.UUIDField(source="uid", read_only=True)
    created_at = UtcDateTimeField(read_only=True)
    updated_at = UtcDateTimeField(read_only=True)
    state = serializers.SerializerMethodField(help_text="`unread` until a worker has read it.")
    sent_at = UtcDateTimeField(read_only=True, allow_null=True)
    is_automated = serializers.BooleanField(read_only=True)
    correspondents = CorrespondentSerializer(many=True, read_only=True)

    def to_representation(self, mail: ReceivedMail) -> dict[str, Any]:
        """With whom a colleague's mail is, is theirs to know, also for whoever brings it."""
        shown: dict[str, Any] = super().to_representation(mail)
        is_own = mail.colleague_id == self.context["request"].user.pk
        return shown if is_own else {**shown, "correspondents": []}

    def get_state(self, mail: ReceivedMail) -> str:
        return READ if mail.queue_state == ReceivedMail.QueueState.DONE else UNREAD


class NewMailSerializer(StrictSerializer):
    message = serializers.FileField(
        help_text="The mail as it was sent: headers and all (RFC 5322)."
    )
    recipient = serializers.CharField(
        required=False,
        max_length=320,
        help_text="The filing address that it came to. Left out: that of the token's user.",
    )

    def validate_recipient(self, value: str) -> User:
        try:
            return holder_of(value.strip().strip("<>").rpartition("@")[0] or value)
        except UnknownFilingAddress as refusal:
            raise serializers.ValidationError(str(refusal), code=refusal.code) from refusal


class ReceivedMailViewSet(RetrieveMixin, ApiViewSet[ReceivedMail]):
    """Mail to file. One's own alone can be read back."""

    scope_area = "relationships"
    uploads = frozenset({"create"})
    queryset = ReceivedMail.objects.none()
    serializer_class = ReceivedMailSerializer

    def get_queryset(self) -> models.QuerySet[ReceivedMail]:
        rows = ReceivedMail.objects.visible_to(self.request.user).defer("raw", "text")
        return rows.prefetch_related(
            models.Prefetch(
                "correspondents",
                Correspondent.objects.select_related("contact").order_by("address"),
            )
        )

    @extend_schema(
        summary="File a mail",
        request={"multipart/form-data": NewMailSerializer},
        responses={
            201: ReceivedMailSerializer,
            200: OpenApiResponse(ReceivedMailSerializer, description="It had come in before."),
        },
    )
    def create(self, request: UserApiRequest) -> Response:
        """As a form (`multipart/form-data`). The answer comes once the mail is kept; a worker then
        reads it and files it on whom it is with. The same mail again, by its Message-ID, is a 200
        and makes nothing new; one that is too large is a 409. An address that nobody is known by
        waits for a colleague.
        """
        require(request.user, LOG)
        serializer = NewMailSerializer(data=request.data, context=self.get_serializer_context())
        serializer.is_valid(raise_exception=True)
        sent = serializer.validated_data
        receipt = receive_mail(
            actor=sent.get("recipient") or request.user,
            content=sent["message"].read(),
            door=ReceivedMail.Door.API,
        )
        transaction.on_commit(hurry_mails)
        response = self.item(receipt.mail, status=201 if receipt.is_new else 200)
        response["Location"] = self.reverse_action("detail", args=[receipt.mail.uid])
        return response
