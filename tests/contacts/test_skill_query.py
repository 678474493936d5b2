from datetime import date

import pytest

from contacts import listing
from contacts.models import Contact
from contacts.skill_query import (
    SkillQuery,
    asked_in_box,
    found_by,
    in_words,
    months_before,
    read_values,
    with_skills,
)
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = pytest.mark.django_db

TODAY = date(2026, 5, 31)


def found(*values: str) -> list[Contact]:
    return list(with_skills(Contact.objects.all(), read_values(values), today=TODAY).order_by("pk"))


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("python >=3 <24m", SkillQuery(name="python", min_level=3, within_months=24)),
        ("SQL ≥3 confirmed < 24 months", SkillQuery(name="SQL", min_level=3, within_months=24)),
        ("python>=3<2y", SkillQuery(name="python", min_level=3, within_months=24)),
        (">=4 project management", SkillQuery(name="project management", min_level=4)),
        ("C++ > 2", SkillQuery(name="C++", min_level=3)),
        ("C# bevestigd < 1 jaar", SkillQuery(name="C#", within_months=12)),
        ("sql within 6 months by:manager", SkillQuery(
            name="sql", within_months=6, sources=("manager",)
        )),
        ("python", None),
        (">=3", None),
        ("<24m >=3", None),
        ("a < b", None),
        ("-python >=3", None),
        ("cobol >=3", None),
        ("", None),
    ],
)  # fmt: skip
def test_a_search_box_reads_a_skill_only_where_one_is_asked_for(
    typed: str, read: SkillQuery | None
) -> None:
    for name in ("Python", "SQL", "C++", "C#", "project management"):
        SkillFactory(name_en=name)

    assert asked_in_box(typed) == ([[read]] if read else [])


def test_a_search_box_takes_several_skills_only_if_it_knows_all_of_them() -> None:
    """One with a level makes the others skills too; words alone stay words."""
    for name in ("Python", "SQL"):
        SkillFactory(name_en=name)
    both = [SkillQuery(name="python", min_level=3), SkillQuery(name="sql")]

    assert asked_in_box("python >=3 & sql") == [both]
    assert asked_in_box("python >=3 & cobol") == []
    assert asked_in_box("python & sql") == []


def test_what_is_typed_finds_by_level_or_by_words() -> None:
    python = SkillFactory(name_en="Python")
    able = ContactSkillFactory(skill=python, level=3).contact
    named = ContactFactory(given_name="Monty", family_name="Python")
    able_less = ContactSkillFactory(skill=python, level=2).contact

    assert set(found_by(Contact.objects.all(), "python ≥3")) == {able}
    assert set(found_by(Contact.objects.all(), "python")) == {able, named, able_less}


def test_python_at_3_confirmed_within_24_months_returns_exactly_the_fixtures() -> None:
    """Level and age of one and the same row; the day itself, 24 months ago, is too old."""
    python, java = SkillFactory(name_en="Python"), SkillFactory(name_en="Java")
    fits = ContactSkillFactory(skill=python, level=3, confirmed_on=date(2024, 6, 1)).contact
    expert = ContactSkillFactory(skill=python, level=5, confirmed_on=TODAY).contact
    ContactSkillFactory(skill=python, level=2, confirmed_on=TODAY)
    ContactSkillFactory(skill=python, level=3, confirmed_on=date(2024, 5, 31))
    ContactSkillFactory(skill=python, level=4, confirmed_on=None)
    ContactSkillFactory(skill=python, level=None, confirmed_on=TODAY)
    both_halves = ContactSkillFactory(skill=python, level=4, confirmed_on=date(2020, 1, 1)).contact
    ContactSkillFactory(contact=both_halves, skill=java, level=1, confirmed_on=TODAY)
    ContactSkillFactory(skill=java, level=5, confirmed_on=TODAY)

    assert found("Python ≥3 confirmed < 24 months") == [fits, expert]
    assert found("python", ">=3", "<24m") == [fits, expert]


def test_source_is_of_the_same_row_too() -> None:
    skill = SkillFactory(name_en="SQL")
    fits = ContactSkillFactory(skill=skill, source="manager", level=4).contact
    ContactSkillFactory(skill=skill, source="self", level=5)
    ContactSkillFactory(skill=skill, source="manager", level=2)

    assert found("sql >=3 by:manager") == [fits]


def test_every_name_of_a_skill_finds_it_however_it_is_written() -> None:
    skill = SkillFactory(name_en="JavaScript", name_nl="Javascript-programmeren", synonyms=["JS"])
    fits = ContactSkillFactory(skill=skill).contact
    ContactSkillFactory(skill=SkillFactory(name_en="Java"))

    for name in ("JavaScript", "javascript", "JS", "js", "Java-Script", str(skill.uid)):
        assert found(name) == [fits]


def test_another_sign_is_another_skill() -> None:
    holders = {
        name: ContactSkillFactory(skill=SkillFactory(name_en=name)).contact
        for name in ("C", "C++", "C#")
    }

    assert {name: found(name) for name in holders} == {
        name: [contact] for name, contact in holders.items()
    }


def test_a_merged_skill_is_found_by_its_old_id() -> None:
    kept = SkillFactory(name_en="Python")
    gone = SkillFactory(name_en="Python 3", merged_into=kept)
    fits = ContactSkillFactory(skill=kept).contact

    assert found(str(gone.uid)) == [fits]


def test_several_values_widen_and_an_ampersand_asks_for_both() -> None:
    python, sql = SkillFactory(name_en="Python"), SkillFactory(name_en="SQL")
    one, other, both = ContactFactory.create_batch(3)
    ContactSkillFactory(contact=one, skill=python)
    ContactSkillFactory(contact=other, skill=sql)
    ContactSkillFactory(contact=both, skill=python, level=4)
    ContactSkillFactory(contact=both, skill=sql, level=1)

    assert found("python", "sql") == [one, other, both]
    assert found("python & sql") == [both]
    assert found("python >=4 & sql >=2") == []


def test_a_skill_that_nobody_knows_nobody_has() -> None:
    ContactSkillFactory()

    assert found("Esperanto >=3") == []
    assert found(">=3") == []


def test_the_filter_reads_as_a_sentence_and_is_open_to_any_list() -> None:
    skill = SkillFactory(name_en="JavaScript", synonyms=["JS"])
    fits = ContactSkillFactory(skill=skill, level=4).contact
    ContactSkillFactory(skill=skill, level=1)
    reader = UserFactory(role="reader")

    selection = listing.clean({"skill": ["js", ">=3", "<24m", ""]}, reader)

    assert selection == {"skill": ["js", ">=3", "<24m"]}
    assert list(listing.apply(Contact.objects.all(), selection, reader)) == [fits]
    (chip,) = listing.chips(selection, reader)
    assert chip.text == (
        "skilled in JavaScript (independent or higher, confirmed within 24 months)"
    )


def test_words_for_both_for_either_and_for_the_unknown() -> None:
    SkillFactory(name_en="SQL")

    assert in_words(read_values(["sql >=5 by:cv & sql <1m", "magic"])) == (
        "SQL (expert, source: CV) and SQL (confirmed within 1 month) or "
        "“magic”, which is no skill we know"
    )


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 5, 31), 3, date(2026, 2, 28)),
        (date(2024, 3, 31), 1, date(2024, 2, 29)),
        (date(2026, 1, 15), 13, date(2024, 12, 15)),
        (date(2026, 5, 31), 0, date(2026, 5, 31)),
    ],
)
def test_months_before_stays_in_the_month(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before


def test_no_text_is_too_strange_to_ask_with() -> None:
    for text in ("%", "_", "\\", "'; --", "&", "& &", "by:", "<", "≥", "🐍 >=3", "a" * 300):
        assert found(text) == []
