from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DataError
from django.utils import timezone

from contacts import bulk_acts
from contacts.bulk_acts import BulkAct, Options, Result, done
from contacts.events import ContactUpdated
from contacts.models import BulkRow, BulkRun, Contact
from contacts.services import bulk, bulk_work
from contacts.services.contacts import archive_contact, restore_contact
from contacts.services.merging import merge_contacts
from core import events
from core.models import AuditEntry, Change, User
from tests.contacts.bulk import outcomes, reasons, run_act, undone, worked
from tests.factories import ContactFactory, OrgUnitFactory, TagFactory, UserFactory
from tests.factories.core import grant_role

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter", name="Iris", language="en")


@pytest.fixture
def probe(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Register an act of the test's own, under the key ``probe``."""
    monkeypatch.setattr(bulk_acts, "_acts", dict(bulk_acts._acts))
    monkeypatch.setattr(bulk_acts, "_reasons", dict(bulk_acts._reasons))

    def register(run: Callable[..., Mapping[int, Result]], **fields: object) -> None:
        given = {"label": "Probe", "icon": "x", "position": 1, "words": lambda options: "probe"}
        given |= {"permission": "contacts.change_contact", "key": "probe", **fields}
        bulk_acts.register(BulkAct(run=run, **given))  # type: ignore[arg-type]

    return register


def tags_of(*people: Contact) -> list[list[str]]:
    return [sorted(one.tags.values_list("name", flat=True)) for one in people]


def test_tagging_tells_who_had_it_and_undo_takes_only_what_was_given(actor: User) -> None:
    java = TagFactory(name="Java")
    has, lacks, other = (ContactFactory(city=city) for city in ("Delft", "Delft", "Gouda"))
    has.tags.add(java)
    before = Contact.objects.get(pk=lacks.pk).updated_at

    run = run_act("tag", actor, selection={"city": ["Delft"]}, tags=["java", "Zorg"])

    assert tags_of(has, lacks, other) == [["Java", "Zorg"], ["Java", "Zorg"], []]
    assert (run.state, run.total, outcomes(run)) == ("done", 2, {"done": 2})
    assert Contact.objects.get(pk=lacks.pk).updated_at > before
    undone(run, actor)
    assert tags_of(has, lacks, other) == [["Java"], [], []]
    assert (run.state, outcomes(run)) == ("undone", {"undone": 2})


def test_an_act_again_finds_nothing_to_do_and_tells_nobody(actor: User) -> None:
    ContactFactory()
    run_act("tag", actor, tags=["Java"])
    told = Change.objects.filter(event=ContactUpdated.name()).count()

    run = run_act("tag", actor, tags=["Java"])

    assert outcomes(run) == {"unchanged": 1}
    assert Change.objects.filter(event=ContactUpdated.name()).count() == told == 1
    with pytest.raises(bulk.BulkRefused):
        bulk.undo(run=run, actor=actor)


def test_undo_leaves_who_was_changed_since_and_says_so(actor: User) -> None:
    kept, given_back = ContactFactory(), ContactFactory()
    run = run_act("tag", actor, tags=["Java"])
    kept.tags.clear()

    undone(run, actor)

    assert tags_of(kept, given_back) == [[], []]
    assert reasons(run) == [(kept.pk, "kept", "changed"), (given_back.pk, "undone", "")]


def test_untagging_and_its_undo(actor: User) -> None:
    java = TagFactory(name="Java")
    tagged, again, never = ContactFactory.create_batch(3)
    for one in (tagged, again):
        one.tags.add(java)

    run = run_act("untag", actor, tags=["Java"])

    assert tags_of(tagged, again, never) == [[], [], []]
    assert outcomes(run) == {"done": 2, "unchanged": 1}
    again.tags.add(java)
    undone(run, actor)
    assert tags_of(tagged, again, never) == [["Java"], ["Java"], []]
    assert outcomes(run) == {"undone": 1, "kept": 1, "unchanged": 1}


def test_putting_aside_and_its_undo(actor: User) -> None:
    first, brought_back = ContactFactory(), ContactFactory()
    run = run_act("archive", actor)
    assert not Contact.objects.active().exists()
    restore_contact(contact=brought_back, actor=actor)
    archive_contact(contact=brought_back, actor=actor)

    undone(run, actor)

    assert list(Contact.objects.active()) == [first]
    assert reasons(run)[1] == (brought_back.pk, "kept", "changed")


def test_the_people_are_those_who_were_there_when_it_began(actor: User) -> None:
    """The act itself may take them out of the selection, as here."""
    java = TagFactory(name="Java")
    people = ContactFactory.create_batch(3)
    for one in people:
        one.tags.add(java)

    run = run_act("untag", actor, selection={"tag": ["Java"]}, tags=["Java"])

    assert outcomes(run) == {"done": 3}


def test_rights_count_when_it_runs_person_by_person(actor: User) -> None:
    mine, merged, aside, theirs = (ContactFactory() for _ in range(4))
    unit = OrgUnitFactory()
    for one in (mine, merged, aside):
        one.unit = unit
        one.save()
    branch = UserFactory(role="recruiter", unit=unit)
    act = bulk_acts.known("tag")
    assert act is not None
    run = bulk.begin(act=act, options={"tags": ["x"]}, selection={}, actor=branch)
    (claimed,) = BulkRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(minutes=1))
    bulk_work._gather(claimed)
    BulkRow.objects.create(run=run, contact=theirs)
    Contact.objects.filter(pk=aside.pk).update(archived_at=timezone.now())
    Contact.objects.filter(pk=merged.pk).update(merged_into=mine)
    BulkRun.objects.filter(pk=run.pk).update(queue_state="waiting")

    worked(run)

    gone = [(one.pk, "skipped", "gone") for one in (merged, aside, theirs)]
    assert reasons(run) == [(mine.pk, "done", ""), *gone]
    assert tags_of(mine, merged, aside, theirs) == [["x"], [], [], []]


def test_whoever_may_see_but_not_change_a_part_changes_only_the_other(actor: User) -> None:
    own, other = OrgUnitFactory(), OrgUnitFactory()
    mine, seen = ContactFactory(unit=own), ContactFactory(unit=other)
    both = UserFactory(role="recruiter", unit=own)
    grant_role(both, "reader", other)

    run = run_act("tag", both, tags=["x"])

    assert reasons(run) == [(mine.pk, "done", ""), (seen.pk, "skipped", "not_allowed")]
    assert tags_of(mine, seen) == [["x"], []]


def test_rights_lost_while_it_waits_leave_everybody_as_they_were(actor: User) -> None:
    person = ContactFactory()
    act = bulk_acts.known("tag")
    assert act is not None
    run = bulk.begin(act=act, options={"tags": ["x"]}, selection={}, actor=actor)
    actor.role_grants.all().delete()

    worked(run)

    assert (run.state, run.total) == ("done", 0)
    assert tags_of(person) == [[]]


def test_one_entry_of_the_audit_log_tells_of_the_whole(actor: User) -> None:
    ContactFactory.create_batch(3, city="Delft")

    run = run_act("tag", actor, selection={"q": ["ada"], "city": ["Delft"]}, tags=["Java"])

    (entry,) = AuditEntry.objects.all()
    assert (entry.action, entry.actor, entry.target) == ("contacts.bulk_done", actor, run)
    assert entry.details == {
        "act": "tag with “Java”",
        "people": "Search, in Delft",
        "done": 3,
        "unchanged": 0,
        "skipped": 0,
        "undone": 0,
        "kept": 0,
    }
    undone(run, actor)
    assert [one.action for one in AuditEntry.objects.order_by("pk")] == [
        "contacts.bulk_done",
        "contacts.bulk_undone",
    ]


def test_who_may_not_is_refused_and_so_is_a_filter_that_means_nothing() -> None:
    act = bulk_acts.known("tag")
    assert act is not None
    with pytest.raises(PermissionDenied):
        bulk.begin(act=act, options={}, selection={}, actor=UserFactory(role="reader"))
    with pytest.raises(bulk.BulkRefused):
        bulk.begin(
            act=act,
            options={},
            selection={"tag": ["gone"]},
            actor=UserFactory(role="recruiter"),
        )
    assert not BulkRun.objects.exists()


def test_stopped_it_does_no_more_and_what_was_done_can_be_undone(
    actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_work, "PER_BATCH", 2)
    people = ContactFactory.create_batch(5)
    act = bulk_acts.known("tag")
    assert act is not None
    run = bulk.begin(act=act, options={"tags": ["x"]}, selection={}, actor=actor)
    do = bulk_work._do

    def do_and_stop(*args: Any) -> None:
        do(*args)
        bulk.stop(run=run, actor=actor)

    monkeypatch.setattr(bulk_work, "_do", do_and_stop)

    worked(run)

    assert (run.state, outcomes(run)) == ("stopped", {"done": 2})
    assert tags_of(*people) == [["x"], ["x"], [], [], []]
    with pytest.raises(bulk.BulkRefused):
        bulk.stop(run=run, actor=actor)
    monkeypatch.setattr(bulk_work, "_do", do)
    undone(run, actor)
    assert tags_of(*people) == [[]] * 5


def test_the_row_that_the_database_refuses_is_skipped_and_the_others_are_done(
    actor: User, probe: Callable[..., None]
) -> None:
    people = ContactFactory.create_batch(5)

    def act(ids: Sequence[int], options: Options, actor: User) -> Mapping[int, Result]:
        if people[3].pk in ids:
            raise DataError("no")
        return {pk: done() for pk in ids}

    probe(act)

    run = run_act("probe", actor)

    assert outcomes(run) == {"done": 4, "skipped": 1}
    assert reasons(run)[3] == (people[3].pk, "skipped", "not_written")
    assert (run.done_count, run.total) == (5, 5)
    with pytest.raises(bulk.BulkRefused):
        bulk.undo(run=run, actor=actor)


def test_a_fault_is_tried_again_and_given_up_after_some_tries(
    actor: User, probe: Callable[..., None]
) -> None:
    ContactFactory()

    def fail(*args: object) -> Mapping[int, Result]:
        raise RuntimeError("no disk")

    probe(fail)
    run = run_act("probe", actor)
    assert run.state == "running"
    for _ in range(bulk_work.MAX_ATTEMPTS - 1):
        BulkRun.objects.update(due_at=timezone.now())
        worked(run)

    assert run.state == "failed"
    assert AuditEntry.objects.get().action == "contacts.bulk_failed"


def test_two_who_were_merged_since_are_undone_once(actor: User) -> None:
    survivor, duplicate = ContactFactory(), ContactFactory()
    run = run_act("tag", actor, tags=["x"])
    merge_contacts(survivor=survivor, duplicate=duplicate, actor=actor)

    undone(run, actor)

    assert tags_of(survivor) == [[]]
    assert reasons(run) == [(survivor.pk, "undone", ""), (survivor.pk, "kept", "changed")]


def test_what_people_had_is_forgotten_after_a_month(actor: User) -> None:
    ContactFactory()
    old, new = (run_act("tag", actor, tags=[tag]) for tag in ("x", "y"))
    BulkRun.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))

    assert bulk.forget_rows() == 1

    old.refresh_from_db()
    assert (old.rows.count(), new.rows.count(), old.outcomes["done"]) == (0, 1, 1)
    with pytest.raises(bulk.BulkRefused):
        bulk.undo(run=old, actor=actor)


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_as_many_statements_however_many_people(
    actor: User,
    count: int,
    django_assert_num_queries: Callable[..., object],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Of the batch itself: what other apps make of its events is theirs to count."""
    monkeypatch.setattr(events, "_handlers", defaultdict(list))
    ContactFactory.create_batch(count)
    act = bulk_acts.known("tag")
    assert act is not None
    run = bulk.begin(act=act, options={"tags": ["x"]}, selection={}, actor=actor)
    (claimed,) = BulkRun.objects.claim(now=timezone.now(), limit=1, lease=timedelta(minutes=1))
    bulk_work._gather(claimed)
    bulk_work._hold(claimed, state="running", cursor=0)
    rows = list(run.rows.all())
    user = User.objects.get(pk=actor.pk)

    with django_assert_num_queries(16):
        bulk_work._do(claimed, act, user, rows, bulk_work._act_on)
