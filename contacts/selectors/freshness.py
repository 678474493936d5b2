"""Of whom what we hold is old."""

from datetime import date, datetime, time

from django.db.models import Case, Q, When
from django.utils import timezone

from contacts.freshness import FIELDS
from contacts.models.contact import ContactQuerySet


def stale(people: ContactQuerySet, *, since: date) -> ContactQuerySet:
    """Those of whom some field that we hold was neither said nor found right since that day."""
    # Not ``exclude``: where a field was never said, SQL's answer is neither yes nor no.
    fresh_now = Case(When(is_fresh(since), then=True), default=False)
    return people.alias(fresh_now=fresh_now).filter(fresh_now=False)


def fresh(people: ContactQuerySet, *, since: date) -> ContactQuerySet:
    return people.filter(is_fresh(since))


def is_fresh(since: date) -> Q:
    """The condition. What is not in ``field_sources`` is as old as the row."""
    midnight = timezone.make_aware(datetime.combine(since, time.min))
    is_new = Q(created_at__gte=midnight)
    every = Q()
    for name in FIELDS:
        said = Q(**{f"field_sources__{name}__1__gte": since.isoformat()})
        every &= Q(**{name: ""}) | said | (is_new & ~Q(field_sources__has_key=name))
    return (is_new & Q(field_sources={})) | every
