from typing import Any

from django.core.management.base import BaseCommand

from insights.services.lives import recount


class Command(BaseCommand):
    help = "Works out again all that the pictures of insights read of lives, and repairs it."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{recount()} rows were not right.")
