# Django is set up after this file is read, so its parts are imported in the fixtures.
# ruff: noqa: PLC0415
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django import Settings

    from core.models import User

PASSWORD = "a quiet walk by the river"


@pytest.fixture(autouse=True)
def no_tries_yet() -> Iterator[None]:
    """Limits live in the cache, which outlives a test."""
    from django.core.cache import cache

    cache.clear()
    yield
    cache.clear()


@pytest.fixture(autouse=True)
def quick_hashing(settings: "Settings") -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def password() -> str:
    return PASSWORD


@pytest.fixture
def anna(db: None, password: str) -> "User":
    """A recruiter who can sign in."""
    from contacts.services.team import make_account
    from core.models import Role

    return make_account(
        email="anna@trm.example",
        name="Anna Bos",
        password=password,
        role=Role.objects.get(key="recruiter"),
        language="en",
        actor=None,
    )
