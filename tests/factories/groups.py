from typing import Any

import factory
from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.models import (
    PoolMember,
    PoolStep,
    Segment,
    SegmentMember,
    SegmentProposal,
    TalentPool,
)
from tests.factories.contacts import ContactFactory
from tests.factories.core import UserFactory


def asks(field: str, op: str, *values: str, **parts: list[str]) -> dict[str, Any]:
    """One condition, as a rule holds it."""
    return {"field": field, "op": op, "values": list(values), "parts": parts}


def rule_of(*nodes: dict[str, Any], match: str = "all") -> dict[str, Any]:
    return {"version": 1, "match": match, "rules": list(nodes)}


class SegmentFactory(factory.django.DjangoModelFactory[Segment]):
    """Everybody in Utrecht, unless told otherwise; nobody has been looked for yet."""

    class Meta:
        model = Segment

    name = factory.Sequence(lambda n: f"Segment {n:03}")
    rule = factory.LazyFunction(lambda: rule_of(asks("city", "is", "Utrecht")))
    owner = factory.SubFactory(UserFactory, role="recruiter")
    due_at = factory.LazyFunction(timezone.now)

    @factory.lazy_attribute
    def fields(self) -> list[str]:
        return rules.fields_of(shape.stored(self.rule))

    @factory.lazy_attribute
    def permissions(self) -> list[str]:
        return rules.permissions_of(shape.stored(self.rule))

    @factory.lazy_attribute
    def pace(self) -> str:
        return rules.pace_of(shape.stored(self.rule))


class SegmentMemberFactory(factory.django.DjangoModelFactory[SegmentMember]):
    class Meta:
        model = SegmentMember

    segment = factory.SubFactory(SegmentFactory)
    contact = factory.SubFactory(ContactFactory)
    since = factory.LazyFunction(timezone.now)


class SegmentProposalFactory(factory.django.DjangoModelFactory[SegmentProposal]):
    class Meta:
        model = SegmentProposal

    segment = factory.SubFactory(SegmentFactory, is_reviewed=True)
    contact = factory.SubFactory(ContactFactory)
    proposed_at = factory.LazyFunction(timezone.now)


class TalentPoolFactory(factory.django.DjangoModelFactory[TalentPool]):
    """Shared, without steps. ``TalentPoolFactory(steps=["Asked", "Met"])`` has two."""

    class Meta:
        model = TalentPool
        skip_postgeneration_save = True

    name = factory.Sequence(lambda n: f"Pool {n:03}")
    owner = factory.SubFactory(UserFactory, role="recruiter")

    @classmethod
    def _create(
        cls, model_class: type[TalentPool], *args: Any, steps: Any = (), **fields: Any
    ) -> TalentPool:
        pool = super()._create(model_class, *args, **fields)
        for position, name in enumerate(steps, start=1):
            PoolStep.objects.create(pool=pool, name=name, position=position)
        return pool


class PoolMemberFactory(factory.django.DjangoModelFactory[PoolMember]):
    class Meta:
        model = PoolMember

    pool = factory.SubFactory(TalentPoolFactory)
    contact = factory.SubFactory(ContactFactory)
    since = factory.LazyFunction(timezone.now)
    step_since = factory.LazyAttribute(lambda member: member.since)
