from collections.abc import Sequence
from datetime import date

from django.db.models import F

from contacts.models import Contact
from relationships.models import PersonalFact


def facts_of(contact: Contact, *, today: date) -> Sequence[PersonalFact]:
    """Those with a moment first, the nearest on top."""
    rows = PersonalFact.objects.kept(today).filter(contact=contact).select_related("author")
    return list(rows.order_by(F("shows_on").asc(nulls_last=True), "-pk"))
