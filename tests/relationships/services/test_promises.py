from collections.abc import Callable
from datetime import date, timedelta

import pytest
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from core.models import AuditEntry, User
from relationships.models import Promise, TimelineEntry
from relationships.selectors.promises import kept_rates, promises_of
from relationships.services import promises as services
from relationships.services.cadence import HandOverRefused
from relationships.services.promises import PromiseRefused
from tests.factories import ContactFactory, OrgUnitFactory, PromiseFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter")


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def lines() -> list[tuple[str, str]]:
    rows = TimelineEntry.objects.filter(verb__startswith="promise.").order_by("at", "pk")
    return [(row.verb, row.data["text"]) for row in rows]


def acts() -> list[str]:
    rows = AuditEntry.objects.filter(action__startswith="relationships.promise").order_by("pk")
    return [
        action.removeprefix("relationships.promise_")
        for action in rows.values_list("action", flat=True)
    ]


def test_a_promise_is_made_and_kept_and_everything_says_so(actor: User) -> None:
    contact = ContactFactory()
    promise = services.make_promise(
        contact=contact, actor=actor, text=" Send  the plan ", due_on=on(3), promiser=actor
    )
    assert (promise.text, promise.side, promise.state) == ("Send the plan", "us", "open")
    assert list(promises_of(contact).open) == [promise]

    kept = services.keep_promise(promise=promise, actor=actor)

    assert (kept.state, kept.closed_by) == ("kept", actor)
    assert lines() == [("promise.made", "Send the plan"), ("promise.kept", "Send the plan")]
    assert acts() == ["made", "kept"]
    assert list(promises_of(contact).settled) == [promise]


def test_agreed_anew_another_comes_in_its_place(actor: User) -> None:
    promise = PromiseFactory(text="Send the plan", promiser=actor, due_on=on(-1))
    new = services.renegotiate_promise(
        promise=promise, actor=actor, due_on=on(7), reason="The plan is late"
    )
    promise.refresh_from_db()
    assert (promise.state, promise.reason, promise.replaced_by) == (
        "renegotiated",
        "The plan is late",
        new,
    )
    assert (new.text, new.due_on, new.promiser, new.state) == (
        "Send the plan",
        on(7),
        actor,
        "open",
    )


Settle = Callable[[Promise, User], object]
WAYS: list[Settle] = [
    lambda promise, by: services.keep_promise(promise=promise, actor=by),
    lambda promise, by: services.break_promise(promise=promise, actor=by),
    lambda promise, by: services.withdraw_promise(promise=promise, actor=by, reason="Not needed"),
    lambda promise, by: services.renegotiate_promise(promise=promise, actor=by, due_on=on(9)),
]


@pytest.mark.parametrize("settle", WAYS)
def test_every_settling_can_be_undone_and_leaves_no_line(settle: Settle, actor: User) -> None:
    promise = services.make_promise(
        contact=ContactFactory(), actor=actor, text="Call", due_on=on(1)
    )
    settle(promise, actor)
    services.reopen_promise(promise=promise, actor=actor)

    row = Promise.objects.get()
    assert (row.state, row.reason, row.closed_at, row.closed_by) == ("open", "", None, None)
    assert lines() == [("promise.made", "Call")]
    assert "reopened" in acts()


@pytest.mark.parametrize("settle", WAYS)
@pytest.mark.parametrize("again", WAYS)
def test_what_is_settled_is_not_settled_again(settle: Settle, again: Settle, actor: User) -> None:
    promise = PromiseFactory()
    settle(promise, actor)
    before = list(Promise.objects.order_by("pk").values())
    with pytest.raises(PromiseRefused, match="settled already"):
        again(promise, actor)
    assert list(Promise.objects.order_by("pk").values()) == before


def test_a_chain_is_not_undone_from_under_what_was_kept(actor: User) -> None:
    promise = PromiseFactory()
    new = services.renegotiate_promise(promise=promise, actor=actor, due_on=on(9))
    services.keep_promise(promise=new, actor=actor)
    with pytest.raises(PromiseRefused):
        services.reopen_promise(promise=promise, actor=actor)
    promise.refresh_from_db()
    assert promise.state == "renegotiated"


def test_taken_back_it_was_never_there(actor: User) -> None:
    promise = services.make_promise(
        contact=ContactFactory(), actor=actor, text="Call", due_on=on(1)
    )
    services.take_back_promise(promise=promise, actor=actor)
    assert (Promise.objects.count(), lines()) == (0, [])
    assert acts() == ["made", "taken_back"]
    with pytest.raises(PromiseRefused, match="taken back"):
        services.keep_promise(promise=promise, actor=actor)


def test_without_words_or_a_reason_it_is_refused(actor: User) -> None:
    with pytest.raises(PromiseRefused):
        services.make_promise(contact=ContactFactory(), actor=actor, text="  ", due_on=on(1))
    with pytest.raises(PromiseRefused):
        services.withdraw_promise(promise=PromiseFactory(), actor=actor, reason=" ")


def test_nobody_promises_for_somebody_who_cannot_see_the_person(actor: User) -> None:
    elsewhere = UserFactory(role="recruiter", unit=OrgUnitFactory())
    with pytest.raises(HandOverRefused):
        services.make_promise(
            contact=ContactFactory(), actor=actor, text="x", due_on=on(1), promiser=elsewhere
        )
    assert not Promise.objects.exists()


@settings(deadline=None, max_examples=40)
@given(
    st.lists(st.sampled_from(["keep", "break", "withdraw", "renegotiate", "reopen"]), max_size=8)
)
def test_no_path_leaves_a_promise_half_settled(path: list[str]) -> None:
    """Whatever is done in whatever order: at most one of a chain is open, each closed one says
    when, and the timeline tells what the rows say.
    """
    Promise.objects.all().delete()
    TimelineEntry.objects.all().delete()
    actor = UserFactory()
    current = services.make_promise(contact=ContactFactory(), actor=actor, text="x", due_on=on(1))
    for step in path:
        try:
            if step == "keep":
                services.keep_promise(promise=current, actor=actor)
            elif step == "break":
                services.break_promise(promise=current, actor=actor)
            elif step == "withdraw":
                services.withdraw_promise(promise=current, actor=actor, reason="y")
            elif step == "renegotiate":
                current = services.renegotiate_promise(promise=current, actor=actor, due_on=on(2))
            else:
                services.reopen_promise(promise=current, actor=actor)
        except PromiseRefused:
            continue
        if not Promise.objects.filter(pk=current.pk).exists():
            current = Promise.objects.order_by("-pk")[0]
    rows = list(Promise.objects.all())
    assert sum(row.is_open for row in rows) <= 1
    told = TimelineEntry.objects.filter(key__startswith="promise.settled:")
    assert sorted(told.values_list("verb", flat=True)) == sorted(
        f"promise.{row.state}" for row in rows if not row.is_open
    )
    assert TimelineEntry.objects.filter(verb="promise.made").count() == len(rows)


def test_kept_rate_of_a_team_by_hand() -> None:
    """North, to six people: kept 4, broken 1, overdue 1 = 4 of 6, 67 %. What is withdrawn, agreed
    anew, theirs, not due yet or before the period counts nowhere.
    """
    north = OrgUnitFactory(name="North")
    viewer = UserFactory(role="administrator")
    people = ContactFactory.create_batch(6, unit=north)
    states = ["kept", "kept", "kept", "kept", "broken", "open"]
    for contact, state in zip(people, states, strict=True):
        PromiseFactory(contact=contact, state=state, due_on=on(-5))
    for ignored in (
        {"state": "withdrawn"},
        {"state": "renegotiated"},
        {"state": "kept", "side": "them"},
        {"due_on": on(0)},
        {"state": "kept", "due_on": on(-400)},
    ):
        PromiseFactory(contact=people[0], **({"due_on": on(-5)} | ignored))

    rates = kept_rates(viewer, since=on(-365), until=on(0))

    assert [(team.unit, team.kept, team.n, team.people) for team in rates.teams] == [
        (north, 4, 6, 6)
    ]
    assert rates.teams[0].percentage == 67
    assert rates.total is not None
    assert (rates.total.kept, rates.total.n) == (4, 6)


def test_nothing_of_fewer_than_five_people_not_even_by_subtraction() -> None:
    viewer = UserFactory(role="administrator")
    big, small, tiny = (OrgUnitFactory(name=name) for name in ("Big", "Small", "Tiny"))
    for unit, count in ((big, 5), (small, 4)):
        for contact in ContactFactory.create_batch(count, unit=unit):
            PromiseFactory.create_batch(2, contact=contact, state="kept", due_on=on(-5))

    rates = kept_rates(viewer, since=on(-30), until=on(0))
    assert [team.unit for team in rates.teams] == [big]
    assert rates.total is None, "nine less five would tell of four"

    PromiseFactory(contact=ContactFactory(unit=tiny), state="broken", due_on=on(-5))
    rates = kept_rates(viewer, since=on(-30), until=on(0))
    assert [team.unit for team in rates.teams] == [big]
    assert rates.total is not None
    assert (rates.total.n, rates.total.kept, rates.total.people) == (19, 18, 10)


def test_only_teams_that_the_reader_may_see() -> None:
    north, south = OrgUnitFactory(name="North"), OrgUnitFactory(name="South")
    for unit in (north, south):
        for contact in ContactFactory.create_batch(5, unit=unit):
            PromiseFactory(contact=contact, state="kept", due_on=on(-5))
    viewer = UserFactory(role="hr-manager", unit=north)
    rates = kept_rates(viewer, since=on(-30), until=on(0))
    assert [team.unit for team in rates.teams] == [north]
    assert rates.total is not None
    assert rates.total.n == 5


def test_nothing_is_agreed_anew_for_a_day_that_is_past(actor: User) -> None:
    promise = PromiseFactory(promiser=actor, due_on=on(-1))

    with pytest.raises(services.PromiseRefused, match="for today or later"):
        services.renegotiate_promise(promise=promise, actor=actor, due_on=on(-1))

    promise.refresh_from_db()
    assert (promise.state, Promise.objects.count()) == ("open", 1)
    assert services.renegotiate_promise(promise=promise, actor=actor, due_on=on(0)).due_on == on(0)
