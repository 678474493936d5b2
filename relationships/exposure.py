"""What counts as a two-way tie with one of us, said once for a person and for all."""

from datetime import datetime, timedelta

from django.utils import timezone

WINDOW = timedelta(days=365)

# What people said to each other: no machine, no note, by one of us who is still here. Takes the
# moment from which on.
TALKS = """SELECT i.contact_id, i.author_id, i.direction, i.happened_at
    FROM relationships_interaction i JOIN core_user u ON u.id = i.author_id AND u.is_active
    WHERE i.happened_at >= %s AND NOT i.is_automated AND i.channel <> 'note'
        AND i.direction <> 'internal'"""


def since(now: datetime) -> datetime:
    """The beginning of the day a year before."""
    day = timezone.localdate(now) - WINDOW
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
