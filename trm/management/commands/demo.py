from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from core.models import User
from trm.demo import accounts, house


class Command(BaseCommand):
    help = "Fill an empty database with an invented organisation: 40 units, 600 people."

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
        if not house.has_begun():
            house.build(today=options["today"] or timezone.localdate())
        elif not options["if_empty"]:
            raise CommandError("The database already holds people; the demo needs an empty one.")
        for line in _sign_in_lines():
            self.stdout.write(line)


def _sign_in_lines() -> list[str]:
    """How to sign in, one line a role; nothing where the database is not the demo's."""
    emails = set(User.objects.filter(is_active=True).values_list("email", flat=True))
    shown = [account for account in accounts.SHOWN if account.email in emails]
    if not shown:
        return []
    width = max(len(account.email) for account in shown)
    lines = [f"  {account.email:<{width}}  {account.role}" for account in shown]
    return [f"Sign in with the password {accounts.PASSWORD} as", *lines]
