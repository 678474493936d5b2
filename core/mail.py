"""Mails about accounts: written as rows in the request, sent by a worker.

They may be sent twice (a worker dies between the mail server and its own note of it): two equal
invitations do no harm, one that is missing does. The other way round with those that are sent
``is_once`` at most (a daily digest): from the moment the bytes leave nobody sends them again.
"""

import smtplib
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.utils import timezone

from core.models import AccountMail

BATCH = 20
LEASE = timedelta(minutes=5)
FIRST_PAUSE = timedelta(seconds=30)
MAX_ATTEMPTS = 12
"""With doubling pauses: about a day."""


def queue_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    is_once: bool = False,
    off_url: str = "",
) -> AccountMail:
    """Leave a mail for the worker, in the caller's transaction.

    ``off_url``: where a mail program's one click stops such mails (RFC 8058).
    """
    return AccountMail.objects.create(
        to=to,
        subject=subject,
        text=text,
        html=html,
        is_once=is_once,
        off_url=off_url,
        due_at=timezone.now(),
    )


def send_due_mails(*, now: datetime) -> int:
    """Send what is due; return how many mails went out."""
    AccountMail.objects.release_expired(now)
    mails = AccountMail.objects.claim(now=now, limit=BATCH, lease=LEASE)
    return sum(_send(mail, now) for mail in mails)


def _send(mail: AccountMail, now: datetime) -> bool:
    message = _message(mail)
    connection = message.connection = get_connection()
    try:
        with connection:
            if mail.is_once and not mail.hand_over():
                return False
            message.send()
    except smtplib.SMTPRecipientsRefused as refusal:
        code = max(code for code, _ in refusal.recipients.values())
        _postpone(mail, now, repr(refusal), is_final=code >= 500)
        return False
    except (smtplib.SMTPException, OSError) as fault:
        is_unknown = mail.queue_state == AccountMail.QueueState.HANDING_OVER
        is_said = isinstance(fault, smtplib.SMTPResponseException)
        _postpone(mail, now, repr(fault), is_final=is_unknown and not is_said)
        return False
    mail.finish(outcome="sent", text="", html="", off_url="")
    return True


def _message(mail: AccountMail) -> EmailMultiAlternatives:
    message = EmailMultiAlternatives(mail.subject, mail.text, to=[mail.to])
    # Told apart from a newsletter by whoever answers mail automatically (RFC 3834).
    message.extra_headers["Auto-Submitted"] = "auto-generated"
    if mail.off_url:
        message.extra_headers["List-Unsubscribe"] = f"<{mail.off_url}>"
        message.extra_headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message


def _postpone(mail: AccountMail, now: datetime, fault: str, *, is_final: bool = False) -> None:
    if is_final or mail.attempts >= MAX_ATTEMPTS:
        mail.finish(outcome=f"given up: {fault}"[:300], text="", html="", off_url="")
        return
    AccountMail.objects.filter(pk=mail.pk, lease_token=mail.lease_token).update(
        queue_state=AccountMail.QueueState.WAITING,
        due_at=now + FIRST_PAUSE * 2 ** (mail.attempts - 1),
        lease_token=None,
        lease_until=None,
        outcome=fault[:300],
    )


def as_html(subject: str, text: str) -> str:
    """The same mail for readers of HTML. A paragraph that ends in a line with only an address
    becomes a button, named by the line before it.
    """
    paragraphs = [_paragraph(part.strip()) for part in text.split("\n\n") if part.strip()]
    return render_to_string(
        "mail/account.html",
        {"subject": subject, "paragraphs": paragraphs, "url": settings.BASE_URL},
    )


def _paragraph(text: str) -> dict[str, str]:
    *before, last = text.splitlines()
    if before and last.startswith(("http://", "https://")):
        return {"text": " ".join(before[:-1]), "label": before[-1].rstrip(":"), "link": last}
    return {"text": text}
