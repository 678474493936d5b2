"""Birthdays on the desk: a word from somebody who knows them, never a mail by itself."""

from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Right
from django.utils import timezone

from contacts.birthdays import days_thought_of
from contacts.choices import Purpose
from contacts.models import Consent, Contact
from relationships.models import Engagement, FollowUp, Relationship
from relationships.services.occasion_tasks import Occasion, ask


def mark_birthdays(*, today: date) -> list[FollowUp]:
    """A task for each whose birthday it is, of whom a colleague keeps in touch with and may think
    of it: who works for us (it belongs to working together), or agreed to staying in touch. Not of
    who is put aside or wants to hear nothing. Who wants none of it leaves it out of their profile.
    """
    rows = (
        Contact.objects.active()
        .filter(do_not_contact=False)
        .exclude(birthday="")
        .alias(born_on=Right("birthday", 5))
        .filter(born_on__in=days_thought_of(today))
        .filter(Exists(_kept_by_somebody()), _may_be_thought_of(today))
    )
    return ask(
        Occasion(
            kind=FollowUp.Kind.ANNIVERSARY,
            key=f"birthday:{pk}:{today.year}",
            contact_id=pk,
            occurred_on=today,
            due_on=today,
        )
        for pk in rows.order_by("pk").values_list("pk", flat=True)
    )


def _kept_by_somebody() -> QuerySet[Relationship]:
    return Relationship.objects.open().filter(contact=OuterRef("pk"), owner__isnull=False)


def _may_be_thought_of(today: date) -> Q:
    works = Engagement.objects.current(today).filter(contact=OuterRef("pk"))
    agreed = Consent.objects.in_force(timezone.now()).filter(
        contact=OuterRef("pk"), purpose=Purpose.NETWORK
    )
    return Q(Exists(works)) | Q(Exists(agreed))
