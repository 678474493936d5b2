"""Logging from anywhere: with several at once, in one press, from a phone's share; and undone."""

import re
import struct
from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.conf import settings
from django.contrib.messages import get_messages
from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.models import Contact
from core.models import User
from relationships.models import FollowUp, Interaction, Mention, Promise
from tests.factories import (
    ContactFactory,
    EmailAddressFactory,
    InteractionFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    SocialProfileFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", name="Iris Bakker")
    client.force_login(user)
    return user


def url(name: str, of: Contact | Interaction) -> str:
    return reverse(f"relationships:{name}", args=[of.uid])


def moment(**fields: object) -> dict[str, object]:
    return {
        "channel": "meeting",
        "direction": "two_way",
        "initiated_by": "us",
        "summary": "Lunch",
        "happened_at": timezone.localtime().strftime("%Y-%m-%dT%H:%M"),
        **fields,
    }


def test_a_meeting_with_three_is_a_row_for_each_known_to_belong_together(
    client: Client, recruiter: User
) -> None:
    tom = UserFactory(role="recruiter", name="Tom Visser")
    people = ContactFactory.create_batch(3)

    client.post(
        url("log", people[0]),
        moment(
            summary="@tom.visser #sailing !promise send the list",
            **{"with": [str(one.uid) for one in people[1:]]},
        ),
    )

    rows = Interaction.objects.order_by("pk")
    assert {row.contact for row in rows} == set(people)
    assert len({row.gathering for row in rows}) == 1
    assert rows[0].gathering is not None
    assert {promise.contact for promise in Promise.objects.all()} == set(people)
    assert Mention.objects.get().user == tom
    assert all(one.tags.get().name == "sailing" for one in people)
    page = client.get(url("timeline", people[0])).content.decode()
    assert people[1].full_name in page


def test_nobody_is_logged_with_who_may_not_be_seen(client: Client) -> None:
    here = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=here))
    mine, hidden = ContactFactory(unit=here), ContactFactory(unit=OrgUnitFactory())

    client.post(url("log", mine), moment(**{"with": [str(hidden.uid), "no uid"]}))

    assert Interaction.objects.get().contact == mine


@pytest.mark.usefixtures("recruiter")
def test_others_are_found_and_stay_ticked_without_a_script_too(client: Client) -> None:
    contact, ticked = ContactFactory(), ContactFactory(given_name="Noor")
    ContactFactory(given_name="Otto", family_name="Okafor")
    given = moment(also="okaf", find="1", **{"with": [str(ticked.uid)]})

    answer = client.post(url("log", contact), given)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Otto Okafor" in page
    assert f'value="{ticked.uid}" checked' in page
    assert "Lunch" in page
    assert not Interaction.objects.exists()
    part = client.get(
        url("log-also", contact), {"also": "okaf", "with": [str(ticked.uid)]}, headers=HTMX
    )
    assert "Otto Okafor" in part.content.decode()
    assert f'value="{ticked.uid}" checked' in part.content.decode()


@pytest.mark.parametrize(
    ("channel", "direction"),
    [
        ("phone", "two_way"),
        ("email", "outbound"),
        ("whatsapp", "outbound"),
        ("linkedin", "outbound"),
    ],
)
def test_one_press_logs_and_is_undone_and_put_back(
    client: Client, recruiter: User, channel: str, direction: str
) -> None:
    contact = ContactFactory()

    client.post(url("log-quick", contact), {"channel": channel}, headers=HTMX)

    row = Interaction.objects.get()
    assert (row.channel, row.direction, row.initiated_by) == (channel, direction, "us")
    assert (row.is_automated, row.author) == (False, recruiter)

    answer = client.post(url("take-back-log", row), headers=HTMX)
    assert "HX-Refresh" in answer.headers
    assert not Interaction.objects.exists()

    version = row.contact.interaction_versions.get()
    client.post(reverse("relationships:put-back-log", args=[version.uid]))
    assert Interaction.objects.get().uid == row.uid


def soon() -> str:
    return (timezone.localdate() + timedelta(days=7)).isoformat()


def undo_of(answer: HttpResponse) -> str:
    """Where the undo of the toast leads: in the answer, or on the page that is asked next."""
    if "HX-Trigger" not in answer:
        return [one.extra_tags for one in get_messages(answer.wsgi_request)][-1]
    (undo,) = re.findall(r'"undo_url": "([^"]+)"', answer["HX-Trigger"])
    return str(undo)


def test_one_undo_takes_back_all_of_a_meeting_and_its_next_step(
    client: Client, recruiter: User
) -> None:
    tom = UserFactory(role="recruiter", name="Tom Visser")
    people = ContactFactory.create_batch(3)
    colleague = InteractionFactory(author=tom)
    with_them = {"with": [str(one.uid) for one in people[1:]]}
    here = {**HTMX, "HX-Current-URL": "http://testserver/people/"}
    given = moment(
        summary="@tom.visser !promise send it", next_step="Ask again", next_on=soon(), **with_them
    )
    answer = client.post(url("log", people[0]), given, headers=here)
    uids = set(Interaction.objects.exclude(pk=colleague.pk).values_list("uid", flat=True))
    Interaction.objects.filter(pk=colleague.pk).update(
        gathering=Interaction.objects.filter(uid__in=uids).first().gathering
    )

    back = client.post(undo_of(answer), headers=HTMX)

    assert Interaction.objects.get() == colleague
    assert not Mention.objects.exists()
    assert not Promise.objects.filter(state=Promise.State.OPEN).exists()
    task = FollowUp.objects.get()
    assert (task.state, task.outcome) == ("not_needed", "The contact moment was taken back.")

    client.post(undo_of(back), headers=HTMX)

    assert set(Interaction.objects.exclude(pk=colleague.pk).values_list("uid", flat=True)) == uids
    assert Mention.objects.get().user == tom
    assert Promise.objects.filter(state=Promise.State.OPEN).count() == 3
    assert FollowUp.objects.get().state == "open"


def test_a_next_step_that_is_done_stays_so_when_its_moment_is_taken_back(
    client: Client, recruiter: User
) -> None:
    contact = ContactFactory()
    here = {**HTMX, "HX-Current-URL": "http://testserver/people/"}
    answer = client.post(
        url("log", contact), moment(next_step="Ask again", next_on=soon()), headers=here
    )
    FollowUp.objects.update(state="done", closed_at=timezone.now(), closed_by=recruiter)

    client.post(undo_of(answer), headers=HTMX)

    assert not Interaction.objects.exists()
    assert FollowUp.objects.get().state == "done"


@pytest.mark.usefixtures("recruiter")
@pytest.mark.parametrize("channel", ["", "fax", "note", "\x00"])
def test_one_press_of_what_is_no_way_logs_nothing(client: Client, channel: str) -> None:
    answer = client.post(url("log-quick", ContactFactory()), {"channel": channel})

    assert answer.status_code == 302
    assert not Interaction.objects.exists()


@pytest.mark.usefixtures("recruiter")
def test_what_a_colleague_logged_is_not_ones_own_to_take_back(client: Client) -> None:
    row = InteractionFactory(author=UserFactory(role="recruiter"))

    client.post(url("take-back-log", row))

    assert Interaction.objects.get() == row


def test_the_sent_text_is_kept_with_what_one_press_logs(client: Client, recruiter: User) -> None:
    contact = ContactFactory(given_name="Sanne", language="nl")
    PhoneNumberFactory(contact=contact, number="+31612345678")
    InteractionFactory(contact=contact, summary="her thesis", direction="two_way")

    page = client.get(url("message", contact)).content.decode()
    assert "Sanne" in page
    assert "her thesis" not in page
    assert "https://wa.me/31612345678?text=" in page

    client.post(url("log-quick", contact), {"channel": "whatsapp", "body": "Hi Sanne,\nhow?"})
    row = Interaction.objects.latest("pk")
    assert (row.body, row.direction) == ("Hi Sanne,\nhow?", "outbound")


@pytest.mark.usefixtures("recruiter")
def test_put_right_changes_how_and_when_but_the_second_stays(client: Client) -> None:
    contact = ContactFactory()
    client.post(url("log", contact), moment())
    row = Interaction.objects.get()
    shown = client.get(url("note-edit", row)).context["form"].initial

    client.post(
        url("note-edit", row),
        {
            "summary": "Lunch",
            "body": "",
            "channel": "event",
            "direction": "inbound",
            "happened_at": shown["happened_at"].strftime("%Y-%m-%dT%H:%M"),
        },
    )

    changed = Interaction.objects.get()
    assert (changed.channel, changed.direction, changed.initiated_by) == (
        "event",
        "inbound",
        "them",
    )
    assert changed.happened_at == row.happened_at


@pytest.mark.usefixtures("recruiter")
@pytest.mark.parametrize(
    "shared",
    [
        {"url": "https://nl.linkedin.com/in/sanne-de-wit-4a2?utm=x"},
        {"text": "Look: https://www.linkedin.com/in/sanne-de-wit-4a2/"},
        {"text": "She wrote from Sanne@example.org"},
        {"url": "https://wa.me/31612345678"},
        {"title": "Call", "text": "+31 6 12 34 56 78"},
    ],
)
def test_what_a_phone_shares_opens_the_log_of_who_is_meant(
    client: Client, shared: dict[str, str]
) -> None:
    contact = ContactFactory()
    ContactFactory()
    SocialProfileFactory(contact=contact, url="https://linkedin.com/in/sanne-de-wit-4a2")
    EmailAddressFactory(contact=contact, address="sanne@example.org")
    PhoneNumberFactory(contact=contact, number="+31612345678")

    answer = client.get(reverse("relationships:shared"), shared, follow=True)

    path, _query = answer.redirect_chain[-1][0].split("?")
    assert path == url("log", contact)
    assert answer.context["form"].initial["body"].strip() in unquote(" ".join(shared.values())) + (
        "Call\n+31 6 12 34 56 78"
    )


@pytest.mark.usefixtures("recruiter")
def test_what_names_nobody_we_know_looks_for_the_name(client: Client) -> None:
    hidden = ContactFactory(given_name="Sanne", family_name="Wit")
    asked = reverse("relationships:shared")

    answer = client.get(asked, {"url": "https://linkedin.com/in/sanne-de-wit-4a2"}, follow=True)

    assert answer.context["q"] == "sanne de wit"
    assert list(answer.context["found"]) in ([], [hidden])
    assert "linkedin.com" in answer.context["text"]
    assert client.get(asked, {"text": "\x00"}, follow=True).status_code == 200


def test_the_manifest_offers_us_to_share_with(client: Client) -> None:
    manifest = client.get("/manifest.webmanifest")

    assert manifest["Content-Type"] == "application/manifest+json"
    target = manifest.json()["share_target"]
    assert (target["action"], target["method"]) == ("/log/shared/", "GET")


def test_the_pictures_of_the_manifest_are_there_in_the_sizes_it_says(client: Client) -> None:
    icons = client.get("/manifest.webmanifest").json()["icons"]
    shown = {}
    for icon in icons:
        found = finders.find(icon["src"].removeprefix(settings.STATIC_URL))
        assert found is not None, icon
        head = Path(found).read_bytes()[:24]
        is_png = head.startswith(b"\x89PNG\r\n\x1a\n")
        sizes = "x".join(map(str, struct.unpack(">II", head[16:24]))) if is_png else "any"
        assert (sizes, is_png) == (icon["sizes"], icon["type"] == "image/png")
        shown.setdefault(icon["purpose"], []).append(sizes)
    assert shown == {"any": ["any", "192x192", "512x512"], "maskable": ["512x512"]}


@pytest.mark.usefixtures("recruiter")
def test_the_log_opens_over_any_page_and_closes_again(client: Client) -> None:
    contact = ContactFactory(given_name="Noor", family_name="Bos")
    here = {**HTMX, "HX-Current-URL": "http://testserver/people/"}

    opened = client.get(reverse("relationships:log-whom"), {"q": "noor"}, headers=here)
    assert f'hx-get="{url("log", contact)}" hx-target="#dialog-content"' in opened.content.decode()

    logged = client.post(url("log", contact), moment(), headers=here)
    assert (logged.status_code, logged.content) == (200, b"")
    assert "HX-Redirect" not in logged.headers
    assert url("take-back-log", Interaction.objects.get()) in logged["HX-Trigger"]
