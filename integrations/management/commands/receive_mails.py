import asyncio
import smtplib
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from integrations.listener import serve

PATIENCE = 5.0


class Command(BaseCommand):
    help = "Listen for mail that is to be filed on people (SMTP), until told to stop."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check", action="store_true", help="say whether one that was started answers"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["check"]:
            self._check()
            return
        if not settings.CAPTURE_DOMAIN:
            raise CommandError("Say in CAPTURE_DOMAIN at which domain mail to file comes in.")
        asyncio.run(serve(settings.CAPTURE_BIND, settings.CAPTURE_PORT, self._say))

    def _say(self, port: int) -> None:
        self.stdout.write(f"Mail for {settings.CAPTURE_DOMAIN} is taken in on port {port}.")

    def _check(self) -> None:
        try:
            with smtplib.SMTP("127.0.0.1", settings.CAPTURE_PORT, timeout=PATIENCE) as server:
                server.noop()
        except (OSError, smtplib.SMTPException) as error:
            raise CommandError(f"No answer on port {settings.CAPTURE_PORT}: {error}") from error
