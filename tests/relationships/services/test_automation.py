"""What a move sets going: once for every entry, however often told, and taken back with it."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaigns.models import Campaign, Enrolment
from contacts.models import Contact
from core.models import AccountMail, AuditEntry, Change, User
from relationships import receivers, stage_acts
from relationships.choices import Cause
from relationships.events import RelationshipBegan, StageChanged
from relationships.models import (
    AutomationRun,
    FollowUp,
    Relationship,
    StageAutomation,
    StageTransition,
    TimelineEntry,
)
from relationships.services.automation import (
    GRACE,
    AutomationRefused,
    add_automation,
    remove_automation,
    switch_automation,
)
from relationships.services.automation_work import MOST_ATTEMPTS, recover, run_due
from relationships.services.beginnings import Beginning, begin_relationships
from relationships.services.lifecycle import (
    begin_relationship,
    move_all_to_stage,
    move_to_stage,
    take_back,
)
from relationships.services.stage_removal import put_stage_aside
from relationships.timeline import find_verb
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)
from tests.factories.campaigns import CampaignFactory, StepFactory

pytestmark = pytest.mark.django_db

TASK = {"who": "owner", "name": "", "title": "Call them", "days": 30, "body": "Ask how it is"}


def automate(key: str = "in-contact", **fields: Any) -> StageAutomation:
    given = {"moment": "enters", "act": "task", "options": TASK, **fields}
    return add_automation(stage=stage("prospect", key), actor=UserFactory(), **given)


def work(after: timedelta = GRACE) -> int:
    now = timezone.now() + after
    return run_due(clock=lambda: now)


def move(row: Relationship, key: str, actor: User | None = None) -> StageTransition:
    to_stage = stage(row.kind, key)
    return move_to_stage(relationship=row, to_stage=to_stage, actor=actor, reason="Because")


def the_line(contact: Contact) -> str:
    (entry,) = TimelineEntry.objects.filter(contact=contact, verb__startswith="automation.")
    assert entry.is_automated
    return find_verb(entry.verb).render(entry)


def test_coming_to_a_stage_gives_the_owner_a_task_a_month_from_now() -> None:
    automation = automate()
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    move(row, "in-contact")
    assert not FollowUp.objects.exists()

    assert work() == 1

    (task,) = FollowUp.objects.all()
    assert (task.contact, task.assignee, task.title, task.body) == (
        *(row.contact, row.owner),
        *("Call them", "Ask how it is"),
    )
    assert task.due_on == timezone.localdate(timezone.now() + GRACE) + timedelta(days=30)
    (run,) = AutomationRun.objects.all()
    assert (run.automation, run.result, run.made_id) == (automation, "done", task.pk)
    assert the_line(row.contact) == (
        "On coming to “In contact”: a task for the owner in 30 days: “Call them”"
    )


def test_nothing_is_set_going_before_the_minute_for_second_thoughts_is_over() -> None:
    automate()
    move(RelationshipFactory(), "in-contact")

    assert work(after=GRACE / 2) == 0
    assert AutomationRun.objects.get().result == ""


def test_an_event_that_is_told_again_does_nothing_more() -> None:
    automate()
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    made = move(row, "in-contact")
    told = StageChanged(**Change.objects.get(event="relationships.StageChanged").payload)
    for _again in range(2):
        receivers.automation.on_stages_changed([told])
        work()
        receivers.automation.on_stages_changed([told, told])
        work()

    assert FollowUp.objects.count() == 1
    assert list(AutomationRun.objects.values_list("transition", flat=True)) == [made.pk]
    assert TimelineEntry.objects.filter(verb="automation.done").count() == 1


def test_every_entry_counts_a_second_one_too() -> None:
    automate()
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    for key in ("in-contact", "interested", "in-contact"):
        move(row, key)
        work()

    assert FollowUp.objects.count() == 2


def test_leaving_a_stage_also_by_closing_it() -> None:
    automate("identified", moment="leaves")
    rows = [RelationshipFactory(owner=UserFactory(role="recruiter")) for _ in range(3)]
    move(rows[0], "in-contact")
    move(rows[1], "not-now")

    work()

    tasks = FollowUp.objects.filter(title="Call them").values_list("contact", flat=True)
    assert sorted(tasks) == sorted(row.contact_id for row in rows[:2])


def test_beginning_is_coming_to_the_first_stage_but_an_import_is_not() -> None:
    automate("identified")
    owner = UserFactory(role="recruiter")
    begun = begin_relationship(contact=ContactFactory(), kind="prospect", actor=None, owner=owner)
    begin_relationships(
        beginnings=[Beginning(contact_id=ContactFactory().pk, kind="prospect", owner=owner)],
        actor=None,
        cause=Cause.IMPORTED,
    )
    told = Change.objects.filter(event="relationships.RelationshipBegan").values_list(
        "payload", flat=True
    )
    receivers.automation.on_relationships_began([RelationshipBegan(**one) for one in told])

    work()

    assert [task.contact_id for task in FollowUp.objects.all()] == [begun.contact_id]


def test_a_move_that_is_taken_back_at_once_sets_nothing_going() -> None:
    automate()
    recruiter = UserFactory(role="recruiter")
    row = RelationshipFactory(owner=recruiter)
    made = move(row, "in-contact", recruiter)
    take_back(move=made, actor=recruiter)

    assert work() == 0

    (run,) = AutomationRun.objects.all()
    assert (run.result, run.outcome) == ("cancelled", "taken_back")
    assert not FollowUp.objects.exists()


def test_a_task_that_was_made_is_not_needed_when_the_move_is_taken_back() -> None:
    automate()
    recruiter = UserFactory(role="recruiter")
    row = RelationshipFactory(owner=recruiter)
    made = move(row, "in-contact", recruiter)
    work()
    take_back(move=made, actor=recruiter)

    (task,) = FollowUp.objects.all()
    assert (task.state, task.outcome) == ("not_needed", "The move was taken back")
    assert AutomationRun.objects.get().outcome == "taken_back"
    # Going back is no coming to the first stage either.
    assert AutomationRun.objects.count() == 1


def test_putting_a_stage_aside_sets_nothing_going() -> None:
    automate("interested")
    RelationshipFactory(at="offer")
    put_stage_aside(
        stage=stage("prospect", "offer"),
        actor=UserFactory(),
        to_stage=stage("prospect", "interested"),
    )

    assert not AutomationRun.objects.exists()


def test_who_moved_on_in_the_meantime_is_left_alone() -> None:
    automate()
    row = RelationshipFactory()
    move(row, "in-contact")
    move(row, "interested")

    work()

    run = AutomationRun.objects.get()
    assert (run.result, run.outcome) == ("left_out", "moved_on")
    assert not FollowUp.objects.exists()


def test_what_is_switched_off_or_taken_out_does_nothing_any_more() -> None:
    for turn_off in (
        lambda one: switch_automation(automation=one, actor=UserFactory(), is_on=False),
        lambda one: remove_automation(automation=one, actor=UserFactory()),
    ):
        automation = automate()
        move(RelationshipFactory(), "in-contact")
        turn_off(automation)
        move(RelationshipFactory(), "in-contact")
        work()

        runs = AutomationRun.objects.filter(automation=automation)
        assert list(runs.values_list("result", "outcome")) == [("cancelled", "turned_off")]
    assert not FollowUp.objects.exists()


def test_nobody_is_given_a_person_they_cannot_open_and_the_timeline_says_so() -> None:
    automate()
    row = RelationshipFactory(owner=UserFactory())
    move(row, "in-contact")

    work()

    assert not FollowUp.objects.exists()
    assert AutomationRun.objects.get().outcome == "cannot_see"
    assert the_line(row.contact) == (
        "Not done, on coming to “In contact”: a task for the owner in 30 days: “Call them” "
        "(That colleague cannot see this person)"
    )


def test_whoever_moved_them_gets_it_where_there_is_no_owner() -> None:
    automate()
    mover = UserFactory(role="recruiter")
    alone = RelationshipFactory(owner=None)
    move(alone, "in-contact")
    row = RelationshipFactory(owner=None)
    move(row, "in-contact", mover)

    work()

    assert [(task.contact_id, task.assignee) for task in FollowUp.objects.all()] == [
        (row.contact_id, mover)
    ]
    outcomes = dict(AutomationRun.objects.values_list("contact", "outcome"))
    assert outcomes == {alone.contact_id: "nobody", row.contact_id: ""}


def test_a_colleague_hears_of_many_in_one_mail_and_not_of_what_they_did() -> None:
    told = UserFactory(role="recruiter", language="en")
    options = {"who": str(told.uid), "name": told.name}
    automate(act="notify", options=options)
    rows = [RelationshipFactory() for _ in range(3)]
    for row, mover in zip(rows, (None, None, told), strict=True):
        move(row, "in-contact", mover)

    work()

    (mail,) = AccountMail.objects.all()
    assert (mail.to, mail.subject) == (told.email, "2 people moved to another stage")
    for row in rows[:2]:
        assert f"{row.contact.full_name} is now at “In contact”" in mail.text
        assert f"/people/{row.contact.uid}/" in mail.text
    assert rows[2].contact.full_name not in mail.text
    outcomes = dict(AutomationRun.objects.values_list("contact", "outcome"))
    assert outcomes == {
        **dict.fromkeys([row.contact_id for row in rows[:2]], ""),
        rows[2].contact_id: "knows",
    }


def campaign(**fields: Any) -> Campaign:
    made = CampaignFactory(state=Campaign.State.RUNNING, name="Welcome", **fields)
    StepFactory(campaign=made)
    return made


def reachable() -> Relationship:
    contact = ContactFactory(email="one@example.org", language="en")
    row = RelationshipFactory(contact=contact, owner=None)
    ConsentFactory(contact=row.contact, purpose="network")
    return row


def test_a_campaign_takes_only_whom_it_may_write_to() -> None:
    running = campaign(purpose="network")
    options = {"campaign": str(running.uid), "name": "Welcome", "again": False}
    automate(act="campaign", options=options)
    may, may_not = reachable(), RelationshipFactory()
    move_all_to_stage(
        relationships=[may, may_not], to_stage=stage("prospect", "in-contact"), actor=None
    )

    work()

    (enrolment,) = Enrolment.objects.all()
    assert (enrolment.contact, enrolment.campaign, enrolment.enrolled_by) == (
        *(may.contact, running),
        None,
    )
    runs = dict(AutomationRun.objects.values_list("contact", "outcome"))
    assert runs == {may.contact_id: "", may_not.contact_id: "no_consent"}
    assert the_line(may_not.contact).endswith("(No consent for this purpose)")


def test_whom_a_colleague_holds_is_taken_in_only_by_their_own_move() -> None:
    running = campaign(purpose="network")
    options = {"campaign": str(running.uid), "name": "Welcome", "again": False}
    automate(act="campaign", options=options)
    owner, other = UserFactory(role="recruiter"), UserFactory(role="recruiter")
    theirs, foreign = reachable(), reachable()
    for row, mover in ((theirs, owner), (foreign, other)):
        Relationship.objects.filter(pk=row.pk).update(owner=owner, owner_since=timezone.localdate())
        move(row, "in-contact", mover)

    work()

    outcomes = dict(AutomationRun.objects.values_list("contact", "outcome"))
    assert outcomes == {theirs.contact_id: "", foreign.contact_id: "held"}
    assert [one.contact for one in Enrolment.objects.all()] == [theirs.contact]


@pytest.mark.parametrize(("again", "count"), [(False, 1), (True, 2)])
def test_a_second_entry_is_a_second_enrolment_only_where_that_was_said(
    again: bool, count: int
) -> None:
    running = campaign(purpose="network")
    automate(
        act="campaign",
        options={"campaign": str(running.uid), "name": "Welcome", "again": again},
    )
    row = reachable()
    for key in ("in-contact", "interested", "in-contact"):
        move(row, key)
        work()
        Enrolment.objects.update(state=Enrolment.State.FINISHED)

    assert Enrolment.objects.count() == count
    assert AutomationRun.objects.count() == 2


def test_a_campaign_lets_go_of_who_came_by_mistake() -> None:
    running = campaign(purpose="network")
    automate(
        act="campaign",
        options={"campaign": str(running.uid), "name": "Welcome", "again": False},
    )
    recruiter = UserFactory(role="recruiter")
    row = reachable()
    made = move(row, "in-contact", recruiter)
    work()
    take_back(move=made, actor=recruiter)

    assert Enrolment.objects.get().state == Enrolment.State.STOPPED


def test_a_campaign_that_has_ended_takes_nobody() -> None:
    ended = campaign(purpose="network")
    options = {"campaign": str(ended.uid), "name": "Welcome", "again": False}
    automate(act="campaign", options=options)
    Campaign.objects.update(state=Campaign.State.ENDED)
    move(reachable(), "in-contact")

    work()

    assert AutomationRun.objects.get().outcome == "campaign_ended"
    act = stage_acts.find("campaign")
    assert act is not None
    assert act.problem is not None
    assert act.problem(options) == "The campaign has ended: nobody is taken into it."


def test_what_fails_leaves_nothing_and_is_tried_again_and_at_last_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    automate()
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    move(row, "in-contact")

    def break_down(*args: Any, **kwargs: Any) -> None:
        raise RuntimeError

    now = timezone.now()
    with monkeypatch.context() as patched:
        patched.setattr("relationships.services.automation_work.timeline.record", break_down)
        for attempt in range(1, MOST_ATTEMPTS + 1):
            now += timedelta(days=1)
            clock = lambda moment=now: moment  # noqa: E731
            assert run_due(clock=clock) == 1
            assert not FollowUp.objects.exists()
            assert AutomationRun.objects.get().attempts == attempt

    run = AutomationRun.objects.get()
    assert (run.result, run.outcome, run.queue_state) == ("failed", "failed", "done")


def test_what_a_dead_worker_held_is_done_by_another_and_once() -> None:
    automate()
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    move(row, "in-contact")
    now = timezone.now() + GRACE
    (held,) = AutomationRun.objects.claim(now=now, limit=10, lease=timedelta(minutes=5))
    assert work() == 0

    assert recover(now=now + timedelta(minutes=6)) == 1
    assert work() == 1

    assert FollowUp.objects.count() == 1
    # The first wakes up and finds that the row is not its own any more.
    assert held.finish(result="done") is False


def test_a_stage_does_at_most_ten_things_and_none_that_nobody_knows() -> None:
    for _number in range(10):
        automate()
    with pytest.raises(AutomationRefused, match="at most 10"):
        automate()
    with pytest.raises(AutomationRefused, match="Nobody knows"):
        automate("offer", act="gone")
    assert AuditEntry.objects.filter(action="relationships.automation_added").count() == 10


@pytest.mark.parametrize("count", [1, 3])
def test_the_queries_do_not_grow_with_the_people(
    count: int, django_assert_num_queries: Any
) -> None:
    automate()
    owner = UserFactory(role="recruiter")
    rows = [RelationshipFactory(owner=owner) for _ in range(count)]
    move_all_to_stage(relationships=rows, to_stage=stage("prospect", "in-contact"), actor=None)

    with django_assert_num_queries(21):
        assert work() == count


def test_the_day_of_a_task_is_the_readers_day() -> None:
    """Half past eleven in the evening in UTC is tomorrow in Amsterdam."""
    automate(options={**TASK, "days": 0})
    row = RelationshipFactory(owner=UserFactory(role="recruiter"))
    move(row, "in-contact")
    late = datetime.fromisoformat("2100-03-01T23:30:00+00:00")

    run_due(clock=lambda: late)

    assert FollowUp.objects.get().due_on == date(2100, 3, 2)
