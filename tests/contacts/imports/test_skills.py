from pathlib import Path

import pytest

from contacts.models import Contact, ContactSkill, Skill
from contacts.skill_import import read
from core.models import User
from tests.contacts.imports.bringing import bring_in, check, outcomes
from tests.factories import ContactFactory, ContactSkillFactory, SkillFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("media")]

FILE = (
    "Voornaam;Achternaam;E-mail;Vaardigheden\n"
    'Eva;Vos;eva@example.org;"Python (4); JS; Excel: 3"\n'
    "Jan;Smit;jan@example.org;js\n"
    "Eva;Vos;eva@example.org;python, Rust\n"
)


@pytest.fixture
def media(settings: object, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def held() -> list[tuple[str, str, int | None, str]]:
    rows = ContactSkill.objects.order_by("contact__given_name", "skill__name_en")
    return list(rows.values_list("contact__given_name", "skill__name_en", "level", "source"))


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("Python (4), SQL, Excel: 3", [("Python", 4), ("SQL", None), ("Excel", 3)]),
        (
            "C++;C#\nplan, build;.NET",
            [("C++", None), ("C#", None), ("plan, build", None), (".NET", None)],
        ),
        ("Python [5] | python 3", [("Python", 5), ("python 3", None)]),
        ("Lassen 4/5", [("Lassen", 4)]),
        ("Python (9)", [("Python (9)", None)]),
        (" ; ,, ", None),
    ],
)
def test_a_cell_of_skills(cell: str, said: list[tuple[str, int | None]] | None) -> None:
    assert read(cell) == (said, [])


def test_too_long_a_name_is_left_out_and_said() -> None:
    said, problems = read(f"Python, {'x' * 121}")

    assert said == [("Python", None)]
    assert [code for code, _values in problems] == ["skill_too_long"]


def test_a_file_brings_skills_by_any_of_their_names_and_the_same_again_nothing(
    actor: User,
) -> None:
    SkillFactory(name_en="JavaScript", synonyms=["JS"])

    bring_in(FILE, actor)
    first = held()
    again = bring_in(FILE, actor)

    assert (
        first
        == held()
        == [
            ("Eva", "Excel", 3, "import"),
            ("Eva", "JavaScript", None, "import"),
            ("Eva", "Python", 4, "import"),
            ("Eva", "Rust", None, "import"),
            ("Jan", "JavaScript", None, "import"),
        ]
    )
    assert set(outcomes(again).values()) == {"skipped"}
    assert ContactSkill.objects.filter(confirmed_on=None).count() == 5
    assert Skill.objects.count() == 4
    assert Contact.objects.count() == 2


def test_a_dry_run_writes_no_skill(actor: User) -> None:
    check(FILE, actor)

    assert not Skill.objects.exists()


def test_a_level_that_is_known_stays_unless_the_import_may_overwrite(actor: User) -> None:
    contact = ContactFactory(given_name="Eva", family_name="Vos", email="eva@example.org")
    python, sql = SkillFactory(name_en="Python"), SkillFactory(name_en="SQL")
    ContactSkillFactory(contact=contact, skill=python, level=2, source="manager")
    ContactSkillFactory(contact=contact, skill=sql, level=None, source="self")
    file = "Voornaam;Achternaam;E-mail;Skills\nEva;Vos;eva@example.org;Python (5), SQL (3)\n"

    bring_in(file, actor)
    assert held() == [("Eva", "Python", 2, "manager"), ("Eva", "SQL", 3, "import")]
    bring_in(file, actor, policy="overwrite")

    assert held() == [("Eva", "Python", 5, "import"), ("Eva", "SQL", 3, "import")]


def test_a_second_address_in_a_file_makes_no_second_person(actor: User) -> None:
    """Row C2: the second e-mail address joins the first, in one row and over two."""
    header = "Voornaam;Achternaam;E-mail;E-mail 2\n"
    bring_in(f"{header}Eva;Vos;eva@example.org;eva@work.example\n", actor)
    bring_in(f"{header}Eva;Vos;eva@work.example;e.vos@home.example\n", actor)

    contact = Contact.objects.get()
    rows = contact.email_addresses.order_by("pk").values_list("address", "is_primary")
    assert list(rows) == [
        ("eva@example.org", True),
        ("eva@work.example", False),
        ("e.vos@home.example", False),
    ]
