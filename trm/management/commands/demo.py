from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from trm.demo import accounts, house


class Command(BaseCommand):
    help = "Fill an empty database with an invented organisation: 40 units, 600 people, three years."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--today",
            type=date.fromisoformat,
            help="the day on which the history ends (YYYY-MM-DD); the same day, the same demo",
        )
        parser.add_argument(
            "--if-empty", action="store_true", help="leave a database that holds people alone"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if house.has_begun():
            if options["if_empty"]:
                return
            raise CommandError("The database already holds people; the demo needs an empty one.")
        house.build(today=options["today"] or timezone.localdate())
        for account in accounts.SHOWN:
            self.stdout.write(f"{account.email}  {accounts.PASSWORD}  {account.role}")
