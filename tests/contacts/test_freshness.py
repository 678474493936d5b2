from datetime import date

import pytest
from pytest_django import Settings

from contacts import freshness

SELF = {"city": ["self", "2026-01-02", ""]}


@pytest.mark.parametrize(
    ("held", "source", "may"),
    [
        ("self", "manual", False),
        ("self", "api", False),
        ("self", "import", False),
        ("self", "self", True),
        ("manual", "self", True),
        ("manual", "api", False),
        ("api", "import", False),
        ("import", "import", True),
        ("import", "api", True),
        ("demo", "import", True),
    ],
)
def test_the_heavier_word_stands(held: str, source: str, may: bool) -> None:
    assert freshness.may_overwrite({"city": [held, "2026-01-02", ""]}, "city", source) is may


def test_what_came_with_the_row_is_nobodys_last_word() -> None:
    assert freshness.may_overwrite(SELF, "headline", "import") is True


def test_who_outranks_whom_is_a_setting(settings: Settings) -> None:
    settings.FIELD_PRECEDENCE = ["api", "self"]
    assert freshness.may_overwrite(SELF, "city", "api") is True
    assert freshness.may_overwrite({"city": ["api", "2026-01-02", ""]}, "city", "self") is False


def test_said_keeps_the_rest() -> None:
    day = date(2026, 5, 1)
    assert freshness.said(SELF, ["headline"], source="api", on=day, detail="ats") == {
        "city": ["self", "2026-01-02", ""],
        "headline": ["api", "2026-05-01", "ats"],
    }
    assert SELF == {"city": ["self", "2026-01-02", ""]}


def test_confirming_leaves_a_heavier_word_its_source() -> None:
    day = date(2026, 5, 1)
    held = {**SELF, "headline": ["import", "2025-01-01", "x.csv"]}
    assert freshness.confirmed(held, ["city", "headline", "country"], source="manual", on=day) == {
        "city": ["self", "2026-05-01", ""],
        "headline": ["manual", "2026-05-01", ""],
        "country": ["manual", "2026-05-01", ""],
    }


def test_a_field_is_old_after_a_year(settings: Settings) -> None:
    settings.FRESH_DAYS = 365
    row = {"source": "import", "created_on": date(2024, 1, 1), "today": date(2026, 1, 2)}
    fresh = freshness.provenance({"city": ["self", "2025-01-02", ""]}, "city", **row)
    old = freshness.provenance({"city": ["self", "2025-01-01", ""]}, "city", **row)
    unsaid = freshness.provenance({}, "city", **row)
    assert (fresh.is_old, old.is_old) == (False, True)
    assert (unsaid.source, unsaid.on, unsaid.is_old) == ("import", date(2024, 1, 1), True)
