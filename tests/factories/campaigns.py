from datetime import datetime, timedelta
from typing import Any

import factory
from django.utils import timezone

from campaigns.models import Campaign, Enrolment, Step, Touchpoint
from contacts.choices import Purpose
from contacts.models import Consent, Contact, EmailAddress
from core.models import User
from tests.factories.contacts import ConsentFactory, ContactFactory
from tests.factories.core import UserFactory


class CampaignFactory(factory.django.DjangoModelFactory[Campaign]):
    """A draft without steps. ``CampaignFactory(state="running")`` for one that was started."""

    class Meta:
        model = Campaign

    name = factory.Sequence(lambda n: f"Campaign {n:03}")
    purpose = Purpose.NETWORK
    owner = factory.SubFactory(UserFactory, role="recruiter")


class StepFactory(factory.django.DjangoModelFactory[Step]):
    """The next step of its campaign: a mail in both languages, unless told otherwise."""

    class Meta:
        model = Step

    campaign = factory.SubFactory(CampaignFactory, state=Campaign.State.RUNNING)
    action = Step.Action.MAIL
    subject = factory.LazyFunction(lambda: {"en": "Hello", "nl": "Hallo"})
    body = factory.LazyFunction(
        lambda: {
            "en": "Dear {{ full_name }},\n\nHow are you?",
            "nl": "Dag {{ full_name }},\n\nHoe is het?",
        }
    )

    @factory.lazy_attribute
    def position(self) -> int:
        return self.campaign.steps.count() + 1


class EnrolmentFactory(factory.django.DjangoModelFactory[Enrolment]):
    class Meta:
        model = Enrolment

    campaign = factory.SubFactory(CampaignFactory, state=Campaign.State.RUNNING)
    contact = factory.SubFactory(ContactFactory)
    enrolled_at = factory.LazyFunction(timezone.now)


class TouchpointFactory(factory.django.DjangoModelFactory[Touchpoint]):
    """Due now, of a campaign that runs, about someone who may be written to.

    ``TouchpointFactory(is_consenting=False)`` for someone who may not.
    """

    class Meta:
        model = Touchpoint

    step = factory.SubFactory(StepFactory)
    due_at = factory.LazyFunction(lambda: timezone.now() - timedelta(minutes=1))

    @classmethod
    def _create(
        cls, model_class: type[Touchpoint], *args: Any, is_consenting: bool = True, **fields: Any
    ) -> Touchpoint:
        if "enrolment" not in fields:
            contact = fields.pop("contact", None) or reachable_contact(
                purpose=fields["step"].campaign.purpose, is_consenting=is_consenting
            )
            fields["enrolment"] = EnrolmentFactory(
                campaign=fields["step"].campaign, contact=contact
            )
        fields.setdefault("contact", fields["enrolment"].contact)
        return super()._create(model_class, *args, **fields)


_numbers = iter(range(10**9))


def reachable_contact(
    *, purpose: str = Purpose.NETWORK, is_consenting: bool = True, **fields: Any
) -> Contact:
    """Someone with an address who agreed to be written to."""
    fields.setdefault("email", f"reachable{next(_numbers)}@example.org")
    fields.setdefault("language", "en")
    contact = ContactFactory(**fields)
    if is_consenting:
        ConsentFactory(contact=contact, purpose=purpose)
    return contact


def story(*, owner: User | None = None, **fields: Any) -> Campaign:
    """A draft of three steps: a mail now, a task after three days, a mail after fourteen."""
    campaign = CampaignFactory(**({"owner": owner} if owner else {}), **fields)
    StepFactory(campaign=campaign, offset_days=0, subject={"en": "First", "nl": "Eerste"})
    StepFactory(
        campaign=campaign,
        action=Step.Action.FOLLOW_UP,
        offset_days=3,
        subject={"en": "Call {{ given_name }}"},
        body={"en": "Ask about {{ organisation }}."},
    )
    StepFactory(campaign=campaign, offset_days=14, subject={"en": "Last", "nl": "Laatste"})
    return campaign


def many_due(*, count: int, step: Step, due_at: datetime) -> list[Touchpoint]:
    """A crowd that is due, made in a few statements."""
    contacts = Contact.objects.bulk_create(
        Contact(
            given_name="Ada", family_name=f"Crowd{n:05}", language="en", sort_key=f"crowd{n:05}"
        )
        for n in range(count)
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(contact=contact, address=f"crowd{n}@example.org", is_primary=True)
        for n, contact in enumerate(contacts)
    )
    Consent.objects.bulk_create(
        Consent(
            contact=contact,
            purpose=step.campaign.purpose,
            decision=Consent.Decision.GIVEN,
            language="en",
            source="manual",
            decided_at=due_at,
        )
        for contact in contacts
    )
    enrolments = Enrolment.objects.bulk_create(
        Enrolment(campaign=step.campaign, contact=contact, enrolled_at=due_at)
        for contact in contacts
    )
    return Touchpoint.objects.bulk_create(
        Touchpoint(enrolment=one, step=step, contact=one.contact, due_at=due_at)
        for one in enrolments
    )
