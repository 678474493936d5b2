from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from core.models import Heartbeat


class Command(BaseCommand):
    help = "Fail unless a worker lately did what beat asked of it. For containers' health checks."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--max-age", type=int, default=90, help="in seconds")

    def handle(self, *args: Any, **options: Any) -> None:
        oldest = timezone.now() - timedelta(seconds=options["max_age"])
        if not Heartbeat.objects.filter(name="worker", at__gte=oldest).exists():
            raise CommandError(f"No worker's heartbeat in the last {options['max_age']} seconds.")
