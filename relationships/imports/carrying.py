"""Carrying out what was planned, and remembering what of it an undo takes back."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from contacts.imports.targets import TargetOutcome
from core.bulk import like
from core.models import User
from relationships.choices import Cause
from relationships.imports.standing import Engaged
from relationships.models import Engagement, Relationship
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.engagements import begin_engagements, end_engagement


@dataclass(slots=True)
class Plan:
    """See ``TargetPlan``. Each entry names the person it is for."""

    outcomes: list[TargetOutcome] = field(default_factory=list)
    beginnings: list[tuple[int, dict[str, Any]]] = field(default_factory=list)
    engagements: list[tuple[int, Engaged]] = field(default_factory=list)
    endings: dict[int, date] = field(default_factory=dict)
    owns: bool = False
    made: dict[int, dict[str, Any]] = field(default_factory=dict)

    def carry_out(self, contact_ids: dict[int, int], actor: User) -> None:
        begun = begin_relationships(
            beginnings=[
                Beginning(
                    contact_id=contact_ids[person],
                    owner=actor if self.owns and said["ended_on"] is None else None,
                    **said,
                )
                for person, said in self.beginnings
            ],
            actor=actor,
            cause=Cause.IMPORTED,
        )
        blank = Engagement()
        engaged = begin_engagements(
            engagements=[
                like(
                    blank,
                    contact_id=contact_ids[person],
                    form=one.form,
                    starts_on=one.starts_on,
                    ends_on=one.ends_on,
                    role=one.role,
                    unit_id=one.unit_id,
                )
                for person, one in self.engagements
            ],
            actor=actor,
        )
        ended = list(Engagement.objects.filter(pk__in=self.endings))
        for engagement in ended:
            end_engagement(engagement=engagement, actor=actor, ends_on=self.endings[engagement.pk])
        self._remember(contact_ids, begun, engaged, ended)

    def _remember(
        self,
        contact_ids: dict[int, int],
        begun: Sequence[Relationship],
        engaged: Sequence[Engagement],
        ended: Sequence[Engagement],
    ) -> None:
        made: defaultdict[int, dict[str, list[int]]] = defaultdict(dict)
        for name, rows in (("begun", begun), ("engaged", engaged), ("ended", ended)):
            for row in rows:
                made[row.contact_id].setdefault(name, []).append(row.pk)
        self.made = {
            person: made[contact_id]
            for person, contact_id in contact_ids.items()
            if contact_id in made
        }
