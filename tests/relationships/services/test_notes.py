from datetime import date, datetime, timedelta

import pytest
import time_machine

from contacts.models import Contact
from core.models import User
from relationships.models import Interaction, Mention, NoteTag, Promise, TimelineEntry
from relationships.selectors.notes import handle_of, mentionable, topics_like, unread_mentions
from relationships.services.interactions import InteractionRefused, log_interaction
from relationships.services.notes import change_note, read_mention, read_note, unread_mention
from relationships.services.promises import keep_promise
from tests.factories import ContactFactory, OrgUnitFactory, TagFactory, UserFactory

pytestmark = pytest.mark.django_db

TUESDAY = datetime.fromisoformat("2026-05-05T10:00:00+02:00")
FRIDAY = date(2026, 5, 8)


@pytest.fixture
def actor() -> User:
    return UserFactory(role="recruiter", name="Anouk Smit")


@pytest.fixture
def iris() -> User:
    return UserFactory(role="recruiter", name="Iris de Wit", email="i.dewit@trm.example")


def noted(actor: User, body: str, contact: Contact | None = None) -> Interaction:
    with time_machine.travel(TUESDAY, tick=False):
        row = log_interaction(
            contact=contact or ContactFactory(),
            actor=actor,
            channel="note",
            direction="internal",
            summary="Lunch",
            body=body,
        )
        read_note(interaction=row, actor=actor)
    return row


def state(row: Interaction) -> tuple[list[str], list[str], list[tuple[str, date, str]]]:
    people = Mention.objects.filter(interaction=row).order_by("user__name")
    tags = row.contact.tags.order_by("name")
    promises = Promise.objects.filter(interaction=row).order_by("pk")
    return (
        [one.user.name for one in people.select_related("user")],
        list(tags.values_list("name", flat=True)),
        [(one.text, one.due_on, one.state) for one in promises],
    )


def test_the_marks_become_what_they_say_and_the_text_stays(actor: User, iris: User) -> None:
    text = "@iris knows the team. #return-to-work\n!promise send the plan by Friday"
    row = noted(actor, text)
    assert state(row) == (
        ["Iris de Wit"],
        ["return-to-work"],
        [("send the plan", FRIDAY, "open")],
    )
    row.refresh_from_db()
    assert row.body == text
    promise = Promise.objects.get()
    assert (promise.promiser, promise.side, promise.contact) == (actor, "us", row.contact)
    assert [one.interaction for one in unread_mentions(iris)] == [row]


def test_read_again_nothing_is_doubled(actor: User, iris: User) -> None:
    row = noted(actor, "@iris #java !promise call by Friday")
    before = state(row)
    with time_machine.travel(TUESDAY + timedelta(days=30), tick=False):
        read_note(interaction=row, actor=actor)
    assert state(row) == before
    assert TimelineEntry.objects.filter(verb="promise.made").count() == 1


def test_edited_it_follows_the_text_and_friday_stays_that_friday(actor: User, iris: User) -> None:
    row = noted(actor, "@iris #java !promise call by Friday")
    with time_machine.travel(TUESDAY + timedelta(days=30), tick=False):
        change_note(
            interaction=row,
            actor=actor,
            summary="Long lunch",
            body="#python !promise call by Friday !promise write next week",
        )
    assert state(row) == (
        [],
        ["python"],
        [("call", FRIDAY, "open"), ("write", date(2026, 5, 15), "open")],
    )
    entry = TimelineEntry.objects.get(verb="interaction.logged")
    assert entry.data["summary"] == "Long lunch"

    change_note(interaction=row, actor=actor, summary="Lunch", body="!promise call by 12 May")
    assert state(row)[2] == [("call", date(2026, 5, 12), "open")]


def test_a_topic_that_the_person_had_before_or_elsewhere_stays(actor: User) -> None:
    contact = ContactFactory()
    contact.tags.add(TagFactory(name="java"))
    first = noted(actor, "#java #go #rust", contact)
    noted(actor, "#go", contact)
    change_note(interaction=first, actor=actor, summary="", body="nothing")
    assert set(contact.tags.values_list("name", flat=True)) == {"java", "go"}
    assert NoteTag.objects.count() == 1


def test_a_promise_that_was_kept_outlives_its_line(actor: User) -> None:
    row = noted(actor, "!promise call by Friday")
    keep_promise(promise=Promise.objects.get(), actor=actor)
    change_note(interaction=row, actor=actor, summary="x", body="")
    assert state(row)[2] == [("call", FRIDAY, "kept")]
    change_note(interaction=row, actor=actor, summary="x", body="!promise call by 12 May")
    assert state(row)[2] == [("call", FRIDAY, "kept")]


def test_without_a_day_it_is_due_in_a_week(actor: User) -> None:
    row = noted(actor, "!promise call back")
    assert state(row)[2] == [("call back", date(2026, 5, 12), "open")]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("@iris", 1),
        ("@Iris.de.Wit", 1),
        ("@i.dewit", 1),
        ("@wit", 0),
        ("@nobody", 0),
        # Herself: she knows already.
        ("@anouk", 0),
    ],
)
def test_whom_an_at_names(typed: str, found: int, actor: User, iris: User) -> None:
    noted(actor, f"{typed} was there")
    assert Mention.objects.count() == found


def test_two_of_one_name_are_not_guessed(actor: User, iris: User) -> None:
    UserFactory(role="recruiter", name="Iris Bakker")
    row = noted(actor, "@iris")
    assert not Mention.objects.exists()
    understood = read_note(interaction=row, actor=actor)
    assert [name for name, _why in understood.unknown] == ["@iris"]


def test_a_colleague_who_cannot_see_the_person_is_not_told(actor: User) -> None:
    UserFactory(role="recruiter", name="Joris Vos", unit=OrgUnitFactory())
    contact = ContactFactory()
    row = noted(actor, "@joris", contact)
    assert not Mention.objects.exists()
    assert read_note(interaction=row, actor=actor).unknown
    assert mentionable("jor", contact) == []


def test_a_mention_goes_with_the_right_to_see_the_person(actor: User) -> None:
    north = OrgUnitFactory()
    joris = UserFactory(role="recruiter", name="Joris Vos", unit=north)
    row = noted(actor, "@joris", ContactFactory(unit=north))
    assert len(unread_mentions(joris)) == 1
    row.contact.unit = None
    row.contact.save()
    assert unread_mentions(User.objects.get(pk=joris.pk)) == []


def test_a_mention_is_read_once_and_can_be_put_back(actor: User, iris: User) -> None:
    row = noted(actor, "@iris")
    mention = Mention.objects.get()
    read_mention(mention=mention)
    read_note(interaction=row, actor=actor)
    assert unread_mentions(iris) == []
    unread_mention(mention=mention)
    assert unread_mentions(iris) == [mention]


def test_only_who_wrote_it_changes_it(actor: User, iris: User) -> None:
    row = noted(actor, "x")
    with pytest.raises(InteractionRefused):
        change_note(interaction=row, actor=iris, summary="y", body="")
    row.refresh_from_db()
    assert row.summary == "Lunch"


def test_choices_by_what_is_typed(actor: User, iris: User) -> None:
    contact = ContactFactory()
    TagFactory(name="java")
    TagFactory(name="two words")
    assert [handle for handle, _user in mentionable("", contact)] == ["anouk.smit", "iris.de.wit"]
    assert [handle for handle, _user in mentionable("iris.d", contact)] == ["iris.de.wit"]
    assert [handle for handle, _user in mentionable("wit", contact)] == ["iris.de.wit"]
    assert handle_of(UserFactory(name="Zoë O'Neill")) == "zoe.oneill"
    assert topics_like("ja") == ["java"]
    assert topics_like("t") == []
