from collections.abc import Sequence

import pytest
from django.test import RequestFactory

from core import navigation, palette
from core.models import User
from core.navigation import Item, Section
from core.palette import Act, Group, Provider, Result
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ROWS = {"1": "Sanne de Wit", "2": "Tom Vos", "3": "Sander Smit"}


def _result(row_id: str) -> Result:
    return Result(label=ROWS[row_id], url=f"/rows/{row_id}/", person=True)


def _find(user: User, words: str, limit: int) -> Sequence[Result]:
    found = [_result(key) for key, name in ROWS.items() if words.lower() in name.lower()]
    return found[:limit]


def _by_ids(user: User, ids: Sequence[str]) -> dict[str, Result]:
    return {row_id: _result(row_id) for row_id in ids if row_id in ROWS}


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Registries of this test's own: what the apps register does not matter here."""
    monkeypatch.setattr(palette, "_providers", {})
    monkeypatch.setattr(palette, "_acts", [])
    monkeypatch.setattr(navigation, "_items", [])
    palette.register(
        Provider(key="rows", label="Rows", find=_find, by_ids=_by_ids, permission="core.use_api")
    )
    palette.register_act(
        Act(
            label="Invite a colleague",
            url_name="core:preferences",
            icon="user-plus",
            position=10,
            permission="core.manage_accounts",
            is_new=True,
        )
    )
    palette.register_act(
        Act(label="Write a note", url_name="core:search", icon="pen", position=5, words="log")
    )
    navigation.register(
        Item(
            section=Section.MAIN,
            label="Health",
            url_name="core:styleguide",
            icon="activity",
            position=1,
            permission="core.operate",
        )
    )


def _labels(groups: list[Group]) -> dict[str, list[str]]:
    return {group.label: [result.label for result in group.results] for group in groups}


def test_find_answers_rows_acts_and_pages_that_the_user_may_open() -> None:
    administrator = UserFactory(role="administrator")

    assert _labels(palette.find(administrator, "san")) == {"Rows": ["Sanne de Wit", "Sander Smit"]}
    assert _labels(palette.find(administrator, "invite")) == {"Acts": ["Invite a colleague"]}
    assert _labels(palette.find(administrator, "heal")) == {"Pages": ["Health"]}


def test_find_tells_a_stranger_nothing_that_needs_a_permission() -> None:
    stranger = UserFactory()

    assert palette.find(stranger, "san") == []
    assert palette.find(stranger, "heal") == []
    assert _labels(palette.find(stranger, "")) == {"Acts": ["Write a note"]}
    assert [act.label for act in palette.acts_for(stranger)] == ["Write a note"]


@pytest.mark.parametrize("words", ["note", "  NOTE  ", "wri no", "log"])
def test_find_matches_the_beginnings_of_words_in_any_order(words: str) -> None:
    assert _labels(palette.find(UserFactory(), words)) == {"Acts": ["Write a note"]}


def test_find_does_not_match_inside_a_word() -> None:
    assert palette.find(UserFactory(), "ote") == []


def test_find_with_nothing_typed_offers_the_rows_last_opened_in_order() -> None:
    administrator = UserFactory(role="administrator")
    recent = [("rows", "3"), ("rows", "1"), ("rows", "gone"), ("unknown", "1")]

    groups = palette.find(administrator, "", recent=recent)

    assert _labels(groups)["Recent"] == ["Sander Smit", "Sanne de Wit"]


def test_find_forgets_recent_rows_of_a_provider_that_is_no_longer_allowed() -> None:
    groups = palette.find(UserFactory(), "", recent=[("rows", "1")])

    assert "Recent" not in _labels(groups)


def test_visited_keeps_ids_only_newest_first_and_not_twice() -> None:
    request = RequestFactory().get("/")
    request.session = {}  # type: ignore[assignment]

    for row_id in ["1", "2", "1", *map(str, range(3, 10))]:
        palette.visited(request, "rows", row_id)

    kept = request.session[palette.SESSION_KEY]
    assert kept == [["rows", row_id] for row_id in "98765431"]
