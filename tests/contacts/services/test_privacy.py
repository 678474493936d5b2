import json
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.db import connection
from django.utils import timezone

from contacts.models import Consent, Contact, ImportRow, ImportRun
from contacts.services.consent import is_suppressed
from contacts.services.privacy import AlreadyErased, erase_person, export_person, footprint_of
from core import privacy
from core.models import AuditEntry, Change
from relationships.models import Relationship
from tests.core.test_privacy import OUR_APPS
from tests.factories import ContactFactory, UserFactory
from tests.support.lives import World, full_life

pytestmark = pytest.mark.django_db

MARK = "zyxqmark"


def rows_holding(text: str) -> Iterator[str]:
    """Every table of ours in which some column of some row holds ``text``."""
    for model in apps.get_models(include_auto_created=True):
        if model._meta.app_label in OUR_APPS:
            table = model._meta.db_table
            with connection.cursor() as cursor:
                cursor.execute(
                    f'SELECT to_jsonb(held)::text FROM "{table}" AS held'
                    " WHERE to_jsonb(held)::text ILIKE %s",
                    [f"%{text}%"],
                )
                yield from (f"{table}: {row[0]}" for row in cursor.fetchall())


def test_a_full_life_leaves_a_trace_in_every_table_that_knows_people() -> None:
    """Else the tests below would prove nothing of a table that was added later."""
    contact = full_life(World.made(), MARK)

    about = [entry for entry in privacy.entries() if entry.personal]
    missing = [
        entry.model._meta.label
        for entry in about
        if not entry.rows_about([contact]).exists()
        and any(field.name == "contact" for field in entry.model._meta.fields)
    ]
    assert missing == []


def test_erase_person_leaves_no_word_of_them_in_any_table() -> None:
    contact = full_life(World.made(), MARK)
    assert list(rows_holding(MARK)) != []

    erase_person(contact=contact, actor=UserFactory())

    assert list(rows_holding(MARK)) == []
    assert list(rows_holding("shared@example.org")) == []


def test_erase_person_leaves_another_as_they_were() -> None:
    world = World.made()
    erased, other = full_life(world, MARK), full_life(world, "abstain")
    before = sorted(rows_holding("abstain"))

    erase_person(contact=erased, actor=None)

    assert sorted(rows_holding("abstain")) == before
    assert other.email_addresses.count() == 2


def test_erase_person_keeps_a_shell_and_the_evidence() -> None:
    actor = UserFactory()
    contact = full_life(World.made(), MARK)
    Change.objects.all().delete()

    shell = erase_person(contact=contact, actor=actor)

    assert shell.erased_at is not None
    assert (shell.full_name, shell.search_text, shell.sort_key) == ("", "", "")
    assert Consent.objects.filter(contact=contact).count() == 1
    assert Relationship.objects.filter(contact=contact).count() == 2
    assert is_suppressed(f"{MARK}1@example.org")
    assert is_suppressed("SHARED@example.org")
    assert list(
        AuditEntry.objects.filter(action="contacts.erased").values_list("actor", "target_id")
    ) == [(actor.pk, contact.pk)]
    told = Change.objects.filter(event__startswith="contacts.")
    assert list(told.values_list("event", "payload")) == [
        ("contacts.ContactErased", {"contact_id": contact.pk, "actor_id": actor.pk})
    ]


def test_erase_person_deletes_the_file_they_came_in(
    django_capture_on_commit_callbacks: object,
) -> None:
    contact = full_life(World.made(), MARK)
    run = ImportRun.objects.get(rows__contact=contact)
    run.file.save("people.csv", ContentFile(MARK.encode()))
    storage, name = run.file.storage, run.file.name

    with django_capture_on_commit_callbacks(execute=True):
        erase_person(contact=contact, actor=None)

    assert not storage.exists(name)
    run.refresh_from_db()
    assert not run.file
    assert ImportRow.objects.get(contact=contact).cells == []


def test_erase_person_refuses_a_second_time() -> None:
    contact = ContactFactory()
    erase_person(contact=contact, actor=None)

    with pytest.raises(AlreadyErased):
        erase_person(contact=contact, actor=None)


def test_export_person_holds_every_word_of_theirs_and_none_of_another() -> None:
    world = World.made()
    contact = full_life(world, MARK)
    full_life(world, "abstain")

    exported = json.loads(json.dumps(export_person(contact=contact, now=timezone.now())))

    assert exported["person"] == str(contact.uid)
    assert exported["tables"]["contacts.Contact"][0]["family_name"] == f"{MARK}family"
    assert exported["tables"]["contacts.Contact"][1]["given_name"] == f"{MARK}duplicate"
    assert [row["address"] for row in exported["tables"]["contacts.EmailAddress"]] == [
        f"{MARK}1@example.org",
        "shared@example.org",
    ]
    assert exported["tables"]["relationships.Interaction"][0]["body"] == f"{MARK}body"
    assert "abstain" not in json.dumps(exported)


def test_footprint_of_says_what_erasing_will_do() -> None:
    contact = full_life(World.made(), MARK)

    shown = {one.name: (one.count, one.erasure) for one in footprint_of(contact)}

    assert shown["e-mail addresses"] == (2, "delete")
    assert shown["interactions"] == (1, "anonymise")
    assert shown["consents"] == (1, "keep")
    assert not Contact.objects.get(pk=contact.pk).erased_at
