import secrets

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from core.models import TimeStampedModel

# Without what is read wrongly from paper, and in one case: mail servers may change it on the way.
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
_LENGTH = 20


def new_token() -> str:
    """Twenty of thirty-one letters: some 99 bits, which nobody guesses."""
    return "".join(secrets.choice(_LETTERS) for _place in range(_LENGTH))


class FilingAddress(TimeStampedModel):
    """The private address of a colleague: what is mailed to it is filed on the people it is with.

    Whoever knows the token can file mail in the colleague's name, so it can be made anew; the old
    one is unknown from then on.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="filing_address"
    )
    token = models.CharField(max_length=40, unique=True, default=new_token)

    class Meta:
        verbose_name = _("filing address")
        verbose_name_plural = _("filing addresses")

    def __str__(self) -> str:
        return f"filing address #{self.pk}"

    @property
    def address(self) -> str:
        return f"{self.token}@{settings.CAPTURE_DOMAIN}"
