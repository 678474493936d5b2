"""Mail becomes contact moments: with whom, in which direction, once."""

from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from django.utils import timezone
from pytest_django import Settings

from contacts.models import Suppression
from contacts.services.addresses import EmailEntry
from contacts.services.consent import suppress
from contacts.services.contacts import archive_contact, create_contact, update_contact
from contacts.services.merging import merge_contacts
from core.models import AuditEntry, Change
from integrations.models import Correspondent, FiledMail, ReceivedMail
from integrations.services import filing
from integrations.services.filing import file_waiting
from integrations.services.receiving import receive_mail
from relationships.models import Interaction, OwnershipOverride, TimelineEntry
from relationships.services.moments import take_back_interaction
from tests.factories import (
    ContactFactory,
    EmailAddressFactory,
    OrgUnitFactory,
    RelationshipFactory,
    UserFactory,
)
from tests.integrations.mails import SENT, address_of, capture, mail, message, recruiter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _domain(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = "file.trm.example"


def lines() -> list[tuple[str, str, str]]:
    """Who, in which direction, in a line."""
    rows = Interaction.objects.order_by("contact__given_name", "pk")
    return [(row.contact.given_name, row.direction, row.summary) for row in rows]


def waiting() -> list[tuple[str, str]]:
    rows = Correspondent.objects.waiting().order_by("address")
    return [(row.address, row.direction) for row in rows]


def test_mail_to_a_second_address_lands_on_the_same_timeline() -> None:
    """Row C2: a further address makes no second person."""
    user = recruiter()
    eva = ContactFactory(given_name="Eva", email="eva@work.example")
    update_contact(
        contact=eva,
        actor=user,
        emails=[EmailEntry("eva@work.example", is_primary=True), EmailEntry("Eva@Home.example")],
    )
    capture(user, mail(sender="eva@WORK.example", message_id="<1@x>", subject="From work"))
    capture(user, mail(sender="Eva <eVa@home.EXAMPLE>", message_id="<2@x>", subject="From home"))
    assert lines() == [("Eva", "inbound", "From work"), ("Eva", "inbound", "From home")]
    entries = TimelineEntry.objects.filter(contact=eva, verb="interaction.logged")
    assert [entry.channel for entry in entries] == ["email", "email"]
    assert waiting() == []


def test_a_moment_says_all_that_the_mail_does() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@work.example")
    capture(user, mail(sender=user.email, to="eva@work.example", Bcc=address_of(user)))
    row = Interaction.objects.get()
    assert (row.channel, row.direction, row.initiated_by) == ("email", "outbound", "us")
    assert (row.summary, row.body) == ("The training", "Shall we talk on Friday?")
    assert (row.happened_at, row.author, row.is_automated) == (SENT, user, False)
    assert AuditEntry.objects.filter(action="relationships.interaction_logged").count() == 1
    assert Change.objects.get(event="integrations.MailFiled").payload == {
        "contact_id": row.contact_id,
        "interaction_id": row.pk,
        "actor_id": user.pk,
    }


def test_a_blind_copy_of_a_mail_to_three_of_whom_one_is_unknown() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    ContactFactory(given_name="Bas", email="bas@x.example")
    capture(
        user,
        mail(
            sender=f"{user.name} <{user.email}>",
            to="Eva <eva@x.example>, nobody@x.example",
            cc="bas@x.example",
        ),
    )
    assert lines() == [("Bas", "outbound", "The training"), ("Eva", "outbound", "The training")]
    assert waiting() == [("nobody@x.example", "outbound")]
    assert Interaction.objects.filter(contact__email_addresses=None).count() == 0


def test_colleagues_in_copy_and_the_filing_address_are_nobody() -> None:
    user, other = recruiter(), UserFactory()
    ContactFactory(given_name="Eva", email="eva@x.example")
    to = f"eva@x.example, {other.email}, {user.email}, {address_of(user)}"
    capture(user, mail(sender=user.email, to=to))
    assert lines() == [("Eva", "outbound", "The training")]
    assert waiting() == []


def test_an_employee_who_has_an_account_is_a_person_too() -> None:
    user, other = recruiter(), UserFactory()
    ContactFactory(given_name="Eva", email=other.email)
    capture(user, mail(sender=user.email, to=other.email))
    assert lines() == [("Eva", "outbound", "The training")]


def test_a_mail_that_comes_in_is_its_senders_alone() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    ContactFactory(given_name="Bas", email="bas@x.example")
    capture(user, mail(sender="eva@x.example", to=user.email, cc="bas@x.example"))
    row = Interaction.objects.get()
    assert (row.contact.given_name, row.direction, row.initiated_by) == ("Eva", "inbound", "them")


GMAIL = """Worth a call.

---------- Forwarded message ---------
From: Eva Vos <eva@x.example>
Date: Mon, 2 Mar 2026 at 10:30
Subject: A course for nurses
To: <{user}>

I would like to teach.

Eva
"""
OUTLOOK = """Van: Eva Vos [mailto:eva@x.example]
Verzonden: maandag 2 maart 2026 10:30
Aan: {user}
Onderwerp: A course for nurses

I would like to teach.

Eva
"""
APPLE = """

Begin forwarded message:

> From: Eva Vos <eva@x.example>
> Subject: A course for nurses
> Date: 2 March 2026 at 10:30:00 GMT+1
> To: {user}
>
> I would like to teach.
>
> Eva
"""


@pytest.mark.parametrize("text", [GMAIL, OUTLOOK, APPLE], ids=["gmail", "outlook", "apple"])
def test_a_forward_is_of_whom_it_came_from(text: str) -> None:
    user = recruiter(language="en")
    ContactFactory(given_name="Eva", email="eva@x.example")
    capture(
        user,
        mail(
            sender=user.email,
            to=address_of(user),
            subject="Fwd: A course for nurses",
            text=text.format(user=user.email),
        ),
    )
    assert lines() == [("Eva", "inbound", "A course for nurses")]
    comment = "\n\nWritten when it was passed on: Worth a call." if text is GMAIL else ""
    assert Interaction.objects.get().body == f"I would like to teach.\n\nEva{comment}"
    assert waiting() == []


def test_a_forward_as_an_attachment() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    inner = message(sender="eva@x.example", to=user.email, message_id="<inner@x>")
    outer = message(sender=user.email, to=address_of(user), subject="FW: x", message_id="<out@x>")
    outer.add_attachment(inner)
    capture(user, bytes(outer))
    assert lines() == [("Eva", "inbound", "The training")]
    assert Interaction.objects.get().happened_at == SENT
    capture(user, bytes(inner))
    assert len(lines()) == 1, "the letter itself, and the forward of it, are one"


def test_what_a_colleague_sent_and_forwards_is_to_whom_it_was_sent() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    inner = message(sender=user.email, to="eva@x.example", message_id="<inner@x>")
    outer = message(sender=user.email, to=address_of(user), message_id="<out@x>")
    outer.add_attachment(inner)
    capture(user, bytes(outer))
    assert lines() == [("Eva", "outbound", "The training")]


def test_an_answer_with_what_it_answers_below_is_no_forward() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    ContactFactory(given_name="Bas", email="bas@x.example")
    text = "Yes.\n\nFrom: Bas <bas@x.example>\nSent: Monday\nTo: x\nSubject: Hello\n\nHello"
    capture(user, mail(sender=user.email, to="eva@x.example", text=text))
    assert lines() == [("Eva", "outbound", "The training")]


def test_a_forward_of_which_nothing_can_be_read_waits_without_an_address() -> None:
    user = recruiter()
    capture(user, mail(sender=user.email, to=address_of(user), text="See below"))
    assert lines() == []
    assert waiting() == [("", "outbound")]
    assert ReceivedMail.objects.get().text == "See below"


def test_an_answer_of_ours_was_begun_by_whoever_began_the_thread() -> None:
    user = recruiter()
    eva = ContactFactory(given_name="Eva", email="eva@x.example")
    capture(user, mail(sender=user.email, to="eva@x.example", message_id="<ours@x>"))
    later = SENT + timedelta(hours=1)
    capture(
        user,
        mail(
            sender=user.email,
            to="eva@x.example",
            message_id="<again@x>",
            In_Reply_To="<ours@x>",
            sent_at=later,
        ),
    )
    capture(
        user,
        mail(
            sender=user.email,
            to="eva@x.example",
            message_id="<answer@x>",
            In_Reply_To="<theirs@x>",
            sent_at=later + timedelta(hours=1),
        ),
    )
    rows = Interaction.objects.filter(contact=eva).order_by("happened_at")
    assert [row.initiated_by for row in rows] == ["us", "us", "them"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"Return_Path": "<>"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.x.example>"},
    ],
    ids=lambda headers: "-".join(*headers.items()),
)
def test_what_a_machine_sent_is_no_human_contact(headers: dict[str, str]) -> None:
    user = recruiter()
    eva = ContactFactory(email="eva@x.example")
    relationship = RelationshipFactory(contact=eva, owner=user)
    capture(user, mail(sender="eva@x.example", to=user.email, **headers))
    assert Interaction.objects.get().is_automated is True
    relationship.refresh_from_db()
    assert relationship.last_two_way_at is None


def test_a_human_says_no_and_a_bounce_comes_from_nobody() -> None:
    user = recruiter()
    ContactFactory(email="eva@x.example")
    capture(user, mail(sender="eva@x.example", message_id="<1@x>", Auto_Submitted="no"))
    capture(user, mail(sender="eva@x.example", message_id="<2@x>"), is_automated=True)
    rows = Interaction.objects.order_by("pk")
    assert [row.is_automated for row in rows] == [False, True]


def test_the_same_mail_twice_is_one_line() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    sent = mail(sender="eva@x.example", to=user.email)
    first, second = capture(user, sent), capture(user, sent)
    assert (first.pk, len(lines())) == (second.pk, 1)
    assert ReceivedMail.objects.count() == 1


def test_the_same_mail_of_two_colleagues_is_one_line() -> None:
    one, other = recruiter(), recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    sent = mail(sender="eva@x.example", to=f"{one.email}, {other.email}")
    capture(one, sent)
    capture(other, sent)
    assert len(lines()) == 1
    assert [row.state for row in Correspondent.objects.all()] == ["filed", "filed"]


def test_two_addresses_of_one_person_in_a_mail_are_one_line() -> None:
    user = recruiter()
    eva = ContactFactory(given_name="Eva", email="eva@x.example")
    EmailAddressFactory(contact=eva, address="eva@home.example")
    capture(user, mail(sender=user.email, to="eva@x.example, eva@home.example"))
    assert len(lines()) == 1
    assert waiting() == []


def test_what_was_taken_back_does_not_come_back() -> None:
    one, other = recruiter(), recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    sent = mail(sender="eva@x.example")
    capture(one, sent)
    take_back_interaction(interaction=Interaction.objects.get(), actor=one)
    capture(other, sent)
    assert lines() == []


def test_a_mail_without_a_message_id_is_known_by_its_bytes() -> None:
    user = recruiter()
    ContactFactory(email="eva@x.example")
    for text in ("One", "Two", "One"):
        capture(user, mail(sender="eva@x.example", message_id="", text=text))
    assert [row.body for row in Interaction.objects.order_by("pk")] == ["One", "Two"]


def test_a_person_who_was_merged_is_found_as_who_they_are_now() -> None:
    user = recruiter()
    eva = ContactFactory(given_name="Eva", email="eva@x.example")
    double = ContactFactory(given_name="Eef", email="eef@x.example")
    merge_contacts(survivor=eva, duplicate=double, actor=user)
    capture(user, mail(sender="eef@x.example"))
    assert lines() == [("Eva", "inbound", "The training")]


def test_two_who_are_merged_after_both_have_the_mail() -> None:
    user = recruiter()
    eva = ContactFactory(given_name="Eva", email="eva@x.example")
    double = ContactFactory(given_name="Eef", email="eef@x.example")
    capture(user, mail(sender=user.email, to="eva@x.example, eef@x.example"))
    merge_contacts(survivor=eva, duplicate=double, actor=user)
    assert FiledMail.objects.get().contact == eva


def test_an_address_of_two_people_waits_for_a_colleague() -> None:
    user = recruiter()
    for _time in range(2):
        EmailAddressFactory(contact=ContactFactory(), address="both@x.example")
    capture(user, mail(sender="both@x.example"))
    assert (lines(), waiting()) == ([], [("both@x.example", "inbound")])


def test_who_is_put_aside_waits_for_a_colleague() -> None:
    user = recruiter()
    archive_contact(contact=ContactFactory(email="eva@x.example"), actor=user)
    capture(user, mail(sender="eva@x.example"))
    assert (lines(), waiting()) == ([], [("eva@x.example", "inbound")])


def test_a_person_whom_the_colleague_may_not_see_is_nobody_to_them() -> None:
    """As with an address that nobody has: nothing tells that somebody is here."""
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = recruiter(unit=south)
    hidden = ContactFactory(unit=north, email="eva@x.example")
    capture(user, mail(sender="eva@x.example", message_id="<1@x>"))
    capture(user, mail(sender="nobody@x.example", message_id="<2@x>"))
    assert lines() == []
    rows = Correspondent.objects.order_by("pk").values_list("state", "contact")
    assert list(rows) == [("waiting", None), ("waiting", None)]
    assert not FiledMail.objects.filter(contact=hidden).exists()


def test_of_two_with_an_address_the_one_that_may_be_seen() -> None:
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = recruiter(unit=south)
    for unit, name in ((north, "Eva"), (south, "Bas")):
        person = ContactFactory(unit=unit, given_name=name)
        EmailAddressFactory(contact=person, address="both@x.example")
    capture(user, mail(sender="both@x.example"))
    assert lines() == [("Bas", "inbound", "The training")]


def test_who_may_only_see_people_files_nothing() -> None:
    reader = UserFactory(role="reader")
    ContactFactory(email="eva@x.example")
    capture(reader, mail(sender="eva@x.example"))
    assert (lines(), waiting()) == ([], [("eva@x.example", "inbound")])


def test_who_asked_to_be_forgotten_leaves_no_trace() -> None:
    user = recruiter()
    suppress(address="eva@x.example", reason=Suppression.Reason.ERASED, actor=None)
    suppress(address="bas@x.example", reason=Suppression.Reason.UNSUBSCRIBED, actor=None)
    ContactFactory(given_name="Bas", email="bas@x.example")
    held = capture(user, mail(sender="Eva Vos <eva@x.example>", text="From Eva"))
    assert (held.subject, held.text, bytes(held.raw)) == ("", "", b"")
    assert not Correspondent.objects.exists()
    capture(user, mail(sender="bas@x.example", message_id="<2@x>"))
    assert lines() == [("Bas", "inbound", "The training")]


def test_the_owner_hears_of_mail_past_them() -> None:
    user, owner = recruiter(), UserFactory(role="recruiter")
    eva = ContactFactory(email="eva@x.example")
    today = timezone.localdate()
    RelationshipFactory(contact=eva, owner=owner, owner_since=today, started_on=today)
    capture(user, mail(sender=user.email, to="eva@x.example"))
    override = OwnershipOverride.objects.get()
    assert (override.owner, override.made_by, override.contact) == (owner, user, eva)
    assert len(lines()) == 1


@pytest.mark.parametrize(
    "sent_at",
    [datetime(2999, 1, 1, tzinfo=UTC), datetime(1970, 1, 1, tzinfo=UTC), None],
    ids=["to come", "a clock never set", "none"],
)
def test_a_day_that_cannot_be_is_the_day_it_came(sent_at: datetime | None) -> None:
    user = recruiter()
    ContactFactory(email="eva@x.example")
    held = capture(user, mail(sender="eva@x.example", sent_at=sent_at))
    assert Interaction.objects.get().happened_at == held.created_at


def test_what_was_said_is_kept_only_while_somebody_waits() -> None:
    user = recruiter()
    ContactFactory(email="eva@x.example")
    filed = capture(user, mail(sender="eva@x.example", message_id="<1@x>"))
    waits = capture(user, mail(sender="bas@x.example", message_id="<2@x>"))
    assert (filed.subject, filed.text, bytes(filed.raw)) == ("", "", b"")
    assert (waits.subject, waits.text, bytes(waits.raw)) == (
        "The training",
        "Shall we talk on Friday?",
        b"",
    )


def test_a_new_person_gets_the_mail_that_waited() -> None:
    user = recruiter()
    held = capture(user, mail(sender="eva@x.example"))
    create_contact(actor=user, given_name="Eva", emails=["Eva@X.example"])
    assert lines() == []
    assert file_waiting() == 1
    assert lines() == [("Eva", "inbound", "The training")]
    held.refresh_from_db()
    assert (held.text, waiting()) == ("", [])


def test_somebody_new_whom_the_colleague_may_not_see_gets_nothing() -> None:
    user = recruiter(unit=OrgUnitFactory())
    capture(user, mail(sender="eva@x.example"))
    create_contact(actor=None, given_name="Eva", emails=["eva@x.example"], unit=OrgUnitFactory())
    file_waiting()
    assert (lines(), waiting()) == ([], [("eva@x.example", "inbound")])


def test_attachments_are_named_and_not_kept() -> None:
    user = recruiter(language="en")
    ContactFactory(email="eva@x.example")
    sent: EmailMessage = message(sender="eva@x.example")
    sent.add_attachment(b"%PDF", maintype="application", subtype="pdf", filename="CV Eva.pdf")
    capture(user, bytes(sent))
    assert Interaction.objects.get().body == (
        "Shall we talk on Friday?\n\nAttached to the mail, and not kept here: CV Eva.pdf"
    )


def test_a_mail_on_which_we_fail_is_tried_again_and_told_of_in_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    receive_mail(actor=user, content=mail(sender="eva@x.example"), door="api")

    def fail(content: bytes) -> None:
        raise RuntimeError("ill")

    monkeypatch.setattr(filing, "read", fail)
    now = timezone.now()
    for _time in range(filing.MAX_ATTEMPTS):
        now += timedelta(hours=1)
        assert file_waiting(now=now) == 1
    assert file_waiting(now=now + timedelta(days=1)) == 0
    held = ReceivedMail.objects.get()
    assert (held.outcome, bytes(held.raw)) == (filing.UNREADABLE, mail(sender="eva@x.example"))


def test_a_worker_that_dies_leaves_the_mail_to_the_next() -> None:
    user = recruiter()
    ContactFactory(given_name="Eva", email="eva@x.example")
    receive_mail(actor=user, content=mail(sender="eva@x.example"), door="api")
    now = timezone.now()
    ReceivedMail.objects.claim(now=now, limit=1, lease=filing.LEASE)  # and it is gone
    assert file_waiting(now=now + timedelta(seconds=1)) == 0
    assert file_waiting(now=now + filing.LEASE) == 1
    assert lines() == [("Eva", "inbound", "The training")]
