"""What the marks of a note mean. The day of these tests is Tuesday 5 May 2026."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from relationships.note_days import find_day
from relationships.notes import Mark, MentionMark, PromiseMark, TopicMark, read

TUESDAY = date(2026, 5, 5)


def names(text: str, kind: type[Mark]) -> list[str]:
    return [mark.name for mark in read(text, today=TUESDAY) if isinstance(mark, kind)]  # type: ignore[attr-defined]


def promises(text: str) -> list[tuple[str, date | None]]:
    marks = read(text, today=TUESDAY)
    return [(mark.what, mark.due_on) for mark in marks if isinstance(mark, PromiseMark)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@iris was there", ["iris"]),
        ("met @iris.bakker, and (@jan-willem)", ["iris.bakker", "jan-willem"]),
        ("@zoë's idea", ["zoë"]),
        ("ask @Iris.", ["Iris"]),
        ("line one\n@iris", ["iris"]),
        ("mail jan@example.org", []),
        ("jan.de.wit+x@trm.example", []),
        ("https://social.example/@jan", []),
        ("@1 and @ alone, @@iris", []),
        ("@iris@example.org", []),
        ("@" + "a" * 61, []),
    ],
)
def test_mentions(text: str, expected: list[str]) -> None:
    assert names(text, MentionMark) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("#java", ["java"]),
        ("about #return-to-work and #élan.", ["return-to-work", "élan"]),
        ("(#java)", ["java"]),
        ("issue #1 and #12a", []),
        ("C# and F#", []),
        ("https://x.example/#about", []),
        ("##java", []),
        ("&#39;", []),
        ("#java-", ["java"]),
    ],
)
def test_topics(text: str, expected: list[str]) -> None:
    assert names(text, TopicMark) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("!promise send the plan by Friday", [("send the plan", date(2026, 5, 8))]),
        ("!promise: send the plan by Friday.", [("send the plan", date(2026, 5, 8))]),
        ("!belofte brochure sturen voor vrijdag", [("brochure sturen", date(2026, 5, 8))]),
        ("!Belofte terugbellen volgende week", [("terugbellen", date(2026, 5, 15))]),
        # What stands before it is what was promised.
        ("Send her the brochure !promise by Friday", [("Send her the brochure", date(2026, 5, 8))]),
        ("Good talk. Call the team !belofte morgen", [("Call the team", date(2026, 5, 6))]),
        # The note goes on after the day, and after the sentence.
        (
            "!promise send the plan by Friday, she likes tea",
            [("send the plan", date(2026, 5, 8))],
        ),
        ("!promise send the plan. By Friday we know more", [("send the plan", None)]),
        ("!promise send the plan\nby Friday", [("send the plan", None)]),
        # The day that has a word before it, not the first that is named.
        (
            "!promise plan the Monday walk by 12 May",
            [("plan the Monday walk", date(2026, 5, 12))],
        ),
        (
            "!promise call by Friday !promise write in 2 weeks",
            [("call", date(2026, 5, 8)), ("write", date(2026, 5, 19))],
        ),
        ("!promise send version 2.0 by Friday", [("send version 2.0", date(2026, 5, 8))]),
        ("!promise", []),
        ("!promise by Friday", []),
        ("!promises are easy", []),
        ("no!promise here", []),
        (
            "!promise ask @iris for the #budget by Friday",
            [("ask @iris for the #budget", date(2026, 5, 8))],
        ),
    ],
)
def test_promises(text: str, expected: list[tuple[str, date | None]]) -> None:
    assert promises(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", date(2026, 5, 5)),
        ("vandaag", date(2026, 5, 5)),
        ("tomorrow", date(2026, 5, 6)),
        ("overmorgen", date(2026, 5, 7)),
        ("by Friday", date(2026, 5, 8)),
        ("uiterlijk vrijdag", date(2026, 5, 8)),
        # On a Tuesday, "Tuesday" is a week from now.
        ("on Tuesday", date(2026, 5, 12)),
        ("next friday", date(2026, 5, 15)),
        ("volgende maandag", date(2026, 5, 11)),
        ("this week", date(2026, 5, 8)),
        ("next week", date(2026, 5, 15)),
        ("komende week", date(2026, 5, 15)),
        ("deze maand", date(2026, 5, 31)),
        ("volgende maand", date(2026, 6, 30)),
        ("by the end of the week", date(2026, 5, 8)),
        ("eind van de maand", date(2026, 5, 31)),
        ("eind deze week", date(2026, 5, 8)),
        ("in 3 days", date(2026, 5, 8)),
        ("over twee weken", date(2026, 5, 19)),
        ("within a month", date(2026, 6, 5)),
        ("over 10 maanden", date(2027, 3, 5)),
        ("12 mei", date(2026, 5, 12)),
        ("voor 12 mei 2027", date(2027, 5, 12)),
        ("by the 12th of May", date(2026, 5, 12)),
        ("May 12", date(2026, 5, 12)),
        ("before Sept. 3, 2026", date(2026, 9, 3)),
        # Past this year: the next one.
        ("3 maart", date(2027, 3, 3)),
        ("29 feb", date(2028, 2, 29)),
        ("2026-06-01", date(2026, 6, 1)),
        ("1-6", date(2026, 6, 1)),
        ("1/6/2026", date(2026, 6, 1)),
        ("1-6-26", date(2026, 6, 1)),
        ("31 februari", None),
        ("2026-13-45", None),
        ("in 999 months", date(2109, 8, 5)),
        ("in 9999 weeks", None),
        ("1.2", None),
        ("mondays", None),
        ("may be", None),
        ("", None),
    ],
)
def test_days(text: str, expected: date | None) -> None:
    found = find_day(text, today=TUESDAY)
    assert (found.day if found else None) == expected


def test_the_month_that_has_no_such_day_gives_its_last() -> None:
    found = find_day("in a month", today=date(2026, 1, 31))
    assert found is not None
    assert found.day == date(2026, 2, 28)


pieces = st.lists(
    st.one_of(
        st.text(max_size=12),
        st.sampled_from(
            [
                "@iris",
                "#java",
                "!promise",
                "!belofte ",
                " by Friday",
                " voor 12 mei",
                "\n",
                ". ",
                "@",
                "#",
                "!",
                "in 999 weeks",
                "31-12-9999",
                "jan@example.org",
                "#1",
                "\x00",
                " ",
            ]
        ),
    ),
    max_size=14,
).map("".join)


@given(pieces, st.dates())
def test_it_never_raises_and_every_place_is_right(text: str, today: date) -> None:
    for mark in read(text, today=today):
        typed = text[mark.start : mark.end]
        assert 0 <= mark.start < mark.end <= len(text)
        if isinstance(mark, MentionMark):
            assert typed == f"@{mark.name}"
        elif isinstance(mark, TopicMark):
            assert typed == f"#{mark.name}"
        elif isinstance(mark, PromiseMark):
            assert typed.startswith("!")
            assert mark.what
            assert "\n" not in typed


@given(pieces)
def test_an_address_in_it_adds_no_mention_and_no_topic(text: str) -> None:
    before = [m for m in read(text, today=TUESDAY) if not isinstance(m, PromiseMark)]
    longer = f"{text} x.y@example.org #1 "
    after = [m for m in read(longer, today=TUESDAY) if not isinstance(m, PromiseMark)]
    assert after == before
