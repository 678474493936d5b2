"""Rows of the demo that the catalogue's paths point at."""

from django.db.models import Count

from contacts.models import Contact
from relationships.models import Relationship


def places() -> dict[str, str]:
    """The words that a path may hold, by name."""
    returner = (
        Contact.objects.filter(relationships__stage__key="returned")
        .annotate(kinds=Count("relationships"))
        .order_by("-kinds", "sort_key")
        .first()
    )
    newcomer = Relationship.objects.filter(stage__key="identified").order_by("-stage_since").first()
    if returner is None or newcomer is None:
        raise LookupError("the demo is not there")
    return {"person": str(returner.uid), "newcomer": str(newcomer.contact.uid)}
