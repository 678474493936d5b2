"""Our own overdue promise stops automated mail to that person until it is kept (measures.md, 7)."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from campaigns.channels import Handover, Letter, Outcome
from campaigns.choices import Reason
from campaigns.models import Touchpoint
from campaigns.selectors.campaigns import overview
from campaigns.services.delivery import deliver_due
from relationships.models import Promise
from relationships.services import promises as services
from tests.factories import PromiseFactory, UserFactory
from tests.factories.campaigns import StepFactory, TouchpointFactory, reachable_contact

pytestmark = pytest.mark.django_db


class Post:
    def __init__(self) -> None:
        self.recipients: list[str] = []

    def __enter__(self) -> "Post":
        return self

    def __exit__(self, *error: object) -> None:
        return None

    def hand_over(self, letter: Letter) -> Handover:
        self.recipients.append(letter.recipient)
        return Handover(Outcome.ACCEPTED, "250 OK")


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def two_due() -> tuple[Touchpoint, Touchpoint]:
    step = StepFactory()
    owed, other = (
        TouchpointFactory(step=step, contact=reachable_contact(email=f"{name}@example.org"))
        for name in ("owed", "other")
    )
    return owed, other


def test_who_waits_for_our_word_gets_no_mail_and_the_others_do() -> None:
    owed, _other = two_due()
    PromiseFactory(contact=owed.contact, due_on=on(-1))
    post = Post()

    assert deliver_due(channel=post) == 2
    assert post.recipients == ["other@example.org"]

    owed.refresh_from_db()
    assert (owed.queue_state, owed.result, owed.attempts) == ("waiting", "", 0)
    assert owed.outcome == Reason.PROMISE_OVERDUE
    assert owed.due_at > timezone.now()
    shown = overview(owed.enrolment.campaign, now=timezone.now())
    assert shown.held == [(Reason.PROMISE_OVERDUE, 1)]


@pytest.mark.parametrize(
    "made",
    [
        {"side": "them", "due_on": on(-3)},
        {"due_on": on(0)},
        {"due_on": on(-3), "state": "kept"},
        {"due_on": on(-3), "state": "withdrawn"},
    ],
)
def test_only_what_we_promised_and_is_overdue_holds(made: dict[str, object]) -> None:
    owed, _other = two_due()
    PromiseFactory(contact=owed.contact, **made)
    post = Post()
    deliver_due(channel=post)
    assert sorted(post.recipients) == ["other@example.org", "owed@example.org"]


@pytest.mark.parametrize(
    "lift",
    [
        lambda promise, by: services.keep_promise(promise=promise, actor=by),
        lambda promise, by: services.break_promise(promise=promise, actor=by),
        lambda promise, by: services.withdraw_promise(promise=promise, actor=by, reason="Gone"),
        lambda promise, by: services.renegotiate_promise(promise=promise, actor=by, due_on=on(5)),
        lambda promise, by: services.correct_promise(
            promise=promise, actor=by, text="x", due_on=on(0)
        ),
        lambda promise, by: services.take_back_promise(promise=promise, actor=by),
    ],
)
def test_the_mail_goes_on_by_itself_once_the_promise_is_settled(lift: object) -> None:
    owed, _other = two_due()
    promise = PromiseFactory(contact=owed.contact, due_on=on(-1))
    deliver_due(channel=Post())

    lift(promise, UserFactory())  # type: ignore[operator]

    post = Post()
    assert deliver_due(channel=post) == 1
    assert post.recipients == ["owed@example.org"]
    owed.refresh_from_db()
    assert (owed.queue_state, owed.result, owed.outcome) == ("done", "sent", "")


def test_a_second_promise_goes_on_holding() -> None:
    owed, _other = two_due()
    first, _second = PromiseFactory.create_batch(2, contact=owed.contact, due_on=on(-1))
    deliver_due(channel=Post())
    services.keep_promise(promise=first, actor=UserFactory())
    post = Post()
    assert deliver_due(channel=post) == 0
    assert Promise.objects.open().count() == 1


def test_consent_that_is_gone_is_said_first() -> None:
    owed, _other = two_due()
    PromiseFactory(contact=owed.contact, due_on=on(-1))
    owed.contact.do_not_contact = True
    owed.contact.save()
    deliver_due(channel=Post())
    owed.refresh_from_db()
    assert (owed.result, owed.outcome) == ("left_out", "do_not_contact")
