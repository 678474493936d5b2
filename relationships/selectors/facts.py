from collections.abc import Sequence
from datetime import date

from django.db.models import F

from contacts.models import Contact
from core.prepared import Given, Prepared
from relationships.models import PersonalFact

_KEPT = Prepared(
    lambda: (
        PersonalFact.objects.kept(Given("today"))
        .filter(contact=Given("contact"))
        .select_related("author")
        .order_by(F("shows_on").asc(nulls_last=True), "-pk")
    )
)


def facts_of(contact: Contact, *, today: date) -> Sequence[PersonalFact]:
    """Those with a moment first, the nearest on top."""
    return _KEPT(contact=contact.pk, today=today)
