"""An owner, and a second recruiter who turns to their people."""

from typing import TYPE_CHECKING

import pytest
import time_machine

if TYPE_CHECKING:
    from core.models import User


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False) as clock:
        yield clock


@pytest.fixture
def owner() -> "User":
    return _recruiter("Joris Prins")


@pytest.fixture
def second() -> "User":
    return _recruiter("Fatma Kaya")


def _recruiter(name: str) -> "User":
    from tests.factories import UserFactory  # noqa: PLC0415 -- models come after the settings

    return UserFactory(role="recruiter", name=name, language="en")
