"""The link by which someone outside says what we may write: one per message, in every mail.

It carries the touchpoint's uid and a keyed digest of it: not to be guessed, nothing to look up,
nothing to run out. Where the link leads is ``community``'s; that it stands in a mail is ours. The
link to a profile, which shows what we hold of someone, is another one, and runs out.
"""

import base64
import binascii
import hashlib
import hmac
import uuid
from datetime import date, timedelta

from django.conf import settings
from django.utils import timezone

PREFIX = "u"
_SALT = b"campaigns.links"
_DIGEST_BYTES = 16
_PROFILE_SALT = b"campaigns.links.profile"
PROFILE_DAYS = 30
"""How long the link to what we hold of someone is good: a mail may be passed on."""
_EPOCH = date(2020, 1, 1)


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


def profile_url(touchpoint_uid: uuid.UUID, *, today: date | None = None) -> str:
    """Where someone sees and mends what we hold of them, for ``PROFILE_DAYS`` from today on."""
    last = (today or timezone.localdate()) + timedelta(days=PROFILE_DAYS)
    token = profile_token(touchpoint_uid, last_day=last)
    return f"{settings.BASE_URL}/{PREFIX}/{token}/profile/"


def profile_token(touchpoint_uid: uuid.UUID, *, last_day: date) -> str:
    named = touchpoint_uid.bytes + (last_day - _EPOCH).days.to_bytes(4, "big")
    raw = named + _digest(named, settings.SECRET_KEY, _PROFILE_SALT)
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def touchpoint_uid_of_profile(token: str) -> tuple[uuid.UUID, date] | None:
    """The touchpoint that a link to a profile names, and its last day; None if we never made it."""
    try:
        padded = token.encode("ascii") + b"=" * (-len(token) % 4)
        raw = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (UnicodeEncodeError, binascii.Error):
        return None
    named, digest = raw[:20], raw[20:]
    for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        if hmac.compare_digest(digest, _digest(named, key, _PROFILE_SALT)):
            days = int.from_bytes(named[16:], "big")
            return uuid.UUID(bytes=named[:16]), _EPOCH + timedelta(days=days)
    return None


def _digest(named: bytes, key: str, salt: bytes = _SALT) -> bytes:
    return hmac.digest(key.encode() + salt, named, hashlib.sha256)[:_DIGEST_BYTES]
