from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.models import Consent, Contact
from core.models import Change, HandlerFailure, User
from relationships.models import (
    ClosingFeedback,
    ClosingStep,
    Engagement,
    FollowUp,
    Leaving,
    LeavingStep,
)
from relationships.services.closing import (
    ClosingRefused,
    record_feedback,
    record_stay_in_touch,
)
from relationships.services.engagement_undo import take_back_engagement, undo_change
from relationships.services.engagements import (
    begin_engagement,
    end_engagement,
    resume_engagement,
    update_engagement,
)
from relationships.services.follow_ups import close_follow_up, snooze_follow_up
from relationships.services.leaving import keep_all_ways, keep_ways
from relationships.services.leaving_settings import StepsRefused, set_steps
from tests.factories import (
    ContactFactory,
    EngagementFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.factories.contacts import EmailAddressFactory

pytestmark = pytest.mark.django_db

INTERNSHIP = [
    ("conversation", -7),
    ("feedback_ours", -5),
    ("feedback_theirs", -3),
    ("stay_in_touch", -1),
    ("thanks", 0),
    ("closing", 14),
]


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def owner() -> User:
    return UserFactory(role="recruiter", language="en")


@pytest.fixture
def person(owner: User) -> Contact:
    row = RelationshipFactory(owner=owner)
    return row.contact  # type: ignore[no-any-return]


def ending(person: Contact, days: int = 10, **fields: Any) -> Engagement:
    row = EngagementFactory(contact=person, form="internship", **fields)
    return end_engagement(engagement=row, actor=None, ends_on=on(days))


def tasks() -> list[tuple[str, date]]:
    steps = LeavingStep.objects.filter(follow_up__state="open").order_by("planned_on", "pk")
    return [(step.what, step.follow_up.due_on) for step in steps if step.follow_up]


def test_an_end_that_is_said_begins_the_way_out(person: Contact, owner: User) -> None:
    row = ending(person)

    assert tasks() == [(what, on(10 + days)) for what, days in INTERNSHIP]
    assert set(FollowUp.objects.values_list("assignee", "contact")) == {(owner.pk, person.pk)}
    assert FollowUp.objects.order_by("due_on")[0].title == "Have the closing conversation"
    way = Leaving.objects.get()
    assert (way.engagement, way.last_day, way.stopped_at) == (row, on(10), None)
    assert Change.objects.filter(event="relationships.LeavingBegan").count() == 1
    assert not HandlerFailure.objects.exists()


@pytest.mark.parametrize(
    ("ends_on", "is_begun"), [(on(-15), False), (on(-14), True), (on(30), True), (on(31), False)]
)
def test_an_end_known_from_the_beginning_begins_it_when_it_is_near(
    person: Contact, ends_on: date, is_begun: bool
) -> None:
    begin_engagement(
        contact=person, actor=None, form="volunteer", starts_on=on(-90), ends_on=ends_on
    )

    assert Leaving.objects.exists() is is_begun


def test_an_end_that_is_said_long_before_begins_it_at_once(person: Contact) -> None:
    ending(person, 200)

    assert tasks()[0] == ("conversation", on(193))


def test_ends_that_come_near_are_found_every_day_and_once(person: Contact) -> None:
    begin_engagement(contact=person, actor=None, form="volunteer", starts_on=on(-9), ends_on=on(40))
    EngagementFactory(form="assignment", phase="brief", starts_on=on(1), ends_on=on(20))
    EngagementFactory(contact__merged_into=person, ends_on=on(20))

    assert [keep_all_ways(today=day) for day in (on(9), on(10), on(10))] == [0, 1, 0]
    assert FollowUp.objects.count() == 5


def test_what_is_changed_behind_our_back_is_found_by_the_next_round(person: Contact) -> None:
    moved, resumed = ending(person, 10), ending(ContactFactory(), 10)
    Engagement.objects.filter(pk=moved.pk).update(ends_on=on(20))
    Engagement.objects.filter(pk=resumed.pk).update(ends_on=None)

    keep_all_ways(today=on(0))

    assert tasks() == [(what, on(20 + days)) for what, days in INTERNSHIP]
    assert Leaving.objects.get(engagement=resumed).stopped_at is not None


def test_told_twice_it_begins_once(person: Contact) -> None:
    row = ending(person)

    keep_ways(engagement_ids=[row.pk], today=on(0), is_said=True)

    assert (Leaving.objects.count(), len(tasks())) == (1, 6)


def test_another_last_day_moves_what_nobody_put_off(person: Contact, owner: User) -> None:
    row = ending(person, 10)
    off = FollowUp.objects.get(leaving_step__what="thanks")
    snooze_follow_up(follow_up=off, actor=owner, until=on(60))
    done = FollowUp.objects.get(leaving_step__what="conversation")
    close_follow_up(follow_up=done, actor=owner)

    update_engagement(engagement=row, actor=None, ends_on=on(20))

    assert tasks() == [
        ("feedback_ours", on(15)),
        ("feedback_theirs", on(17)),
        ("stay_in_touch", on(19)),
        ("thanks", on(60)),
        ("closing", on(34)),
    ]
    done.refresh_from_db()
    assert done.due_on == on(3)


def test_taking_the_end_back_stops_it_and_keeps_what_was_done(person: Contact, owner: User) -> None:
    row = ending(person)
    done = FollowUp.objects.get(leaving_step__what="conversation")
    close_follow_up(follow_up=done, actor=owner)

    resume_engagement(engagement=row, actor=None)

    assert list(FollowUp.objects.all()) == [done]
    assert Leaving.objects.get().stopped_at is not None
    end_engagement(engagement=row, actor=None, ends_on=on(40))
    assert tasks() == [(what, on(40 + days)) for what, days in INTERNSHIP[1:]]
    assert Leaving.objects.get().stopped_at is None
    assert LeavingStep.objects.count() == 6


def test_undoing_the_change_that_set_the_end_stops_it(person: Contact) -> None:
    row = EngagementFactory(contact=person)
    update_engagement(engagement=row, actor=None, ends_on=on(9))
    assert len(tasks()) == 7

    undo_change(change=row.changes.get(), actor=None)

    assert not FollowUp.objects.exists()


def test_an_engagement_taken_back_takes_its_tasks_along(person: Contact, owner: User) -> None:
    row = begin_engagement(
        contact=person, actor=owner, form="volunteer", starts_on=on(-9), ends_on=on(9)
    )
    assert FollowUp.objects.count() == 5

    take_back_engagement(engagement=row, actor=owner)

    assert not FollowUp.objects.exists()
    assert not Leaving.objects.exists()


def test_the_manager_does_theirs_where_they_have_an_account(person: Contact, owner: User) -> None:
    lead = ContactFactory()
    boss = UserFactory(role="recruiter", email="Boss@trm.example", language="nl")
    EmailAddressFactory(contact=lead, address="boss@TRM.example")
    ending(person, manager=lead)

    by = {
        step.what: step.follow_up.assignee
        for step in LeavingStep.objects.select_related("follow_up__assignee")
        if step.follow_up
    }

    assert by == {
        "conversation": owner,
        "feedback_ours": boss,
        "feedback_theirs": owner,
        "stay_in_touch": owner,
        "thanks": boss,
        "closing": owner,
    }


def test_nobody_is_given_a_task_with_somebody_they_cannot_open() -> None:
    unit = OrgUnitFactory()
    stranger = UserFactory(role="recruiter", unit=OrgUnitFactory())
    person = ContactFactory(unit=unit)
    RelationshipFactory(contact=person, owner=stranger)
    ClosingStep.objects.filter(form="internship").update(who="colleague", colleague=stranger)

    ending(person)

    assert set(FollowUp.objects.values_list("assignee", flat=True)) == {None}


def test_the_closing_act_that_the_desk_asked_for_is_not_asked_twice(person: Contact) -> None:
    row = EngagementFactory(contact=person, form="internship")
    asked = FollowUp.objects.create(
        contact=person,
        title="Close it well",
        due_on=on(0),
        kind="closing",
        key=f"closing:engagement:{row.pk}",
    )

    end_engagement(engagement=row, actor=None, ends_on=on(0))

    assert LeavingStep.objects.get(what="closing").follow_up == asked
    assert FollowUp.objects.count() == 6


def test_who_wants_no_contact_is_not_asked_to_stay_in_touch(person: Contact) -> None:
    Contact.objects.update(do_not_contact=True)

    ending(person)

    assert [what for what, _day in tasks()] == [
        *("conversation", "feedback_ours", "feedback_theirs", "thanks")
    ]


def test_a_closing_act_owed_for_another_reason_is_taken_in_and_outlives_the_end(
    person: Contact,
) -> None:
    owed = FollowUp.objects.create(
        contact=person, title="Close it well", due_on=on(0), kind="closing", key="closing:move:1"
    )
    rows = EngagementFactory.create_batch(2, contact=person, ends_on=on(5))
    keep_ways(engagement_ids=[row.pk for row in rows], today=on(0))
    closings = LeavingStep.objects.filter(what="closing").order_by("pk")
    assert [step.follow_up == owed for step in closings] == [True, False]

    for row in rows:
        resume_engagement(engagement=row, actor=None)

    assert list(FollowUp.objects.all()) == [owed]


def test_two_ways_out_at_once_cost_as_many_queries_as_one(
    person: Contact, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    rows = EngagementFactory.create_batch(3, contact=person, ends_on=on(5))

    with django_assert_max_num_queries(32):
        keep_ways(engagement_ids=[row.pk for row in rows], today=on(0))
    assert Leaving.objects.count() == 3


def test_feedback_both_ways_closes_what_asked_for_it(person: Contact, owner: User) -> None:
    row = ending(person)

    record_feedback(engagement=row, actor=owner, side="them", went_well=" The team ", again="yes")
    record_feedback(engagement=row, actor=owner, side="us", could_be_better="Time to learn")
    record_feedback(engagement=row, actor=owner, side="us", could_be_better="More time to learn")

    assert list(
        ClosingFeedback.objects.order_by("side").values_list(
            "side", "went_well", "could_be_better", "again"
        )
    ) == [("them", "The team", "", "yes"), ("us", "", "More time to learn", "")]
    assert [what for what, _day in tasks()] == [
        "conversation",
        "stay_in_touch",
        "thanks",
        "closing",
    ]
    with pytest.raises(ClosingRefused, match="Nothing was said"):
        record_feedback(engagement=row, actor=owner, side="us", went_well="  ")


@pytest.mark.parametrize(
    ("answer", "decisions", "is_open"),
    [("yes", ["given"], False), ("no", ["withdrawn"], False), ("later", [], True)],
)
def test_staying_in_touch_is_theirs_to_choose(
    person: Contact, owner: User, answer: str, decisions: list[str], is_open: bool
) -> None:
    row = ending(person)

    for _ in range(2):
        record_stay_in_touch(engagement=row, actor=owner, answer=answer, note="By mail")

    assert list(Consent.objects.values_list("decision", flat=True)) == decisions
    assert set(Consent.objects.values_list("purpose", flat=True)) <= {"network"}
    way = Leaving.objects.get()
    assert (way.stays_in_touch, way.touch_note, way.answered_on) == (answer, "By mail", on(0))
    assert FollowUp.objects.open().filter(leaving_step__what="stay_in_touch").exists() is is_open


def test_nobody_is_asked_to_stay_in_touch_who_is_not_leaving(person: Contact, owner: User) -> None:
    row = EngagementFactory(contact=person)

    with pytest.raises(ClosingRefused, match="not ending"):
        record_stay_in_touch(engagement=row, actor=owner, answer="yes")


def test_steps_are_changed_and_ways_that_began_go_on(person: Contact, owner: User) -> None:
    ending(person)
    colleague = UserFactory(role="recruiter")

    set_steps(
        form="internship",
        actor=owner,
        steps=[
            {"what": "thanks", "name": "", "days": 1, "who": "owner", "colleague": colleague},
            {
                "what": "other",
                "name": "Laptop",
                "days": 0,
                "who": "colleague",
                "colleague": colleague,
            },
        ],
    )

    assert len(tasks()) == 6
    other = EngagementFactory(form="internship")
    end_engagement(engagement=other, actor=None, ends_on=on(5))
    made = FollowUp.objects.filter(contact=other.contact).order_by("due_on")
    assert [(one.title, one.due_on, one.assignee) for one in made] == [
        ("Laptop", on(5), colleague),
        ("Thank them in your own words", on(6), None),
    ]


@pytest.mark.parametrize(
    ("steps", "why"),
    [
        ([{"what": "other", "name": " ", "days": 0, "who": "owner"}], "Say what"),
        ([{"what": "thanks", "name": "", "days": 0, "who": "colleague"}], "Choose the colleague"),
        ([{"what": "thanks", "name": "", "days": n, "who": "owner"} for n in (0, 1)], "once"),
        ([{"what": "other", "name": "x", "days": 0, "who": "owner"}] * 21, "at most 20"),
    ],
)
def test_steps_that_make_no_sense_change_nothing(
    owner: User, steps: list[dict[str, Any]], why: str
) -> None:
    before = list(ClosingStep.objects.values_list("pk", flat=True))

    with pytest.raises(StepsRefused, match=why):
        set_steps(form="internship", actor=owner, steps=steps)

    assert list(ClosingStep.objects.values_list("pk", flat=True)) == before
