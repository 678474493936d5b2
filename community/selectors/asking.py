"""Whom the yearly ask is about, and by what it may be done."""

from datetime import date, datetime, time

from django.db.models import Exists, OuterRef
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, Step
from community.models import ProfileAsk
from contacts.freshness import oldest_fresh_day
from contacts.models import Contact
from contacts.models.contact import ContactQuerySet
from contacts.selectors.freshness import stale
from core.models import User

TAG = "profile_url"


def usable_campaigns(user: User) -> list[Campaign]:
    """Those that run and hold the link to one's own profile."""
    running = Campaign.objects.visible_to(user).filter(state=Campaign.State.RUNNING)
    return [
        campaign
        for campaign in running.prefetch_related("steps").order_by("name")
        if holds_link(campaign)
    ]


def holds_link(campaign: Campaign) -> bool:
    return any(
        TAG in text
        for step in campaign.steps.all()
        if step.action == Step.Action.MAIL
        for text in step.body.values()
    )


def to_be_asked(ask: ProfileAsk, *, today: date) -> ContactQuerySet:
    """People of whom something is old, and whom this campaign has not asked within the year. Who
    may be written to at all is for the enrolment to say.
    """
    if ask.campaign is None:
        return Contact.objects.none()
    since = oldest_fresh_day(today)
    midnight = timezone.make_aware(datetime.combine(since, time.min))
    asked = Enrolment.objects.filter(
        campaign=ask.campaign, contact=OuterRef("pk"), enrolled_at__gte=midnight
    )
    people = Contact.objects.visible_to(ask.campaign.owner).active()
    return stale(people, since=since).filter(~Exists(asked))
