import urllib.error
import urllib.parse
import urllib.request

from django.conf import settings
from django.utils.translation import gettext as _

from core.errors import DomainError
from core.outbox.letter import ONE_CLICK

PATIENCE = 10.0


class UnsubscribingRefused(DomainError):
    code = "unsubscribing_refused"


def unsubscribe_with_one_click(url: str) -> int:
    """What a mail program does for its reader: RFC 8058's POST, with no cookie. The status.

    Only to ourselves: a mail may name any address, and this server shall not be sent there.
    """
    if _origin(url) != _origin(settings.BASE_URL):
        raise UnsubscribingRefused(
            _("This link does not lead to TRM. From here, only TRM's own links are used.")
        )
    request = urllib.request.Request(url, data=ONE_CLICK.encode(), method="POST")  # noqa: S310
    request.add_header("Content-Type", "application/x-www-form-urlencoded")
    try:
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError as error:
        raise UnsubscribingRefused(
            _("The link did not answer: %(reason)s") % {"reason": error}
        ) from error


def _origin(url: str) -> tuple[str, str]:
    parts = urllib.parse.urlsplit(url)
    return parts.scheme, parts.netloc
