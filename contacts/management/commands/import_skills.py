from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.esco import ATTRIBUTION, NotEsco, skills_in
from contacts.services.skill_catalogue import NewSkill, add_skills, translate_skills
from contacts.skill_seeds import OWN_LIST

BATCH = 2000


class Command(BaseCommand):
    help = (
        "Add skills to the catalogue: our own short list, or with a file those of ESCO. What is "
        "there already stays as it is; a file in the other language gives skills their other name."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, help="ESCO's skills, CSV, or .csv.gz")
        parser.add_argument("--language", choices=["en", "nl"], default="en")

    def handle(self, *args: Any, **options: Any) -> None:
        path, language = options["file"], options["language"]
        try:
            skills = OWN_LIST if path is None else list(skills_in(path, language=language))
        except (OSError, UnicodeDecodeError, NotEsco) as problem:
            raise CommandError(f"{path} cannot be read: {problem}") from problem
        added = named = 0
        for at in range(0, len(skills), BATCH):
            batch: list[NewSkill] = skills[at : at + BATCH]
            named += translate_skills(known=batch, language=language)
            added += add_skills(new=batch, actor=None)
        self.stdout.write(f"{added} skills added, {named} named in {language}, of {len(skills)}.")
        if path is not None:
            self.stdout.write(ATTRIBUTION)
