import gzip
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from contacts.esco import label_of
from contacts.models import Skill
from contacts.selectors.skills import find_skill
from contacts.skill_seeds import OWN_LIST

pytestmark = pytest.mark.django_db

ENGLISH = (
    "conceptType,conceptUri,preferredLabel,altLabels,status,description\n"
    'KnowledgeSkillCompetence,http://x/1,JavaScript,"JS\nECMAScript",released,"About it."\n'
    "KnowledgeSkillCompetence,http://x/2,weld,,released,\n"
    "KnowledgeSkillCompetence,http://x/3,old,,obsolete,\n"
)
DUTCH = 'conceptUri,preferredLabel,altLabels,status\nhttp://x/2,lassen,"lastechniek\nJS",released\n'


def run(*args: object, **options: object) -> str:
    out = StringIO()
    call_command("import_skills", *map(str, args), stdout=out, **options)
    return out.getvalue()


def test_escos_own_files_come_in_once_in_two_languages(tmp_path: Path) -> None:
    english, dutch = tmp_path / "skills_en.csv", tmp_path / "skills_nl.csv.gz"
    english.write_text(ENGLISH)
    dutch.write_bytes(gzip.compress(DUTCH.encode()))

    said = run(english)
    run(english)
    run(dutch, language="nl")
    run(dutch, language="nl")

    assert said.startswith("2 skills added")
    assert "ESCO classification of the European Commission" in said
    rows = Skill.objects.order_by("pk").values_list("name_en", "name_nl", "esco_uri")
    assert list(rows) == [("JavaScript", "", "http://x/1"), ("weld", "lassen", "http://x/2")]
    found = {text: find_skill(text) for text in ("js", "ecmascript", "lastechniek", "Lassen")}
    assert {text: skill and skill.name_en for text, skill in found.items()} == {
        "js": "JavaScript",
        "ecmascript": "JavaScript",
        "lastechniek": "weld",
        "Lassen": "weld",
    }


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("manage musical staff manage staff of music coordinate duties", "manage musical staff"),
        ("MySQL MySQL Enterprise Edition MySQL Embedded", "MySQL"),
        ("JavaScript Client-side JavaScript Mocha Escript CSJS", "JavaScript"),
        ("attack vectors information security threats cybersecurity threats", ""),
        ("", ""),
    ],
)
def test_a_label_is_told_from_running_text_only_where_it_comes_back(text: str, label: str) -> None:
    assert label_of(text) == label


def test_running_text_gives_what_can_be_told(tmp_path: Path) -> None:
    file = tmp_path / "skills.csv"
    file.write_text('id,description\nhttp://x/1,"MySQL MySQL Enterprise"\nhttp://x/2,a b c d\n')

    assert run(file).startswith("1 skills added")
    assert Skill.objects.get().name_en == "MySQL"


def test_what_is_no_such_file_is_said(tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_bytes(b"a,b\n1,2\n")
    damaged = tmp_path / "damaged.csv"
    damaged.write_bytes(b"\xff\xfe\x00\x00")

    for path in (other, damaged, tmp_path / "nothing.csv"):
        with pytest.raises(CommandError, match="cannot be read"):
            run(path)


def test_without_a_file_our_own_list_comes_in() -> None:
    assert run().startswith(f"{len(OWN_LIST)} skills added")
    assert run().startswith("0 skills added")
