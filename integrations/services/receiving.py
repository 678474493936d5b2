"""Taking a mail in. Whichever door it comes by: once this returns and is committed, we have it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.models import User
from integrations.letters import reading
from integrations.models import ReceivedMail


class MailTooLarge(DomainError):
    code = "mail_too_large"


@dataclass(frozen=True)
class Receipt:
    """``is_new`` is false where the colleague had sent the same mail before."""

    mail: ReceivedMail
    is_new: bool


@transaction.atomic
def receive_mail(
    *,
    actor: User,
    content: bytes,
    door: str,
    is_automated: bool = False,
    now: datetime | None = None,
) -> Receipt:
    """Keep a mail that came to ``actor``'s filing address; a worker reads and files it.

    ``is_automated`` is true for what came from nobody (``MAIL FROM:<>``): a machine sent it.
    """
    if len(content) > largest_mail():
        raise MailTooLarge(
            _("The mail is larger than %(n)s MB.") % {"n": settings.CAPTURE_MAX_MEGABYTES}
        )
    mail = ReceivedMail(
        colleague=actor,
        key=reading.key_of(content),
        door=door,
        raw=content,
        is_automated=is_automated,
        due_at=now or timezone.now(),
    )
    ReceivedMail.objects.bulk_create([mail], ignore_conflicts=True)
    held = ReceivedMail.objects.defer("raw", "text").get(colleague=actor, key=mail.key)
    return Receipt(held, is_new=held.uid == mail.uid)


def largest_mail() -> int:
    return int(settings.CAPTURE_MAX_MEGABYTES) * 1024 * 1024
