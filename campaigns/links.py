"""The link by which someone outside says what we may write: one per message, in every mail.

It carries the touchpoint's uid and a keyed digest of it: not to be guessed, nothing to look up,
nothing to run out. Where the link leads is ``community``'s; that it stands in a mail is ours.
"""

import base64
import binascii
import hashlib
import hmac
import uuid

from django.conf import settings

PREFIX = "u"
_SALT = b"campaigns.links"
_DIGEST_BYTES = 16


def preferences_url(touchpoint_uid: uuid.UUID) -> str:
    return f"{settings.BASE_URL}/{PREFIX}/{token_of(touchpoint_uid)}/"


def token_of(touchpoint_uid: uuid.UUID) -> str:
    """43 characters that are safe in an address."""
    named = touchpoint_uid.bytes
    return base64.urlsafe_b64encode(named + _digest(named, settings.SECRET_KEY))[:-1].decode()


def touchpoint_uid_of(token: str) -> uuid.UUID | None:
    """The touchpoint that a link names; None unless we made it, with this key or an earlier one."""
    try:
        raw = base64.b64decode(token.encode("ascii") + b"=", altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    named, digest = raw[:16], raw[16:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(digest, _digest(named, key)):
            return uuid.UUID(bytes=named)
    return None


def _digest(named: bytes, key: str) -> bytes:
    return hmac.digest(key.encode() + _SALT, named, hashlib.sha256)[:_DIGEST_BYTES]
