"""Taking back what an import began."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from contacts.imports.undoing import Brought
from core.models import User
from relationships.models import Engagement, Relationship, StageTransition
from relationships.services import timeline
from relationships.services.leaving import stop_ways


def undo(made: Sequence[tuple[Brought, Any]], actor: User) -> None:
    """Take back relationships and engagements that nobody touched since, with their lines."""
    begun = _untouched(Relationship, "begun", made, "kind")
    engaged = _untouched(Engagement, "engaged", made, "started_on")
    ended = _untouched(Engagement, "ended", made, "ended_on")
    stop_ways(engagement_ids=[*engaged, *ended])
    StageTransition.objects.filter(relationship__in=begun).delete()
    Relationship.objects.filter(pk__in=begun).delete()
    Engagement.objects.filter(pk__in=engaged).delete()
    Engagement.objects.filter(pk__in=ended).update(ends_on=None, updated_at=timezone.now())
    timeline.forget(
        [
            *(f"relationship.began:{pk}" for pk in begun),
            *(f"engagement.began:{pk}" for pk in engaged),
            *(f"engagement.ended:{pk}" for pk in (*engaged, *ended)),
        ]
    )


def _untouched(
    model: type[Relationship] | type[Engagement],
    name: str,
    made: Sequence[tuple[Brought, Any]],
    key: str,
) -> list[int]:
    """Those rows that are as the import left them; of the others it is said that they stay."""
    of = {pk: brought for brought, said in made for pk in said.get(name, ())}
    found = []
    for pk, at in model._default_manager.filter(pk__in=of).values_list("pk", "updated_at"):
        if at > of[pk].done_at:
            of[pk].keep(key)
        else:
            of[pk].restored.add(key)
            found.append(pk)
    return found
