from collections.abc import Sequence
from datetime import date

from django.db.models import Exists, F, OuterRef

from contacts.models import Contact
from core.models import User
from relationships.models import PersonalFact, Relationship


def facts_of(contact: Contact, *, today: date) -> Sequence[PersonalFact]:
    """Those with a moment first, the nearest on top."""
    rows = PersonalFact.objects.kept(today).filter(contact=contact).select_related("author")
    return list(rows.order_by(F("shows_on").asc(nulls_last=True), "-pk"))


def timely_facts(user: User, *, today: date) -> Sequence[PersonalFact]:
    """What is worth knowing now of the people whom ``user`` keeps in touch with."""
    mine = Relationship.objects.open().filter(owner=user, contact=OuterRef("contact"))
    rows = (
        PersonalFact.objects.visible_to(user)
        .timely(today)
        .filter(Exists(mine), seen_at=None, contact__archived_at=None)
        .select_related("contact")
    )
    return list(rows.order_by("shows_on", "pk")[:6])
