"""How a suppressed address is known without keeping it: by its keyed hash.

The key is derived from ``SECRET_KEY``, so that a copy of the table alone cannot be tried against
lists of addresses. After a change of key, the old one belongs in ``SECRET_KEY_FALLBACKS``.
"""

from django.conf import settings
from django.utils.crypto import salted_hmac

_SALT = "contacts.suppression"


def digest_of(address: str) -> str:
    return _digest(address, settings.SECRET_KEY)


def digests_of(address: str) -> list[str]:
    """The digests under which ``address`` may have been kept, by this key and those before it."""
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [_digest(address, key) for key in keys]


def _digest(address: str, key: str) -> str:
    folded = address.strip().casefold()
    return salted_hmac(_SALT, folded, secret=key, algorithm="sha256").hexdigest()
