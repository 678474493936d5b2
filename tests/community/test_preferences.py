from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.channels import SmtpChannel
from campaigns.links import token_of
from campaigns.models import DeliveryEvent, Enrolment, Touchpoint
from campaigns.services.delivery import deliver_due
from community.services.preferences import choose_purposes, stop_everything, unsubscribe
from contacts.choices import Purpose
from contacts.models import Consent, Contact, EmailAddress, Suppression
from contacts.services.consent import is_suppressed, suppress
from tests.factories import ConsentFactory
from tests.factories.campaigns import (
    CampaignFactory,
    StepFactory,
    TouchpointFactory,
    reachable_contact,
)
from tests.support.smtp import SmtpSink

pytestmark = pytest.mark.django_db

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def touchpoint() -> Touchpoint:
    contact = reachable_contact(email="sanne@example.org", given_name="Sanne", language="en")
    return TouchpointFactory(contact=contact)


@pytest.fixture
def url(touchpoint: Touchpoint) -> str:
    return f"/u/{token_of(touchpoint.uid)}/"


@pytest.fixture
def mailbox() -> Client:
    """A mail provider's server: no cookie, no form of ours, and the CSRF check as it really is."""
    return Client(enforce_csrf_checks=True)


def on(contact: Contact) -> set[str]:
    consents = Consent.objects.in_force(timezone.now()).filter(contact=contact)
    return set(consents.values_list("purpose", flat=True))


def test_one_click_from_the_mail_stops_the_rest(smtp_sink: SmtpSink, mailbox: Client) -> None:
    step = StepFactory()
    StepFactory(campaign=step.campaign, offset_days=1)
    touchpoint = TouchpointFactory(step=step)
    with SmtpChannel() as channel:
        deliver_due(channel=channel)
    message = smtp_sink.mails[0].message
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = message["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")

    response = mailbox.post(path, ONE_CLICK)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/plain")
    assert on(touchpoint.contact) == set()
    enrolment = Enrolment.objects.get()
    assert (enrolment.state, enrolment.reason) == ("stopped", "unsubscribed")
    assert set(Touchpoint.objects.values_list("result", flat=True)) == {"sent", "cancelled"}
    kinds = DeliveryEvent.objects.order_by("pk").values_list("kind", flat=True)
    assert list(kinds) == ["sent", "unsubscribed"]
    last = Consent.objects.last_words().get(contact=touchpoint.contact)
    assert (last.decision, last.source, last.recorded_by) == ("withdrawn", "self", None)


def test_one_click_twice_is_one_withdrawal(mailbox: Client, url: str) -> None:
    for _ in range(2):
        assert mailbox.post(url, ONE_CLICK).status_code == 200

    assert Consent.objects.filter(decision="withdrawn").count() == 1
    assert DeliveryEvent.objects.count() == 1


def test_one_click_leaves_other_purposes_and_other_people_alone(
    mailbox: Client, url: str, touchpoint: Touchpoint
) -> None:
    ConsentFactory(contact=touchpoint.contact, purpose="careers")
    careers = TouchpointFactory(
        step=StepFactory(campaign=CampaignFactory(state="running", purpose="careers")),
        contact=touchpoint.contact,
    )
    other = TouchpointFactory(step=touchpoint.step)

    mailbox.post(url, ONE_CLICK)

    assert (on(touchpoint.contact), on(other.contact)) == ({"careers"}, {"network"})
    states = dict(Enrolment.objects.values_list("pk", "state"))
    assert states[careers.enrolment_id] == states[other.enrolment_id] == "active"
    assert states[touchpoint.enrolment_id] == "stopped"


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_changes_nothing(
    client: Client, url: str, method: str, touchpoint: Touchpoint
) -> None:
    before = Consent.objects.count()

    response = getattr(client, method)(f"{url}?List-Unsubscribe=One-Click&act=stop")

    assert response.status_code == 200
    assert (Consent.objects.count(), Suppression.objects.count()) == (before, 0)
    assert on(touchpoint.contact) == {"network"}
    assert response.headers["Cache-Control"].startswith("max-age=0")


def test_the_page_speaks_the_persons_language_and_shows_every_subject(
    client: Client, url: str, touchpoint: Touchpoint
) -> None:
    shown = client.get(url)

    assert [(topic.purpose, topic.is_on) for topic in shown.context["topics"]] == [
        (purpose, purpose == Purpose.NETWORK) for purpose in Purpose
    ]
    assert '<html lang="en"' in shown.content.decode()
    Contact.objects.filter(pk=touchpoint.contact_id).update(language="nl")
    assert '<html lang="nl"' in client.get(url).content.decode()


def test_choosing_gives_and_withdraws(mailbox: Client, url: str, touchpoint: Touchpoint) -> None:
    mailbox.post(url, {"act": "choose", "purpose": ["events", "newsletter", "nonsense"]})

    assert on(touchpoint.contact) == {"events", "newsletter"}
    count = Consent.objects.count()
    mailbox.post(url, {"act": "choose", "purpose": ["events", "newsletter"]})
    assert Consent.objects.count() == count


def test_stopping_everything_holds_for_every_address_and_can_be_undone(
    mailbox: Client, url: str, touchpoint: Touchpoint
) -> None:
    contact = touchpoint.contact
    EmailAddress.objects.create(contact=contact, address="other@example.org")
    ConsentFactory(contact=contact, purpose="events")

    done = mailbox.post(url, {"act": "stop"})

    assert on(contact) == set()
    assert is_suppressed("sanne@example.org")
    assert is_suppressed("other@example.org")
    assert done.context["was"] == ["events", "network"]
    assert "You are unsubscribed" in done.content.decode()

    mailbox.post(url, {"act": "undo", "purpose": done.context["was"]})

    assert on(contact) == {"events", "network"}
    assert not is_suppressed("sanne@example.org")
    assert not is_suppressed("other@example.org")


def test_turning_a_subject_on_does_not_lift_what_others_said_of_an_address(
    touchpoint: Touchpoint,
) -> None:
    suppress(address="sanne@example.org", reason="bounced", actor=None)

    choose_purposes(contact=touchpoint.contact, wanted=["events"])

    assert is_suppressed("sanne@example.org")


def test_stopping_everything_stops_every_campaign(touchpoint: Touchpoint) -> None:
    stop_everything(contact=touchpoint.contact)

    touchpoint.enrolment.refresh_from_db()
    assert touchpoint.enrolment.state == "stopped"
    assert unsubscribe(touchpoint=touchpoint) is False


@pytest.mark.parametrize("act", ["", "else"])
def test_a_post_that_says_nothing_changes_nothing(
    mailbox: Client, url: str, touchpoint: Touchpoint, act: str
) -> None:
    assert mailbox.post(url, {"act": act}).status_code == 200
    assert on(touchpoint.contact) == {"network"}


def test_a_link_that_we_did_not_make_leads_nowhere(client: Client, url: str) -> None:
    forged = url[:10] + ("A" if url[10] != "A" else "B") + url[11:]

    for address in ("/u/x/", forged):
        assert client.get(address).status_code == 404
        assert client.post(address, ONE_CLICK).status_code == 404
    assert Consent.objects.filter(decision="withdrawn").count() == 0


def test_of_somebody_erased_nothing_is_shown(
    client: Client, url: str, touchpoint: Touchpoint
) -> None:
    Contact.objects.filter(pk=touchpoint.contact_id).update(erased_at=timezone.now())

    response = client.get(url)

    assert response.status_code == 404
    assert "Sanne" not in response.content.decode()


def test_the_page_runs_a_fixed_number_of_queries(
    client: Client, url: str, django_assert_num_queries: Callable[[int], object]
) -> None:
    # The touchpoint with its contact, the consents, the addresses, what is suppressed.
    with django_assert_num_queries(4):  # type: ignore[attr-defined]
        client.get(url)


def test_the_page_speaks_the_person_s_language_until_another_is_asked_for(
    client: Client, url: str
) -> None:
    assert 'lang="en"' in client.get(url).content.decode()
    page = client.get(f"{url}?language=nl").content.decode()
    assert "Waarover mogen we je schrijven?" in page
    assert 'href="?language=en"' in page
    assert "Waarover" not in client.get(f"{url}?language=xx").content.decode()
