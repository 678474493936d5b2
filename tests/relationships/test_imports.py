"""What becomes of kind, dates, department and role in a file of people."""

from datetime import date
from pathlib import Path

import pytest
import time_machine

from contacts.models import Contact
from core.models import User
from relationships.models import Engagement, Relationship
from tests.contacts.imports.bringing import bring_in, codes, everything, outcomes
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.relationships import RelationshipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

HEADER = "Voornaam;E-mail;Soort relatie;In dienst;Uit dienst;Afdeling;Functie\n"


@pytest.fixture
def media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.fixture(autouse=True)
def _today() -> object:
    with time_machine.travel("2026-11-22T12:00Z", tick=False):
        yield


def relationships() -> list[tuple[str, str, date, date | None]]:
    rows = Relationship.objects.order_by("pk")
    return list(rows.values_list("kind", "stage__key", "started_on", "ended_on"))


def engagements() -> list[tuple[str, date, date | None, str]]:
    rows = Engagement.objects.order_by("pk")
    return list(rows.values_list("form", "starts_on", "ends_on", "role"))


@pytest.mark.parametrize(
    ("row", "expected", "worked"),
    [
        (
            "Kandidaat;;;;Inkoper",
            [("prospect", "identified", date(2026, 11, 22), None)],
            [],
        ),
        (
            "Medewerker;07-06-2007;;;Inkoper",
            [("employee", "settled", date(2007, 6, 7), None)],
            [("employment", date(2007, 6, 7), None, "Inkoper")],
        ),
        (
            "Medewerker;01-10-2026;;;",
            [("employee", "onboarding", date(2026, 10, 1), None)],
            [("employment", date(2026, 10, 1), None, "")],
        ),
        (
            "Medewerker;01-01-2027;;;",
            [("employee", "preboarding", date(2027, 1, 1), None)],
            [("employment", date(2027, 1, 1), None, "")],
        ),
        (
            "Stagiair;2026-02-01;;;",
            [("employee", "settled", date(2026, 2, 1), None)],
            [("internship", date(2026, 2, 1), None, "")],
        ),
        (
            "ZZP;27-06-2013;;;",
            [("freelancer", "on-assignment", date(2013, 6, 27), None)],
            [("assignment", date(2013, 6, 27), None, "")],
        ),
        (
            "zzp'er;27-06-2013;01-01-2026;;",
            [("freelancer", "between-assignments", date(2013, 6, 27), None)],
            [("assignment", date(2013, 6, 27), date(2026, 1, 1), "")],
        ),
        (
            "ZZP;;;;",
            [("freelancer", "acquainted", date(2026, 11, 22), None)],
            [],
        ),
        (
            "Oud-medewerker;21-07-2013;14-03-2016;;",
            [
                ("employee", "left", date(2013, 7, 21), date(2016, 3, 14)),
                ("alumnus", "dormant", date(2016, 3, 14), None),
            ],
            [("employment", date(2013, 7, 21), date(2016, 3, 14), "")],
        ),
        (
            "Former employee;21-07-2013;14-10-2026;;",
            [
                ("employee", "left", date(2013, 7, 21), date(2026, 10, 14)),
                ("alumnus", "just-left", date(2026, 10, 14), None),
            ],
            [("employment", date(2013, 7, 21), date(2026, 10, 14), "")],
        ),
        (
            "Medewerker;21-07-2013;14-10-2026;;",
            [
                ("employee", "left", date(2013, 7, 21), date(2026, 10, 14)),
                ("alumnus", "just-left", date(2026, 10, 14), None),
            ],
            [("employment", date(2013, 7, 21), date(2026, 10, 14), "")],
        ),
    ],
)
def test_each_kind_begins_where_its_dates_put_it(
    actor: User,
    row: str,
    expected: list[tuple[str, str, date, date | None]],
    worked: list[tuple[str, date, date | None, str]],
) -> None:
    file = f"{HEADER}Jan;jan@example.nl;{row}\n"

    run = bring_in(file, actor)

    assert codes(run) == {}
    assert relationships() == expected
    assert engagements() == worked
    before = everything()
    assert outcomes(bring_in(file, actor)) == {2: "skipped"}
    assert everything() == before


def test_who_left_in_the_future_is_taken_at_the_word_of_the_file(actor: User) -> None:
    run = bring_in(f"{HEADER}Jan;jan@example.nl;Oud-medewerker;21-05-2021;20-09-2030;;\n", actor)

    assert codes(run) == {2: ["relationships.end_ahead"]}
    assert relationships() == [("alumnus", "just-left", date(2026, 11, 22), None)]
    assert engagements() == [("employment", date(2021, 5, 21), date(2030, 9, 20), "")]


@pytest.mark.parametrize(
    ("row", "code"),
    [
        ("Directeur der dingen;;;;", "relationships.unknown_kind"),
        ("Medewerker;31-02-2019;;;", "bad_date"),
        ("Medewerker;;;;", "relationships.no_start"),
        ("Medewerker;01-02-2019;01-01-2019;;", "relationships.ends_before_start"),
        ("Medewerker;01-02-2019;;Raad van Wijzen;", "relationships.unknown_unit"),
        ("Medewerker;01-02-2019;;Dubbel;", "relationships.several_units"),
    ],
)
def test_what_cannot_be_used_is_said_and_the_person_comes_in(
    actor: User, row: str, code: str
) -> None:
    OrgUnitFactory.create_batch(2, name="Dubbel")

    run = bring_in(f"{HEADER}Jan;jan@example.nl;{row}\n", actor)

    assert outcomes(run) == {2: "created"}
    assert code in codes(run)[2]


def test_the_department_is_found_by_name_and_by_code(actor: User) -> None:
    health, school = OrgUnitFactory(name="Zorg"), OrgUnitFactory(name="Onderwijs", code="OND")

    bring_in(
        f"{HEADER}Jan;jan@example.nl;Medewerker;01-02-2019;;zorg;\n"
        "Ada;ada@example.nl;Medewerker;01-02-2019;;ond;\n",
        actor,
    )

    assert list(Engagement.objects.order_by("pk").values_list("unit", flat=True)) == [
        health.pk,
        school.pk,
    ]


def test_the_kind_for_the_whole_file_is_for_people_who_are_nothing_to_us_yet(actor: User) -> None:
    known = RelationshipFactory(
        kind="employee", contact=ContactFactory(given_name="Jan", email="jan@example.nl")
    )

    bring_in(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Jan,,,jan@example.nl,,,18 Jan 2016\n"
        "Ada,Vos,https://www.linkedin.com/in/ada,,,,18 Jan 2016\n",
        actor,
    )

    assert relationships() == [
        ("employee", "preboarding", known.started_on, None),
        ("prospect", "identified", date(2016, 1, 18), None),
    ]
    assert Relationship.objects.get(kind="prospect").owner == actor


def test_without_a_kind_nobody_becomes_anything(actor: User) -> None:
    bring_in("Voornaam;E-mail\nJan;jan@example.nl\n", actor)

    assert Contact.objects.count() == 1
    assert relationships() == []


def test_an_employee_of_ours_whom_the_file_says_left_stays_for_a_colleague_to_end(
    actor: User,
) -> None:
    RelationshipFactory(
        kind="employee", contact=ContactFactory(given_name="Jan", email="jan@example.nl")
    )

    run = bring_in(f"{HEADER}Jan;jan@example.nl;Medewerker;01-02-2019;01-02-2026;;\n", actor)

    assert codes(run) == {2: ["relationships.still_open"]}
    kinds = Relationship.objects.open().order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["employee", "alumnus"]


def test_an_engagement_that_had_no_end_is_given_one(actor: User) -> None:
    bring_in(f"{HEADER}Jan;jan@example.nl;ZZP;01-02-2019;;;\n", actor)

    run = bring_in(f"{HEADER}Jan;jan@example.nl;ZZP;01-02-2019;01-02-2026;;\n", actor)

    assert outcomes(run) == {2: "updated"}
    assert run.rows.get().changes == [["ended_on", "", "2026-02-01"]]
    assert engagements() == [("assignment", date(2019, 2, 1), date(2026, 2, 1), "")]


def test_two_rows_of_one_person_begin_one_relationship(actor: User) -> None:
    run = bring_in(
        f"{HEADER}Jan;jan@example.nl;Medewerker;01-02-2019;;;\n"
        "J.;jan@example.nl;Medewerker;01-02-2019;;;\n"
        "Jan;jan@example.nl;ZZP;01-02-2020;;;\n",
        actor,
    )

    assert outcomes(run) == {2: "created", 3: "skipped", 4: "updated"}
    assert [kind for kind, *_ in relationships()] == ["employee", "freelancer"]
