"""People who are to be written to now."""

from datetime import datetime

from campaigns.models import Campaign, Enrolment, Step, Touchpoint
from contacts.choices import Purpose, Source
from contacts.models import Consent, Contact, EmailAddress
from core.models import User

BODY = """Dear {{ given_name }},

It has been a while since you left {{ organisation | us }}. We would like to hear how you are, and
to tell you what has become of the plans you worked on.

On the first Thursday of next month former colleagues meet at our office. There is coffee from
four, and a walk through the new building for who likes to see it. Will you come too?

Kind regards,
{{ sender_name }}"""


def fill(count: int, *, due_at: datetime) -> list[Touchpoint]:
    """A running campaign of two steps, everyone before the first of them."""
    step = _campaign(due_at)
    contacts = Contact.objects.bulk_create(
        Contact(
            given_name=("Sanne", "Zoë", "Joris", "Amélie")[number % 4],
            family_name=f"Vries{number}",
            organisation_name="Waterschap Rijnland",
            language=("nl", "en")[number % 2],
            sort_key=f"vries{number}",
        )
        for number in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(contact=one, address=f"person{one.pk}@example.org", is_primary=True)
        for one in contacts
    )
    Consent.objects.bulk_create(
        Consent(
            contact=one,
            purpose=Purpose.NETWORK,
            decision=Consent.Decision.GIVEN,
            language=one.language,
            source=Source.DEMO,
            decided_at=due_at,
        )
        for one in contacts
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(campaign=step.campaign, contact=one, enrolled_at=due_at) for one in contacts
    )
    return Touchpoint.objects.bulk_create(
        Touchpoint(enrolment=one, step=step, contact=one.contact, due_at=due_at)
        for one in enrolments
    )


def _campaign(started_at: datetime) -> Step:
    owner, _is_new = User.objects.get_or_create(
        email="sender@example.org", defaults={"name": "Joris Bakker"}
    )
    campaign = Campaign.objects.create(
        name="Measured",
        purpose=Purpose.NETWORK,
        state=Campaign.State.RUNNING,
        owner=owner,
        started_at=started_at,
    )
    steps = [
        Step(
            campaign=campaign,
            position=position,
            action=Step.Action.MAIL,
            offset_days=days,
            subject={
                "nl": "Hoe gaat het, {{ given_name }}?",
                "en": "How are you, {{ given_name }}?",
            },
            body={"nl": BODY, "en": BODY},
        )
        for position, days in ((1, 0), (2, 14))
    ]
    return Step.objects.bulk_create(steps)[0]
