from typing import Any

from django.core.management.base import BaseCommand
from django.db import transaction

from contacts.models import Contact
from contacts.services.contacts import refresh_derived_columns
from contacts.services.search_words import learn_words, tidy_words

BATCH = 2000


class Command(BaseCommand):
    help = "Work out anew how everybody is sorted and found, in batches; after a repair by hand."

    def handle(self, *args: Any, **options: Any) -> None:
        last, done = 0, 0
        while True:
            people = Contact.objects.filter(pk__gt=last, erased_at=None).order_by("pk")
            ids = list(people.values_list("pk", flat=True)[:BATCH])
            if not ids:
                break
            with transaction.atomic():
                refresh_derived_columns(contact_ids=ids)
            learn_words(contact_ids=ids)
            last, done = ids[-1], done + len(ids)
        dropped = tidy_words()
        self.stdout.write(f"{done} people refreshed, {dropped} words dropped that nobody has.")
