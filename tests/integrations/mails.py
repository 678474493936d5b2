"""Mails as people send them, for the tests of what comes of them."""

from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone

from core.models import User
from integrations.models import FilingAddress, ReceivedMail
from integrations.services.filing import file_waiting
from integrations.services.filing_addresses import make_filing_address
from integrations.services.receiving import receive_mail
from tests.factories import UserFactory

SENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def recruiter(**fields: object) -> User:
    user = UserFactory(role="recruiter", **fields)
    make_filing_address(actor=user)
    return user


def address_of(user: User) -> str:
    return FilingAddress.objects.get(user=user).address


def mail(
    *,
    sender: str,
    to: str = "",
    cc: str = "",
    subject: str = "The training",
    text: str = "Shall we talk on Friday?",
    message_id: str = "<one@mail.example>",
    sent_at: datetime | None = SENT,
    **headers: str,
) -> bytes:
    return bytes(
        message(
            sender=sender,
            to=to,
            cc=cc,
            subject=subject,
            text=text,
            message_id=message_id,
            sent_at=sent_at,
            **headers,
        )
    )


def message(
    *,
    sender: str,
    to: str = "",
    cc: str = "",
    subject: str = "The training",
    text: str = "Shall we talk on Friday?",
    message_id: str = "<one@mail.example>",
    sent_at: datetime | None = SENT,
    **headers: str,
) -> EmailMessage:
    made = EmailMessage()
    given = {"From": sender, "To": to, "Cc": cc, "Subject": subject, "Message-ID": message_id}
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value:
            made[name] = value
    if sent_at:
        made["Date"] = format_datetime(sent_at)
    made.set_content(text)
    return made


def capture(user: User, content: bytes, **options: bool) -> ReceivedMail:
    """In by a door, and through the worker's hands."""
    receipt = receive_mail(actor=user, content=content, door="api", **options)
    file_waiting(now=timezone.now())
    return ReceivedMail.objects.get(pk=receipt.mail.pk)
