from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from contacts.services.invitations import invite_administrator
from core.errors import DomainError


class Command(BaseCommand):
    help = "Invite an administrator of the whole organisation: the first one, or when all are lost."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument(
            "--language", choices=[code for code, _name in settings.LANGUAGES], default="nl"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            link = invite_administrator(email=options["email"], language=options["language"])
        except DomainError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"Invited by mail. The link, for two weeks and for one time:\n{link}")
