"""How a suppressed address is known without keeping it: by its keyed hash.

The key is derived from ``SECRET_KEY``, so that a copy of the table alone cannot be tried against
lists of addresses. After a change of key, the old one belongs in ``SECRET_KEY_FALLBACKS``.
"""

import hmac
from functools import lru_cache

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
    """As ``salted_hmac`` gives it, without working out its key again for each address of a file."""
    digest = _keyed(key).copy()
    digest.update(address.strip().casefold().encode())
    return digest.hexdigest()


@lru_cache(maxsize=8)
def _keyed(key: str) -> hmac.HMAC:
    return salted_hmac(_SALT, "", secret=key, algorithm="sha256")
