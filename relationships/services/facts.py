"""Personal facts: kept for a purpose and a time, then forgotten."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from contacts.models import Contact
from core import audit
from core.errors import DomainError
from core.models import User
from relationships.models import PersonalFact
from relationships.services.occasions import bring_up_facts

BATCH = 1000


class FactRefused(DomainError):
    code = "fact_refused"


def kept_by_default(today: date) -> date:
    return today + timedelta(days=settings.FACT_KEPT_DAYS)


@transaction.atomic
def add_fact(
    *,
    contact: Contact,
    actor: User,
    text: str,
    purpose: str,
    kept_until: date | None = None,
    shows_on: date | None = None,
    is_month: bool = False,
    source: str = PersonalFact.Source.THEMSELVES,
) -> PersonalFact:
    """``shows_on``: the day to speak of it; with ``is_month``, some day of its month will do."""
    today = timezone.localdate()
    until = kept_until or kept_by_default(today)
    if until < today:
        raise FactRefused(_("What is kept until a day that is past would be gone at once."))
    if shows_on is None:
        is_month = False
    elif is_month:
        shows_on = shows_on.replace(day=1)
    if shows_on is not None and shows_on > until:
        raise FactRefused(_("Its moment comes after the day until which it is kept."))
    fact = PersonalFact.objects.create(
        contact=contact,
        text=" ".join(text.split())[:300],
        purpose=" ".join(purpose.split())[:200],
        shows_on=shows_on,
        is_month=is_month,
        kept_until=until,
        source=source,
        author=actor,
    )
    audit.record(
        actor=actor,
        action="relationships.fact_added",
        target=contact,
        fact=fact.pk,
        kept_until=until.isoformat(),
    )
    bring_up_facts(today=today, fact_ids=[fact.pk])
    return fact


@transaction.atomic
def remove_fact(*, fact: PersonalFact, actor: User) -> None:
    """For good: what we need not know is not kept for an undo. The audit says no word of it."""
    audit.record(
        actor=actor, action="relationships.fact_removed", target=fact.contact, fact=fact.pk
    )
    fact.delete()


@transaction.atomic
def forget_expired(*, today: date, limit: int = BATCH) -> int:
    """Delete facts whose time is over; return how many. The audit keeps whose, and when."""
    rows = list(
        PersonalFact.objects.expired(today)
        .select_for_update(skip_locked=True, of=("self",))
        .select_related("contact")
        .order_by("kept_until", "pk")[:limit]
    )
    audit.record_many(
        actor=None,
        action="relationships.fact_expired",
        entries=((row.contact, {"fact": row.pk}) for row in rows),
    )
    PersonalFact.objects.filter(pk__in=[row.pk for row in rows]).delete()
    return len(rows)
