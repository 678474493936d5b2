from celery import shared_task
from django.utils import timezone

from core import events, mail
from core.models import Heartbeat, IdempotentReply


@shared_task(name="core.heartbeat")
def heartbeat() -> None:
    """A worker did what beat asked of it: ``/readyz`` looks at how long ago that was."""
    Heartbeat.objects.update_or_create(name="worker", defaults={"at": timezone.now()})


@shared_task(name="core.retry_handlers")
def retry_handlers() -> None:
    events.retry_failed(now=timezone.now())


@shared_task(name="core.send_mails")
def send_mails() -> None:
    mail.send_due_mails(now=timezone.now())


@shared_task(name="core.forget_idempotent_replies")
def forget_idempotent_replies() -> None:
    """They hold what was answered, people's data with it: not a day longer than promised."""
    IdempotentReply.objects.filter(created_at__lt=timezone.now() - IdempotentReply.KEPT).delete()
