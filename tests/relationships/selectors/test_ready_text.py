"""What may be sent to somebody is made of what they know; nothing of ours leaks into it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from itertools import product

import pytest
import time_machine
from django.test import Client

from contacts.choices import FormOfAddress
from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction
from relationships.models import FollowUp
from relationships.selectors.ready_text import ready_text
from relationships.services.interactions import Moment
from relationships.services.notes import log_with_all
from tests.factories import (
    ContactFactory,
    FollowUpFactory,
    GoodwillEntryFactory,
    InteractionFactory,
    PersonalFactFactory,
    PromiseFactory,
    TagFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db
MARCH = datetime(2026, 3, 3, 9, tzinfo=UTC)
FORMS = ["", *FormOfAddress.values]


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with time_machine.travel("2026-03-10T12:00:00+01:00", tick=False):
        yield


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter", name="Samira El Idrissi", language="en")


def sanne(**fields: object) -> Contact:
    names = {"given_name": "Sanne", "infix": "de", "family_name": "Wit", "language": "en"}
    return ContactFactory(**{**names, **fields})


def middle(text: str) -> str:
    return text.split("\n\n")[1]


def test_informal_unless_they_like_it_otherwise(user: User) -> None:
    assert ready_text(sanne(), user) == "Hi Sanne,\n\nHow are you?\n\nGreetings,\nSamira"
    formal = "Dear Sanne de Wit,\n\nHow are you?\n\nKind regards,\nSamira El Idrissi"
    assert ready_text(sanne(form_of_address="formal"), user) == formal
    assert ready_text(sanne(), user, form="formal") == formal
    assert ready_text(sanne(form_of_address="formal"), user, form="informal").startswith("Hi S")
    assert ready_text(sanne(preferred_name="San"), user).startswith("Hi San,")


@pytest.mark.parametrize(
    ("channel", "said"),
    [
        ("phone", "We last spoke on the phone, on 3 March."),
        ("meeting", "We last met on 3 March."),
        ("event", "We last met at an event, on 3 March."),
        ("whatsapp", "We last wrote to each other on 3 March (WhatsApp)."),
    ],
)
def test_the_last_talk_by_its_day_and_channel(user: User, channel: str, said: str) -> None:
    contact = sanne()
    InteractionFactory(
        contact=contact, channel="meeting", happened_at=datetime(2025, 1, 1, tzinfo=UTC)
    )
    InteractionFactory(contact=contact, channel=channel, happened_at=MARCH, direction="two_way")
    # None of these is a talk with them.
    for fields in (
        {"direction": "internal"},
        {"direction": "outbound"},
        {"channel": "note"},
        {"is_automated": True},
    ):
        later = {"happened_at": datetime(2026, 3, 9, 9, tzinfo=UTC), "direction": "two_way"}
        InteractionFactory(contact=contact, **{**later, **fields})

    assert middle(ready_text(contact, user)) == f"{said} How are you?"


def test_topics_of_that_talk_and_the_year_where_it_is_another(user: User) -> None:
    contact = sanne()
    talk = InteractionFactory(
        contact=contact, channel="meeting", happened_at=MARCH.replace(year=2025)
    )
    for name in ("wind", "mentoring"):
        talk.note_tags.create(tag=TagFactory(name=name))
    said = "We last met on 3 March 2025. It was about mentoring, wind. How are you?"
    assert middle(ready_text(contact, user)) == said


def test_what_they_were_promised_comes_first_and_by_whom(user: User) -> None:
    contact = sanne()
    InteractionFactory(contact=contact, happened_at=MARCH)
    ours = {"contact": contact, "side": "us"}
    PromiseFactory(**ours, text="the course programme.", due_on=date(2026, 3, 12), promiser=user)
    PromiseFactory(**ours, text="a visit", due_on=date(2026, 3, 20), promiser=UserFactory())
    assert middle(ready_text(contact, user)) == "I promised you: the course programme."
    assert middle(ready_text(contact, UserFactory())) == "We promised you: the course programme."


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("birthday:1:2026", "Happy birthday. Have a good year."),
        ("anniversary:1:2026", "Congratulations on your anniversary with us."),
    ],
)
def test_their_own_day_where_a_colleague_is_asked_to_think_of_it(
    user: User, key: str, said: str
) -> None:
    contact = sanne(birthday="--03-10")
    PromiseFactory(contact=contact, side="us")
    assert "birthday" not in ready_text(contact, user)
    task = FollowUpFactory(
        contact=contact, kind=FollowUp.Kind.ANNIVERSARY, key=key, due_on=date(2026, 3, 10)
    )
    assert middle(ready_text(contact, user)) == said
    FollowUp.objects.filter(pk=task.pk).update(due_on=date(2026, 3, 11))
    assert said not in ready_text(contact, user)


SECRET = "unreliable-and-too-expensive"


def whatever_we_wrote_down(contact: Contact, user: User, direction: str, channel: str) -> None:
    """In every place that is ours alone."""
    Contact.objects.filter(pk=contact.pk).update(
        note=SECRET, headline=SECRET, custom_values={"secret": SECRET}
    )
    contact.tags.add(TagFactory(name=f"{SECRET}-{channel}"))
    log_with_all(
        moments=[
            Moment(
                contact=contact,
                channel=channel,
                direction=direction,
                summary=SECRET,
                body=f"{SECRET}, says @Joris.",
                happened_at=MARCH,
            )
        ],
        actor=user,
    )
    note = {"contact": contact, "channel": "note", "summary": SECRET, "body": SECRET}
    own = InteractionFactory(**note, happened_at=MARCH)
    own.note_tags.create(tag=TagFactory(name=f"{SECRET}-2-{channel}"))
    internal = {"contact": contact, "direction": "internal", "summary": SECRET}
    among = InteractionFactory(**internal)
    among.note_tags.create(tag=TagFactory(name=f"{SECRET}-3-{channel}"))
    FollowUpFactory(contact=contact, title=SECRET, body=SECRET)
    GoodwillEntryFactory(contact=contact, note=SECRET)
    PersonalFactFactory(contact=contact, text=SECRET, purpose=SECRET)
    PromiseFactory(contact=contact, side="them", text=SECRET)
    PromiseFactory(contact=contact, side="us", text=SECRET, state="withdrawn", reason=SECRET)


@pytest.mark.parametrize(
    ("language", "form", "direction"), list(product(["nl", "en"], FORMS, Direction.values))
)
def test_nothing_of_ours_leaks(
    client: Client, user: User, language: str, form: str, direction: str
) -> None:
    contact = sanne(language=language, form_of_address=form)
    for channel in (Channel.PHONE, Channel.EMAIL):
        whatever_we_wrote_down(contact, user, direction, channel)
    contact.refresh_from_db()

    client.force_login(user)
    for _promised_or_not in range(2):
        assert SECRET not in ready_text(contact, user)
        page = client.get(f"/people/{contact.uid}/message/", headers={"HX-Request": "true"})
        assert SECRET not in page.content.decode()
        PromiseFactory(contact=contact, side="us", text="the programme")


def test_the_page_offers_both_forms(client: Client, user: User) -> None:
    contact = sanne(form_of_address="formal")
    client.force_login(user)
    url = f"/people/{contact.uid}/message/"
    assert "Dear Sanne de Wit" in client.get(url).content.decode()
    assert "Hi Sanne" in client.get(f"{url}?form=informal").content.decode()
