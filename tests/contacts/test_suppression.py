from typing import Any

from django.utils.crypto import salted_hmac

from contacts.suppression import digest_of, digests_of


def test_an_address_is_known_by_its_keyed_hash_however_it_is_spelt(
    settings: Any,
) -> None:
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "new" * 20, ["old" * 20]

    by_hand = [
        salted_hmac("contacts.suppression", "jan@ünit.nl", secret=key, algorithm="sha256")
        for key in ("new" * 20, "old" * 20)
    ]

    assert digests_of(" Jan@Ünit.nl ") == [one.hexdigest() for one in by_hand]
    assert digest_of("jan@ünit.nl") == by_hand[0].hexdigest()
