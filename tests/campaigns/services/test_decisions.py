import pytest

from campaigns.models import Touchpoint
from campaigns.services.decisions import leave, send_again
from campaigns.services.enrolment import stop_enrolment
from core.models import AuditEntry
from tests.factories.campaigns import StepFactory, TouchpointFactory

pytestmark = pytest.mark.django_db


def problem(result: str, **fields: object) -> Touchpoint:
    touchpoint = TouchpointFactory(**fields)
    Touchpoint.objects.filter(pk=touchpoint.pk).update(
        queue_state="done", result=result, attempts=3, outcome="451 no"
    )
    touchpoint.refresh_from_db()
    return touchpoint


@pytest.mark.parametrize("result", ["failed", "in_doubt"])
def test_send_again_puts_it_back_in_the_queue_as_new(result: str) -> None:
    touchpoint = problem(result)
    actor = touchpoint.step.campaign.owner

    assert send_again(touchpoint_ids=[touchpoint.pk], actor=actor) == 1
    assert send_again(touchpoint_ids=[touchpoint.pk], actor=actor) == 0

    touchpoint.refresh_from_db()
    assert (touchpoint.queue_state, touchpoint.result) == ("waiting", "")
    assert (touchpoint.attempts, touchpoint.outcome) == (0, "")
    assert AuditEntry.objects.get().details == {"was": result}


def test_leave_goes_on_with_the_next_step() -> None:
    touchpoint = problem("in_doubt")
    following = StepFactory(campaign=touchpoint.step.campaign, offset_days=7)
    actor = touchpoint.step.campaign.owner

    assert leave(touchpoint_ids=[touchpoint.pk], actor=actor) == 1
    assert leave(touchpoint_ids=[touchpoint.pk], actor=actor) == 0

    touchpoint.refresh_from_db()
    assert (touchpoint.result, touchpoint.decided_by) == ("in_doubt", actor)
    assert Touchpoint.objects.undecided().count() == 0
    assert Touchpoint.objects.get(step=following).enrolment == touchpoint.enrolment


def test_what_was_sent_cannot_be_sent_again() -> None:
    touchpoint = problem("sent")

    assert send_again(touchpoint_ids=[touchpoint.pk], actor=touchpoint.step.campaign.owner) == 0

    touchpoint.refresh_from_db()
    assert touchpoint.queue_state == "done"


def test_stopping_someone_decides_about_their_mails_too() -> None:
    touchpoint = problem("failed")
    actor = touchpoint.step.campaign.owner

    stop_enrolment(enrolment=touchpoint.enrolment, actor=actor)

    assert Touchpoint.objects.undecided().count() == 0
    assert send_again(touchpoint_ids=[touchpoint.pk], actor=actor) == 0
