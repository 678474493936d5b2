from datetime import timedelta
from typing import Any

import factory
from django.utils import timezone

from relationships.choices import Channel, Direction, Kind, Party
from relationships.models import (
    Engagement,
    FollowUp,
    GoodwillEntry,
    Interaction,
    PersonalFact,
    Promise,
    Relationship,
    Stage,
    Tie,
    TieKind,
    TimelineEntry,
)
from tests.factories.contacts import ContactFactory
from tests.factories.core import UserFactory


def stage(kind: str, key: str) -> Stage:
    """A seeded stage: ``stage("prospect", "offer")``."""
    return Stage.objects.get(lifecycle__kind=kind, key=key)


class RelationshipFactory(factory.django.DjangoModelFactory[Relationship]):
    """An open relationship. ``RelationshipFactory(kind="alumnus", at="dormant")`` sets a stage."""

    class Meta:
        model = Relationship

    contact = factory.SubFactory(ContactFactory)
    kind = Kind.PROSPECT
    stage_since = factory.LazyFunction(lambda: timezone.now() - timedelta(days=5))
    started_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=5))
    owner = factory.SubFactory(UserFactory)

    @classmethod
    def _create(
        cls, model_class: type[Relationship], *args: Any, at: str = "", **fields: Any
    ) -> Relationship:
        if "stage" not in fields:
            stages = Stage.objects.filter(lifecycle__kind=fields["kind"])
            fields["stage"] = stages.get(key=at) if at else stages.get(is_entry=True)
        if fields["stage"].is_closed:
            fields.setdefault("ended_on", timezone.localdate())
        return super()._create(model_class, *args, **fields)


class FollowUpFactory(factory.django.DjangoModelFactory[FollowUp]):
    class Meta:
        model = FollowUp

    contact = factory.SubFactory(ContactFactory)
    assignee = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"Call back {n}")
    due_on = factory.LazyFunction(timezone.localdate)


class InteractionFactory(factory.django.DjangoModelFactory[Interaction]):
    class Meta:
        model = Interaction

    contact = factory.SubFactory(ContactFactory)
    happened_at = factory.LazyFunction(timezone.now)
    channel = Channel.PHONE
    direction = Direction.TWO_WAY
    initiated_by = Party.US
    summary = "Talked about the team"


class EngagementFactory(factory.django.DjangoModelFactory[Engagement]):
    class Meta:
        model = Engagement

    contact = factory.SubFactory(ContactFactory)
    form = Engagement.Form.EMPLOYMENT
    role = "Engineer"
    phase = factory.LazyAttribute(lambda one: "running" if one.form == "assignment" else "")
    starts_on = factory.LazyFunction(lambda: timezone.localdate() - timedelta(days=400))


class TimelineEntryFactory(factory.django.DjangoModelFactory[TimelineEntry]):
    class Meta:
        model = TimelineEntry

    contact = factory.SubFactory(ContactFactory)
    at = factory.LazyFunction(timezone.now)
    verb = "contact.created"
    key = factory.Sequence(lambda n: f"made:{n}")


class PromiseFactory(factory.django.DjangoModelFactory[Promise]):
    """Our word, open, due tomorrow. One that is closed is closed now."""

    class Meta:
        model = Promise

    contact = factory.SubFactory(ContactFactory)
    promiser = factory.SubFactory(UserFactory)
    text = factory.Sequence(lambda n: f"Send the plan {n}")
    due_on = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=1))
    closed_at = factory.LazyAttribute(
        lambda one: None if getattr(one, "state", "open") == "open" else timezone.now()
    )


class GoodwillEntryFactory(factory.django.DjangoModelFactory[GoodwillEntry]):
    class Meta:
        model = GoodwillEntry

    contact = factory.SubFactory(ContactFactory)
    direction = GoodwillEntry.Direction.THEY_GAVE
    kind = GoodwillEntry.Kind.ADVICE
    value = 2
    happened_on = factory.LazyFunction(timezone.localdate)


class PersonalFactFactory(factory.django.DjangoModelFactory[PersonalFact]):
    class Meta:
        model = PersonalFact

    contact = factory.SubFactory(ContactFactory)
    text = "Shares vest in March"
    purpose = "To ask after their plans"
    kept_until = factory.LazyFunction(lambda: timezone.localdate() + timedelta(days=365))


class TieFactory(factory.django.DjangoModelFactory[Tie]):
    """``contact`` is a colleague of ``other``; ``TieFactory(key="mentor")`` is another kind."""

    class Meta:
        model = Tie

    contact = factory.SubFactory(ContactFactory)

    @classmethod
    def _create(cls, model_class: type[Tie], *args: Any, key: str = "", **fields: Any) -> Tie:
        fields.setdefault("kind", TieKind.objects.get(key=key or "colleague"))
        if not {"other", "organisation", "colleague"} & fields.keys():
            fields["other"] = ContactFactory()
        return super()._create(model_class, *args, **fields)
