from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone, translation

from contacts.events import (
    ConsentChanged,
    ContactCreated,
    ContactErased,
    ContactsMerged,
    ContactUpdated,
)
from core.models import HandlerFailure
from relationships.events import (
    EngagementBegan,
    EngagementEnded,
    FollowUpClosed,
    InteractionLogged,
    OwnerChanged,
    RelationshipBegan,
    StageChanged,
)
from relationships.models import StageTransition, TimelineEntry
from relationships.reasons import TAKEN_BACK
from relationships.receivers import contacts, history, work
from relationships.selectors.stints import stints
from relationships.selectors.timeline import lines_of
from relationships.services.cadence import hand_over_relationship
from relationships.services.goodwill import note_goodwill, remove_goodwill
from relationships.services.lifecycle import begin_relationship, move_to_stage
from tests.factories import (
    ConsentFactory,
    ContactFactory,
    EngagementFactory,
    FollowUpFactory,
    InteractionFactory,
    RelationshipFactory,
    UserFactory,
    stage,
)

pytestmark = pytest.mark.django_db


def written() -> list[tuple[str, str]]:
    return list(TimelineEntry.objects.order_by("pk").values_list("verb", "key"))


def test_each_handler_writes_its_line_once_however_often_it_is_called() -> None:
    actor = UserFactory()
    contact = ContactFactory()
    duplicate = ContactFactory(merged_into=contact)
    consent = ConsentFactory(contact=contact)
    row = RelationshipFactory(contact=contact)
    first = StageTransition.objects.create(
        relationship=row, to_stage=row.stage, moved_at=row.stage_since
    )
    later = StageTransition.objects.create(
        relationship=row,
        from_stage=row.stage,
        to_stage=stage("prospect", "offer"),
        moved_at=timezone.now(),
    )
    interaction = InteractionFactory(contact=contact)
    done = FollowUpFactory(contact=contact, state="done", closed_at=timezone.now())
    engagement = EngagementFactory(contact=contact, ends_on=timezone.localdate())
    who = {"contact_id": contact.pk, "actor_id": actor.pk}

    for _ in range(2):
        contacts.on_contacts_created([ContactCreated(**who, source="manual")])
        contacts.on_contacts_updated([ContactUpdated(**who, fields=["city"])])
        contacts.on_consents_changed(
            [ConsentChanged(**who, consent_id=consent.pk, purpose="network", decision="given")]
        )
        contacts.on_contacts_merged(
            [ContactsMerged(survivor_id=contact.pk, duplicate_id=duplicate.pk, actor_id=actor.pk)]
        )
        history.on_relationships_began(
            [
                RelationshipBegan(
                    **who,
                    relationship_id=row.pk,
                    kind="prospect",
                    stage_id=row.stage_id,
                    began_at=first.moved_at.isoformat(),
                )
            ]
        )
        history.on_stages_changed(
            [
                StageChanged(
                    **who,
                    relationship_id=row.pk,
                    transition_id=later.pk,
                    from_stage_id=row.stage_id,
                    to_stage_id=later.to_stage_id,
                )
            ]
        )
        history.on_owners_changed(
            [OwnerChanged(**who, relationship_id=row.pk, from_owner_id=None, to_owner_id=actor.pk)]
        )
        history.on_interactions_logged(
            [
                InteractionLogged(
                    **who,
                    interaction_id=interaction.pk,
                    channel="phone",
                    direction="two_way",
                    is_automated=False,
                )
            ]
        )
        history.on_follow_ups_closed([FollowUpClosed(**who, follow_up_id=done.pk, state="done")])
        work.on_engagements_began(
            [EngagementBegan(**who, engagement_id=engagement.pk, form="employment")]
        )
        work.on_engagements_ended(
            [EngagementEnded(**who, engagement_id=engagement.pk, form="employment")]
        )

    assert first.pk != later.pk
    assert sorted(verb for verb, _key in written()) == [
        "consent.changed",
        "contact.created",
        "contact.updated",
        "contacts.merged",
        "engagement.began",
        "engagement.ended",
        "follow_up.closed",
        "interaction.logged",
        "owner.changed",
        "relationship.began",
        "stage.changed",
    ]


def test_a_task_that_was_opened_again_before_the_retry_writes_nothing() -> None:
    row = FollowUpFactory()

    event = FollowUpClosed(
        contact_id=row.contact_id, actor_id=None, follow_up_id=row.pk, state="done"
    )

    history.on_follow_ups_closed([event])

    assert written() == []


def test_erasure_leaves_a_line_and_no_open_relationship() -> None:
    row = RelationshipFactory()
    event = ContactErased(contact_id=row.contact_id, actor_id=None)

    contacts.on_contacts_erased([event])
    contacts.on_contacts_erased([event])

    row.refresh_from_db()
    assert row.ended_on == timezone.localdate()
    assert written() == [("contact.erased", f"contact.erased:{row.contact_id}")]


def test_the_bus_calls_them() -> None:
    recruiter = UserFactory(role="recruiter", name="Iris Bakker")
    contact = ContactFactory()
    row = begin_relationship(contact=contact, kind="prospect", actor=recruiter)
    move_to_stage(
        relationship=row,
        to_stage=stage("prospect", "not-now"),
        actor=recruiter,
        reason="After the summer",
    )
    move_to_stage(
        relationship=row,
        to_stage=stage("prospect", "identified"),
        actor=recruiter,
        reason="It is autumn",
    )
    hand_over_relationship(relationship=row, actor=recruiter, owner=recruiter)

    lines = lines_of(list(TimelineEntry.objects.select_related("actor").order_by("pk")))

    assert not HandlerFailure.objects.exists()
    assert [(line.sentence, line.text, line.is_human) for line in lines] == [
        ("Became prospect, at “Identified”", "", True),
        ("Prospect: from “Identified” to “Not now”", "After the summer", True),
        ("Prospect: from “Not now” to “Identified”", "It is autumn", True),
        ("Prospect: handed over to Iris Bakker", "", True),
    ]


def test_a_line_keeps_the_name_that_a_stage_had_and_translates_a_seeded_one() -> None:
    offer = stage("prospect", "offer")
    offer.name = "Proposal"
    offer.save()
    row = RelationshipFactory(at="in-conversation")
    move_to_stage(relationship=row, to_stage=offer, actor=None)
    offer.name = ""
    offer.save()

    (line,) = lines_of(list(TimelineEntry.objects.all()))

    assert line.sentence == "Prospect: from “In conversation” to “Proposal”"
    assert line.entry.data["from"] == {"key": "in-conversation", "name": ""}
    with translation.override("nl"):
        assert "Proposal" in lines_of([line.entry])[0].sentence


def test_a_verb_whose_app_is_gone_still_shows() -> None:
    entry = TimelineEntry(verb="gone.verb", key="x", at=timezone.now(), data={})

    (line,) = lines_of([entry])

    assert (line.sentence, line.is_human) == ("gone.verb", False)


def test_a_backdated_line_is_known_by_its_day() -> None:
    day = timezone.localdate() - timedelta(days=40)
    begin_relationship(contact=ContactFactory(), kind="prospect", actor=None, started_on=day)

    (line,) = lines_of(list(TimelineEntry.objects.all()))

    assert line.is_whole_day
    assert isinstance(line.entry.contact.uid, UUID)


@pytest.mark.parametrize(
    ("fields", "is_archived", "sentence"),
    [
        (["emails", "organisation_name"], False, "Changed: e-mail addresses and organisation"),
        (["archived_at"], True, "Put aside"),
        (["archived_at"], False, "Brought back"),
    ],
)
def test_a_change_is_told_in_words(fields: list[str], is_archived: bool, sentence: str) -> None:
    contact = ContactFactory(archived_at=timezone.now() if is_archived else None)

    contacts.on_contacts_updated(
        [ContactUpdated(contact_id=contact.pk, actor_id=None, fields=fields)]
    )

    with translation.override("en"):
        assert lines_of([TimelineEntry.objects.get()])[0].sentence == sentence


def test_the_ledger_is_told_and_what_was_taken_out_of_it_is_not() -> None:
    contact, actor = ContactFactory(), UserFactory(role="recruiter")
    given = note_goodwill(
        contact=contact, actor=actor, direction="we_gave", kind="advice", note="On her thesis"
    )
    late = note_goodwill(contact=contact, actor=actor, direction="they_gave", kind="late_reply")

    lines = lines_of(list(TimelineEntry.objects.select_related("actor").order_by("pk")))
    assert [(line.sentence, line.text, line.is_whole_day) for line in lines] == [
        ("Goodwill, we gave: Advice", "On her thesis", True),
        ("Trust broken by them: Late reply", "", True),
    ]

    remove_goodwill(entry=late, actor=actor)
    assert TimelineEntry.objects.get().key == f"goodwill.noted:{given.pk}"


def test_a_reason_of_ours_is_read_in_ones_own_language_and_a_colleagues_is_not() -> None:
    row = RelationshipFactory(at="identified")
    for key, reason in (("in-contact", TAKEN_BACK), ("interested", "Taken")):
        move_to_stage(relationship=row, to_stage=stage("prospect", key), actor=None, reason=reason)
    entries = list(TimelineEntry.objects.order_by("pk"))

    with translation.override("nl"):
        assert [line.text for line in lines_of(entries)] == ["Teruggenomen", "Taken"]
        assert [stay.why for stay in stints(row)] == ["Teruggenomen", "Taken"]
    assert [stay.why for stay in stints(row)] == ["Taken back", "Taken"]
