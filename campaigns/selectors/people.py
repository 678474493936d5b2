"""The people of a campaign, each with where they are in it; and the mails that went wrong."""

from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.models import Campaign, Enrolment, Touchpoint
from contacts.models import Contact
from contacts.models.access import covers
from core.models import User
from core.prepared import Given, Prepared

PER_PAGE = 50

_RUNNING = Prepared(
    lambda: (
        Enrolment.objects.filter(contact=Given("contact"), state=Enrolment.State.ACTIVE)
        .select_related("campaign")
        .order_by("-enrolled_at")
    )
)


@dataclass(frozen=True, kw_only=True)
class EnrolmentRow:
    """``last`` is the touchpoint that says where they are; None before the first is made."""

    enrolment: Enrolment
    last: Touchpoint | None


@dataclass(frozen=True, kw_only=True)
class EnrolmentPage:
    """``after`` asks for the next page, None on the last."""

    rows: list[EnrolmentRow]
    after: int | None


def enrolment_page(
    campaign: Campaign, user: User, *, state: str = "", after: int = 0
) -> EnrolmentPage:
    """In the order in which they were enrolled; only those whom ``user`` may see."""
    found = Enrolment.objects.filter(
        campaign=campaign, contact__in=Contact.objects.visible_to(user), pk__gt=after
    )
    if state:
        found = found.filter(state=state)
    enrolments = list(found.select_related("contact").order_by("pk")[: PER_PAGE + 1])
    is_more = len(enrolments) > PER_PAGE
    enrolments = enrolments[:PER_PAGE]
    return EnrolmentPage(rows=with_last(enrolments), after=enrolments[-1].pk if is_more else None)


def with_last(enrolments: Sequence[Enrolment]) -> list[EnrolmentRow]:
    """Each with the touchpoint of the furthest step. One query."""
    touchpoints = (
        Touchpoint.objects.filter(enrolment__in=enrolments)
        .select_related("step", "follow_up__assignee")
        .order_by("enrolment_id", "-step__position")
        .distinct("enrolment_id")
    )
    last = {touchpoint.enrolment_id: touchpoint for touchpoint in touchpoints}
    return [EnrolmentRow(enrolment=one, last=last.get(one.pk)) for one in enrolments]


def problems(campaign: Campaign, user: User, *, limit: int = 200) -> list[Touchpoint]:
    """What waits for a decision, about people whom ``user`` may see."""
    return list(
        Touchpoint.objects.undecided()
        .filter(enrolment__campaign=campaign, contact__in=Contact.objects.visible_to(user))
        .select_related("contact", "step")
        .order_by("result", "done_at", "pk")[:limit]
    )


def open_to(contact: Contact, user: User) -> list[Campaign]:
    """The campaigns that run, that ``user`` may run, and that the person is not in already."""
    within = Enrolment.objects.filter(contact=contact)
    running = Campaign.objects.visible_to(user).filter(state=Campaign.State.RUNNING)
    found = running.exclude(pk__in=within.values("campaign")).order_by("name", "pk")
    return [one for one in found if user.has_perm("campaigns.run_campaign", one)]


def running_enrolments(contact: Contact, user: User) -> list[EnrolmentRow]:
    """The campaigns that a person is in now, those ``user`` may see."""
    rows = _RUNNING(contact=contact.pk)
    return with_last(
        [row for row in rows if covers(user, "campaigns.view_campaign", row.campaign.unit_id)]
    )
