"""Letters that are due, and a channel that answers as it is told."""

from collections.abc import Callable
from datetime import timedelta

from django.utils import timezone

from campaigns.channels import Handover, Letter, Outcome
from campaigns.models import Step, Touchpoint
from tests.factories.campaigns import (
    StepFactory,
    TouchpointFactory,
    reachable_contact,
)


class FakeChannel:
    """Answers as it is told, by recipient, and remembers what it was given."""

    def __init__(self, **answers: Handover | Exception) -> None:
        self.answers = answers
        self.letters: list[Letter] = []
        self.before: Callable[[Letter], None] = lambda letter: None

    def __enter__(self) -> "FakeChannel":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def hand_over(self, letter: Letter) -> Handover:
        self.before(letter)
        answer = self.answers.get(
            letter.recipient.partition("@")[0], Handover(Outcome.ACCEPTED, "250 OK")
        )
        if isinstance(answer, Exception):
            raise answer
        self.letters.append(letter)
        return answer

    @property
    def recipients(self) -> list[str]:
        return [letter.recipient for letter in self.letters]


def due_for(*names: str, step: Step | None = None) -> list[Touchpoint]:
    step = step or StepFactory()
    now = timezone.now()
    return [
        TouchpointFactory(
            step=step,
            contact=reachable_contact(email=f"{name}@example.org"),
            due_at=now - timedelta(minutes=len(names) - at),
        )
        for at, name in enumerate(names)
    ]


def states(touchpoints: list[Touchpoint]) -> list[tuple[str, str]]:
    rows = Touchpoint.objects.in_bulk([touchpoint.pk for touchpoint in touchpoints])
    return [(rows[one.pk].queue_state, rows[one.pk].result) for one in touchpoints]
