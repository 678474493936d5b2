"""Putting right what was logged: by its author, with a trace, and back again."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from contacts.models import Contact, Tag
from core.models import AuditEntry, User
from relationships.choices import DEPTHS, Channel, Depth
from relationships.models import (
    Interaction,
    InteractionVersion,
    Mention,
    Promise,
    Relationship,
    TimelineEntry,
)
from relationships.services.interactions import InteractionRefused, log_interaction
from relationships.services.moments import KEPT_DAYS, change_interaction, forget_versions
from relationships.services.notes import put_back_note, read_note, take_back_note
from tests.factories import ContactFactory, InteractionFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def author() -> User:
    return UserFactory(role="recruiter", name="Iris Bakker")


def noted(contact: Contact, author: User, summary: str = "Spoke") -> Interaction:
    row = log_interaction(
        contact=contact, actor=author, channel="phone", direction="two_way", summary=summary
    )
    read_note(interaction=row, actor=author)
    return row


def test_what_stood_there_is_kept_and_the_line_says_that_it_was_put_right(author: User) -> None:
    row = noted(ContactFactory(), author, "Spoke of Jan")
    earlier = timezone.now() - timedelta(days=2)

    change_interaction(
        interaction=row,
        actor=author,
        summary="Spoke of Joan",
        body="",
        channel="meeting",
        direction="inbound",
        initiated_by="us",
        happened_at=earlier,
    )

    row.refresh_from_db()
    assert (row.channel, row.direction, row.initiated_by) == ("meeting", "inbound", "them")
    version = InteractionVersion.objects.get()
    assert (version.act, version.made_by, version.held["summary"]) == (
        "changed",
        author,
        "Spoke of Jan",
    )
    line = TimelineEntry.objects.get(verb="interaction.logged")
    assert (line.at, line.channel, line.direction) == (earlier, "meeting", "inbound")
    assert line.data["summary"] == "Spoke of Joan"
    assert "changed_at" in line.data


def test_nothing_changed_leaves_no_trace(author: User) -> None:
    row = noted(ContactFactory(), author)

    change_interaction(interaction=row, actor=author, summary="Spoke", body="")

    assert not InteractionVersion.objects.exists()
    assert not AuditEntry.objects.filter(action="relationships.interaction_changed").exists()


def test_a_colleague_neither_changes_nor_takes_back(author: User) -> None:
    row, colleague = noted(ContactFactory(), author), UserFactory(role="recruiter")

    with pytest.raises(InteractionRefused):
        change_interaction(interaction=row, actor=colleague, summary="No", body="")
    with pytest.raises(InteractionRefused):
        take_back_note(interaction=row, actor=colleague)

    assert Interaction.objects.get().summary == "Spoke"


def test_taken_back_with_what_the_note_made_and_put_back(author: User) -> None:
    contact = ContactFactory()
    colleague = UserFactory(role="recruiter", name="Tom Visser")
    row = noted(contact, author, "@tom.visser #sailing !promise send the list")
    uid, pk = row.uid, row.pk

    version = take_back_note(interaction=row, actor=author)

    assert not Interaction.objects.exists()
    assert not Promise.objects.exists()
    assert not Mention.objects.exists()
    assert not contact.tags.exists()
    line = TimelineEntry.objects.get(verb__startswith="interaction")
    assert (line.verb, line.data) == ("interaction.taken_back", {"channel": "phone"})

    put_back_note(version=version, actor=author)

    back = Interaction.objects.get()
    assert (back.pk, back.uid, back.author) == (pk, uid, author)
    assert Promise.objects.get().text == "send the list"
    assert Mention.objects.get().user == colleague
    assert list(contact.tags.all()) == [Tag.objects.get(name="sailing")]
    verbs = TimelineEntry.objects.filter(verb__startswith="interaction")
    assert [one.verb for one in verbs] == ["interaction.logged"]
    with pytest.raises(InteractionRefused):
        put_back_note(version=version, actor=author)


def test_the_clock_goes_back_to_the_talk_that_is_left(author: User) -> None:
    contact = ContactFactory()
    relationship = RelationshipFactory(contact=contact, cadence_days=30)
    before = timezone.now() - timedelta(days=10)
    log_interaction(
        contact=contact, actor=author, channel="phone", direction="two_way", happened_at=before
    )
    due = Relationship.objects.get(pk=relationship.pk).next_touch_on
    row = noted(contact, author)
    assert Relationship.objects.get(pk=relationship.pk).last_two_way_at == row.happened_at

    take_back_note(interaction=row, actor=author)

    relationship.refresh_from_db()
    assert (relationship.last_two_way_at, relationship.next_touch_on) == (before, due)


def test_what_was_taken_back_twice_is_refused_in_words(author: User) -> None:
    row = noted(ContactFactory(), author)
    take_back_note(interaction=row, actor=author)

    with pytest.raises(InteractionRefused, match="already"):
        take_back_note(interaction=row, actor=author)


def test_earlier_words_are_forgotten_in_time(author: User) -> None:
    row = noted(ContactFactory(), author)
    change_interaction(interaction=row, actor=author, summary="Other", body="")
    now = timezone.now()

    assert forget_versions(now=now + timedelta(days=KEPT_DAYS - 1)) == 0
    assert forget_versions(now=now + timedelta(days=KEPT_DAYS + 1)) == 1


@pytest.mark.parametrize("wrong", [{"channel": ""}, {"direction": "up"}, {"initiated_by": ""}])
def test_no_moment_without_what_reports_tell_apart(wrong: dict[str, str]) -> None:
    row = InteractionFactory()

    with pytest.raises(IntegrityError), transaction.atomic():
        Interaction.objects.filter(pk=row.pk).update(**wrong)


def test_every_channel_has_a_depth() -> None:
    assert set(DEPTHS) == set(Channel)
    assert Interaction(channel="meeting").depth == Depth.FACE
    assert Interaction(channel="whatsapp").depth == Depth.WRITTEN
