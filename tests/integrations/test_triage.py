"""Mail of addresses that nobody is known by: whose it is, or that it is not for here."""

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from contacts.models import Contact
from contacts.services.contacts import archive_contact
from contacts.services.privacy import erase_person, export_person
from core.models import AuditEntry
from integrations.models import Correspondent, FiledMail, FilingAddress, ReceivedMail
from integrations.services import triage
from integrations.services.filing import file_waiting
from integrations.services.filing_addresses import (
    UnknownFilingAddress,
    holder_of,
    make_filing_address,
    renew_filing_address,
)
from integrations.services.triage import (
    TriageRefused,
    forget_old_mails,
    place_with,
    set_aside,
    undo_placing,
)
from integrations.tasks import forget_mails
from relationships.models import Interaction
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory, grant_role
from tests.integrations.mails import address_of, capture, mail, recruiter

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _domain(settings: Settings) -> None:
    settings.CAPTURE_DOMAIN = "file.trm.example"


def test_this_is_eva_adds_the_address_and_files_all_that_waits() -> None:
    user, other = recruiter(), recruiter()
    eva = ContactFactory(email="eva@work.example")
    for number in (1, 2):
        capture(user, mail(sender="Eva@home.example", message_id=f"<{number}@x>"))
    capture(other, mail(sender="eva@home.example", message_id="<3@x>"))
    one = Correspondent.objects.filter(colleague=user).first()
    assert one is not None
    assert len(place_with(correspondent=one, contact=eva, actor=user).rows) == 2
    addresses = eva.email_addresses.order_by("-is_primary")
    assert [(row.address, row.is_primary) for row in addresses] == [
        ("eva@work.example", True),
        ("eva@home.example", False),
    ]
    assert Interaction.objects.filter(contact=eva, author=user).count() == 2
    assert file_waiting() == 3, "those of the colleague follow, now that it is known whose it is"
    assert Interaction.objects.filter(contact=eva, author=other).count() == 1
    assert Contact.objects.count() == 1
    assert set(ReceivedMail.objects.values_list("text", flat=True)) == {""}
    entry = AuditEntry.objects.get(action="integrations.mail_placed")
    assert (entry.actor, entry.target_id, entry.details) == (user, eva.pk, {"mails": 2})


def test_it_was_somebody_else() -> None:
    user = recruiter()
    eva, bas = ContactFactory(email="eva@work.example"), ContactFactory()
    for number in (1, 2):
        capture(user, mail(sender="bas@home.example", message_id=f"<{number}@x>"))
    one = Correspondent.objects.order_by("pk")[0]
    placed = place_with(correspondent=one, contact=eva, actor=user)
    file_waiting()
    with pytest.raises(TriageRefused):
        undo_placing(placed=placed, actor=recruiter())
    assert undo_placing(placed=placed, actor=user) == 2
    file_waiting()
    assert [row.address for row in eva.email_addresses.all()] == ["eva@work.example"]
    assert not Interaction.objects.exists()
    assert not FiledMail.objects.exists()
    assert set(ReceivedMail.objects.values_list("subject", "text")) == {
        ("The training", "Shall we talk on Friday?")
    }
    with pytest.raises(TriageRefused):
        undo_placing(placed=placed, actor=user)
    place_with(correspondent=Correspondent.objects.get(pk=one.pk), contact=bas, actor=user)
    assert Interaction.objects.filter(contact=bas, body="Shall we talk on Friday?").count() == 2


def test_a_mail_without_an_address_is_placed_by_hand() -> None:
    user = recruiter()
    eva = ContactFactory(email="eva@work.example")
    held = capture(user, mail(sender=user.email, to=address_of(user)))
    place_with(correspondent=held.correspondents.get(), contact=eva, actor=user)
    assert Interaction.objects.get().contact == eva
    assert eva.email_addresses.count() == 1


def test_what_was_dealt_with_is_refused() -> None:
    user = recruiter()
    eva, gone = ContactFactory(), ContactFactory()
    held = capture(user, mail(sender="eva@home.example"))
    one = held.correspondents.get()
    archive_contact(contact=gone, actor=user)
    with pytest.raises(TriageRefused):
        place_with(correspondent=one, contact=gone, actor=user)
    place_with(correspondent=one, contact=eva, actor=user)
    with pytest.raises(TriageRefused):
        place_with(correspondent=one, contact=eva, actor=user)
    assert Interaction.objects.count() == 1


def test_not_for_here_and_back() -> None:
    user, other = recruiter(), recruiter()
    for colleague in (user, other):
        capture(colleague, mail(sender="shop@x.example"))
    one = Correspondent.objects.get(colleague=user)
    assert set_aside(correspondent=one, actor=user) == 1
    assert set_aside(correspondent=one, actor=user) == 0
    states = Correspondent.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["set_aside", "waiting"]
    assert one.mail.text == "Shall we talk on Friday?"
    assert triage.take_back(correspondent=one, actor=user) == 1
    one.refresh_from_db()
    assert one.state == "waiting"


def test_mail_is_deleted_after_its_days() -> None:
    user = recruiter()
    ContactFactory(email="eva@x.example")
    now = timezone.now()
    for number, days in enumerate((31, 29)):
        held = capture(user, mail(sender="bas@x.example", message_id=f"<{number}@x>"))
        ReceivedMail.objects.filter(pk=held.pk).update(created_at=now - timedelta(days=days))
    filed = capture(user, mail(sender="eva@x.example", message_id="<filed@x>"))
    ReceivedMail.objects.filter(pk=filed.pk).update(created_at=now - timedelta(days=31))
    assert forget_old_mails(now=now) == 2
    assert Correspondent.objects.get().address == "bas@x.example"
    assert (Interaction.objects.count(), FiledMail.objects.count()) == (1, 1)
    capture(user, mail(sender="eva@x.example", message_id="<filed@x>"))
    assert Interaction.objects.count() == 1, "what came again is still known"


def test_who_may_see_more_by_now_finds_it_filed() -> None:
    """Nothing tells of a role that was given: the round that deletes looks again."""
    north, south = OrgUnitFactory(), OrgUnitFactory()
    user = recruiter(unit=south)
    ContactFactory(unit=north, email="eva@x.example")
    capture(user, mail(sender="eva@x.example"))
    grant_role(user, "recruiter", north)
    forget_mails()
    assert file_waiting() == 1
    assert Interaction.objects.get().author == user


def test_erasing_somebody_takes_what_they_wrote() -> None:
    """Filed, and waiting with an address of theirs that a colleague could not match."""
    user, reader = recruiter(), UserFactory(role="reader")
    eva = ContactFactory(email="eva@x.example")
    capture(user, mail(sender="eva@x.example", to="bas@x.example", message_id="<1@x>"))
    waits = capture(reader, mail(sender="Eva Vos <eva@x.example>", message_id="<2@x>"))
    kept = capture(user, mail(sender="bas@x.example", message_id="<3@x>"))
    tables = export_person(contact=eva, now=timezone.now())["tables"]
    assert [row["text"] for row in tables["integrations.ReceivedMail"]] == [
        "",
        "Shall we talk on Friday?",
    ]
    erase_person(contact=eva, actor=None)
    waits.refresh_from_db()
    kept.refresh_from_db()
    assert (waits.subject, waits.text, bytes(waits.raw)) == ("", "", b"")
    assert kept.text == "Shall we talk on Friday?"
    assert list(Correspondent.objects.values_list("address", flat=True)) == ["bas@x.example"]
    assert not FiledMail.objects.exists()
    assert Interaction.objects.get().body == ""


def test_one_address_each_and_another_at_once() -> None:
    user = UserFactory(role="recruiter")
    first = make_filing_address(actor=user)
    assert make_filing_address(actor=user).token == first.token
    assert first.address == f"{first.token}@file.trm.example"
    assert holder_of(first.token.upper()) == user
    renewed = renew_filing_address(actor=user)
    assert renewed.token != first.token
    with pytest.raises(UnknownFilingAddress):
        holder_of(first.token)
    assert holder_of(renewed.token) == user
    acts = AuditEntry.objects.filter(actor=user).order_by("pk").values_list("action", flat=True)
    assert list(acts) == [
        "integrations.filing_address_made",
        "integrations.filing_address_renewed",
    ]
    assert not AuditEntry.objects.filter(details__icontains=renewed.token).exists()


def test_who_left_or_may_log_nothing_receives_nothing() -> None:
    user, reader = recruiter(), UserFactory(role="reader")
    make_filing_address(actor=reader)
    user.is_active = False
    user.save()
    for held in FilingAddress.objects.all():
        with pytest.raises(UnknownFilingAddress):
            holder_of(held.token)
