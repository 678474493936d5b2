import pytest

from core import navigation
from core.navigation import Item, Section
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(navigation, "_items", [])
    for label, url_name, position, permission in (
        ("Preferences", "core:preferences", 20, ""),
        ("Settings", "core:settings", 10, ""),
        ("Style", "core:styleguide", 30, "core.operate"),
    ):
        navigation.register(
            Item(
                section=Section.MAIN,
                label=label,
                url_name=url_name,
                icon="house",
                position=position,
                permission=permission,
            )
        )


def _current(path: str) -> list[tuple[str, bool]]:
    entries = navigation.entries_for(UserFactory(), Section.MAIN, path)
    return [(str(entry.item.label), entry.is_current) for entry in entries]


def test_entries_stand_in_order_without_those_the_user_may_not_open() -> None:
    assert _current("/elsewhere/") == [("Settings", False), ("Preferences", False)]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/settings/", "Settings"),
        ("/settings/preferences/", "Preferences"),
        ("/settings/tokens/", "Settings"),
        ("/settingsX/", None),
    ],
)
def test_the_longest_address_that_fits_is_the_current_one(path: str, current: str | None) -> None:
    assert [label for label, is_current in _current(path) if is_current] == (
        [current] if current else []
    )
