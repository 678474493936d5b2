import uuid

import pytest
from django.conf import LazySettings

from campaigns.links import preferences_url, token_of, touchpoint_uid_of

UID = uuid.UUID("01234567-89ab-7def-8123-456789abcdef")


def test_a_token_names_its_touchpoint_and_nobody_else_can_make_one() -> None:
    token = token_of(UID)

    assert touchpoint_uid_of(token) == UID
    assert preferences_url(UID) == f"http://testserver/u/{token}/"
    for at, letter in enumerate(token):
        forged = token[:at] + ("A" if letter != "A" else "B") + token[at + 1 :]
        # The last letter carries four bits; what it does not carry may differ.
        assert touchpoint_uid_of(forged) in ({None} if at < 42 else {None, UID})


@pytest.mark.parametrize("token", ["", "A", "é" * 43, "x" * 43, "A" * 200, "../../etc/passwd"])
def test_what_we_did_not_make_names_nothing(token: str) -> None:
    assert touchpoint_uid_of(token) is None


def test_a_token_outlives_a_change_of_the_key(settings: LazySettings) -> None:
    token = token_of(UID)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key"

    assert touchpoint_uid_of(token) == UID
    assert token_of(UID) != token

    settings.SECRET_KEY_FALLBACKS = []
    assert touchpoint_uid_of(token) is None
