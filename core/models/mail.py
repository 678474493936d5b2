from typing import ClassVar

from django.db import models

from core.models.queue import QueuedRow, QueuedRowQuerySet


class AccountMail(QueuedRow):
    """A mail about someone's account, waiting to be sent: an invitation, a password reset.

    A row, so that asking for it never waits for a mail server, takes the same time whether or not
    there is an account, and nothing is lost with Redis. What it says is wiped once it is sent,
    for it may hold a link that opens an account.

    ``is_once``: better lost than sent twice (a digest). ``off_url`` stops such mails at one click.
    """

    to = models.EmailField()
    subject = models.CharField(max_length=300)
    text = models.TextField()
    html = models.TextField(blank=True)
    is_once = models.BooleanField(default=False)
    off_url = models.URLField(max_length=500, blank=True)

    objects: ClassVar[QueuedRowQuerySet["AccountMail"]] = QueuedRowQuerySet.as_manager()  # type: ignore[assignment]

    class Meta(QueuedRow.Meta):
        pass

    def hand_over(self) -> bool:
        """The bytes are about to leave: from now on no other worker takes the row."""
        held = AccountMail.objects.filter(pk=self.pk, lease_token=self.lease_token)
        self.queue_state = self.QueueState.HANDING_OVER
        return bool(held.update(queue_state=self.queue_state))

    def __str__(self) -> str:
        return f"account mail #{self.pk}"
