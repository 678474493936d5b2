"""The pages by which people leave as a file."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import vobject
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from contacts.exports.columns import listed_columns
from contacts.models import Contact, ExportRun
from contacts.services import exports
from contacts.services.privacy import erase_person, export_person
from core.models import AuditEntry
from tests.contacts.exporting import exported
from tests.factories import (
    ContactFactory,
    CustomFieldFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folders(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"


def test_from_the_list_to_the_file(client: Client) -> None:
    user = UserFactory(role="recruiter", language="en")
    client.force_login(user)
    ContactFactory(family_name="Vos", city="Delft")
    ContactFactory(family_name="Bos", city="Gouda")
    people = client.get(reverse("contacts:people"), {"city": "Delft"}).content.decode()
    assert reverse("contacts:export_people") + "?city=Delft" in people

    page = client.get(reverse("contacts:export_people"), {"city": "Delft"})
    assert (page.context["count"], page.context["kept"]) == (1, [("city", "Delft")])
    chosen = {"city": "Delft", "format": "csv", "columns": ["family", "city"]}
    started = client.post(reverse("contacts:export_people"), chosen)
    run = ExportRun.objects.get()
    assert started["Location"] == reverse("contacts:export_run", args=[run.uid])
    assert client.get(started["Location"]).status_code == 200
    progress = reverse("contacts:export_progress", args=[run.uid])
    assert client.get(progress, headers={"HX-Request": "true"}).status_code == 200

    exports.work_on_next()
    done = client.get(progress, headers={"HX-Request": "true"})
    assert done["HX-Redirect"] == started["Location"]
    link = client.get(started["Location"]).context["link"]
    answer = client.get(link)

    assert answer.getvalue().decode("utf-8-sig") == "Family name,City\r\nVos,Delft\r\n"
    assert answer["Content-Disposition"].startswith('attachment; filename="people-')
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "no-store"
    entries = AuditEntry.objects.filter(action__startswith="contacts.")
    acts = entries.order_by("pk").values_list("action", flat=True)
    assert list(acts) == ["contacts.people_exported", "contacts.export_fetched"]
    assert "Vos" not in str(run.file.name)

    client.post(reverse("contacts:discard_export", args=[run.uid]))
    assert client.get(link).status_code == 404
    assert client.get(started["Location"]).status_code == 200


def test_a_link_is_good_for_its_maker_for_its_file_and_for_a_while(
    client: Client, time_machine: Any
) -> None:
    owner = UserFactory(role="recruiter")
    exported(owner, "csv")
    exported(owner, "csv")
    one, other = ExportRun.objects.order_by("pk")
    client.force_login(owner)
    link = client.get(reverse("contacts:export_run", args=[one.uid])).context["link"]

    assert client.get(link.replace(str(one.uid), str(other.uid))).status_code == 404
    assert client.get(link[:-2] + "x/").status_code == 404
    stranger = Client()
    stranger.force_login(UserFactory(role="administrator"))
    assert stranger.get(link).status_code == 404
    time_machine.move_to(timezone.now() + timedelta(days=1, minutes=1))
    client.force_login(owner)
    assert client.get(link).status_code == 404


def test_wrong_choices_are_said(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    url = reverse("contacts:export_people")
    for data in ({}, {"format": "pdf"}, {"format": "csv", "columns": ["password"]}):
        assert client.post(url, data).status_code == 422
    for _ in range(5):
        client.post(url, {"format": "csv"})
    assert client.post(url, {"format": "csv"}).status_code == 422
    assert ExportRun.objects.count() == 5


def test_one_person_leaves_as_a_card_and_as_a_resume(client: Client) -> None:
    client.force_login(UserFactory(role="recruiter"))
    contact = ContactFactory(given_name="Ada")
    card = client.get(reverse("contacts:card", args=[contact.uid]))
    resume = client.get(reverse("contacts:resume", args=[contact.uid]))
    assert vobject.readOne(card.content.decode()).n.value.given == "Ada"
    assert resume.json()["basics"]["name"] == contact.full_name
    for answer in (card, resume):
        assert answer["Content-Disposition"].startswith("attachment; ")
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert AuditEntry.objects.filter(action="contacts.person_exported").count() == 2
    Contact.objects.update(erased_at=timezone.now())
    assert client.get(reverse("contacts:card", args=[contact.uid])).status_code == 404


def test_files_that_wait_go_when_somebody_is_erased() -> None:
    actor = UserFactory(role="administrator")
    contact = ContactFactory(given_name="Ada")
    exported(actor, "csv")

    erase_person(contact=contact, actor=actor)

    assert ExportRun.objects.get().state == ExportRun.State.GONE


def test_what_says_nothing_of_the_person_is_not_handed_to_them() -> None:
    CustomFieldFactory(key="size")
    CustomFieldFactory(key="badge", is_personal=False)
    contact = ContactFactory(custom_values={"size": "L", "badge": "7", "old": "x"})
    tables = export_person(contact=contact, now=timezone.now())["tables"]
    assert tables["contacts.Contact"][0]["custom_values"] == {"size": "L", "old": "x"}


def test_the_page_calls_the_columns_of_the_list_as_the_file_does(client: Client) -> None:
    user = UserFactory(role="recruiter", language="nl")
    client.force_login(user)
    (listed, *_others) = listed_columns(user)

    html = client.get(reverse("contacts:export_people")).content.decode()

    assert listed.dutch.startswith("Lijst: ")
    assert "behalve die met “Lijst” beginnen" in " ".join(html.split())
