"""Undoing an import: who was made goes, what was changed is put back, what was touched stays."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone

from contacts.choices import Purpose
from contacts.custom_fields import Type
from contacts.events import ContactRemoved
from contacts.models import Consent, Contact, ImportRow, ImportRun
from contacts.services import import_undo, import_work
from contacts.services.addresses import PostalEntry
from contacts.services.contacts import archive_contact, create_contact, update_contact
from contacts.services.imports import ImportNotReady
from core.models import AuditEntry, Change, User
from relationships.choices import Kind
from relationships.models import Engagement, Relationship, TimelineEntry
from tests.contacts.imports.bringing import bring_in, everything
from tests.factories import ContactFactory, CustomFieldFactory, UserFactory

pytestmark = pytest.mark.django_db

HEADER = (
    "Voornaam;Achternaam;E-mail;Telefoon;Woonplaats;Functie;Labels;Skills;Soort relatie;In dienst\n"
)
JAN = "Jan;De Vos;jan@example.nl;06-12345678;Gouda;Inkoper;Beurs;Java;Medewerker;01-02-2019\n"
ADA = "Ada;Bos;ada@example.nl;;Ede;;Beurs;SQL;Kandidaat;\n"


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


@pytest.fixture
def jan(actor: User) -> Contact:
    return create_contact(
        actor=actor,
        given_name="Jan",
        family_name="Vos",
        city="Arnhem",
        emails=["jan@example.nl", "j@example.nl"],
        tags=["Klant"],
    )


def undo(run: ImportRun, actor: User) -> ImportRun:
    import_undo.undo_import(run=run, actor=actor)
    assert import_work.work_on_next()
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE, run.outcome
    return run


def undone(run: ImportRun) -> dict[int, str]:
    return dict(run.rows.order_by("number").values_list("number", "undone_as"))


# What stays of it: that it was there, and the words that were made for it.
TELLS = {"core.Change", "contacts.Tag", "contacts.Skill", "contacts.SkillName"}
BOOKKEEPING = {
    "contacts.MatchProfile",
    "contacts.SearchWord",
    "relationships.TimelineEntry",
    "relationships.HealthMark",
    "insights.LifeMark",
}


def state() -> dict[str, Any]:
    return {
        name: [tuple(value for value in row) for row in rows]
        for name, rows in everything().items()
        if name not in TELLS | BOOKKEEPING
    }


def test_undone_at_once_everything_is_as_it_was(actor: User, jan: Contact) -> None:
    before = state()

    run = undo(bring_in(HEADER + JAN + ADA, actor, policy="overwrite"), actor)

    after = state()
    jan.refresh_from_db()
    assert undone(run) == {2: "put_back", 3: "removed"}
    changed = {name for name in before if before[name] != after[name]}
    # His own row is as it was, but for when it was last written.
    assert changed <= {"contacts.Contact"}
    assert Contact.objects.get() == jan
    assert (jan.full_name, jan.city, jan.headline, jan.field_sources) == (
        "Jan Vos",
        "Arnhem",
        "",
        {},
    )
    assert [tag.name for tag in jan.tags.all()] == ["Klant"]
    assert jan.email_addresses.get(is_primary=True).address == "jan@example.nl"
    assert "gouda" not in jan.search_text
    assert list(TimelineEntry.objects.values_list("contact", flat=True).distinct()) == [jan.pk]
    assert not TimelineEntry.objects.filter(verb__in=["relationship.began", "engagement.began"])


def test_an_undo_is_told_and_recorded(actor: User, jan: Contact) -> None:
    run = bring_in(HEADER + JAN + ADA, actor)
    ada = Contact.objects.get(given_name="Ada")

    undo(run, actor)

    assert Change.objects.filter(event=ContactRemoved.name()).get().payload == {
        "contact_id": ada.pk,
        "actor_id": actor.pk,
    }
    entry = AuditEntry.objects.get(action="contacts.import_undone")
    assert (entry.actor, entry.target_id) == (actor, run.pk)
    assert entry.details == {
        "file": "people.csv",
        "removed": 1,
        "put_back": 1,
        "partly": 0,
        "kept": 0,
    }
    assert run.counts["undone"] == {"removed": 1, "put_back": 1}


def _edit(contact: Contact, actor: User) -> None:
    update_contact(contact=contact, actor=actor, headline="Planner")


def _archive(contact: Contact, actor: User) -> None:
    archive_contact(contact=contact, actor=actor)


def _stage(contact: Contact, actor: User) -> None:
    relationship = Relationship.objects.get(contact=contact)
    relationship.cadence_days = 3
    relationship.save()


@pytest.mark.parametrize("touch", [_edit, _archive, _stage])
def test_whom_somebody_did_something_with_stays(actor: User, touch: Any) -> None:
    run = bring_in(HEADER + ADA, actor)
    ada = Contact.objects.get()
    touch(ada, actor)

    undo(run, actor)

    assert undone(run) == {2: "kept"}
    assert Contact.objects.get() == ada
    assert ada.email_addresses.count() == 1


def test_what_was_changed_since_stays_and_the_rest_is_put_back(actor: User, jan: Contact) -> None:
    run = bring_in(HEADER + JAN, actor, policy="overwrite")
    update_contact(contact=jan, actor=actor, city="Ede")

    undo(run, actor)

    jan.refresh_from_db()
    assert (jan.city, jan.full_name, jan.headline) == ("Ede", "Jan Vos", "")
    assert undone(run) == {2: "partly"}
    assert ["undo_kept", {"key": "city"}] in run.rows.get().notes


def test_two_rows_of_one_person_unfold_in_turn(actor: User, jan: Contact) -> None:
    file = HEADER + JAN + "J.;Vos;jan@example.nl;030-2222222;;;Netwerk;;;\n"
    run = bring_in(file, actor, policy="overwrite")
    assert jan.phone_numbers.count() == 2

    undo(run, actor)

    jan.refresh_from_db()
    assert jan.phone_numbers.count() == 0
    assert jan.city == "Arnhem"
    assert undone(run) == {2: "put_back", 3: "put_back"}


def test_fields_of_ones_own_are_put_back(actor: User, jan: Contact) -> None:
    CustomFieldFactory(key="shirt", type=Type.TEXT, label_en="Shirt", label_nl="Maat")
    Contact.objects.filter(pk=jan.pk).update(custom_values={"shirt": "M"})
    run = bring_in("Voornaam;E-mail;Maat\nJan;jan@example.nl;XL\n", actor, policy="overwrite")
    jan.refresh_from_db()
    assert jan.custom_values == {"shirt": "XL"}

    undo(run, actor)

    jan.refresh_from_db()
    assert jan.custom_values == {"shirt": "M"}
    assert jan.field_sources == {}


def test_an_engagement_that_was_given_an_end_has_none_again(actor: User) -> None:
    first = "Voornaam;E-mail;Soort relatie;In dienst;Uit dienst\n"
    bring_in(first + "Jan;jan@example.nl;Medewerker;01-02-2019;\n", actor)
    run = bring_in(first + "Jan;jan@example.nl;Medewerker;01-02-2019;31-12-2031\n", actor)
    assert Engagement.objects.get().ends_on == date(2031, 12, 31)

    undo(run, actor)

    assert Engagement.objects.get().ends_on is None
    assert Relationship.objects.get().kind == Kind.EMPLOYEE


def test_an_undo_is_refused_after_its_time_and_only_done_once(actor: User, settings: Any) -> None:
    run = bring_in(HEADER + ADA, actor)
    ImportRun.objects.update(
        finished_at=timezone.now() - timedelta(days=settings.IMPORT_KEEP_DAYS, minutes=1)
    )
    with pytest.raises(ImportNotReady):
        import_undo.undo_import(run=run, actor=actor)
    ImportRun.objects.update(finished_at=timezone.now())
    undo(run, actor)

    with pytest.raises(ImportNotReady):
        import_undo.undo_import(run=run, actor=actor)


def test_a_worker_that_died_is_taken_over_where_it_was(
    actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = "".join(f"Naam{n};;n{n}@example.nl;;;;;;;\n" for n in range(7))
    run = bring_in(HEADER + rows, actor)
    monkeypatch.setattr(import_undo, "ROWS_PER_BATCH", 2)
    undoing = import_undo._undo
    calls: list[int] = []

    def die(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 3:
            raise RuntimeError("no disk")
        undoing(*args)

    monkeypatch.setattr(import_undo, "_undo", die)
    import_undo.undo_import(run=run, actor=actor)
    assert import_work.work_on_next()
    assert Contact.objects.count() == 3
    ImportRun.objects.update(due_at=timezone.now())

    assert import_work.work_on_next()

    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE
    assert Contact.objects.count() == 0
    assert run.counts["undone"] == {"removed": 7}


def test_after_an_undo_the_same_file_comes_in_anew(actor: User) -> None:
    undo(bring_in(HEADER + ADA, actor), actor)

    again = bring_in(HEADER + ADA, actor)

    assert again.outcomes["created"] == 1
    assert ImportRow.objects.filter(run=again, outcome="created").count() == 1


def test_whom_consent_was_recorded_of_stays(actor: User) -> None:
    run = bring_in(HEADER + ADA, actor)
    ada = Contact.objects.get()
    Consent.objects.create(
        contact=ada,
        purpose=Purpose.CAREERS,
        decision=Consent.Decision.GIVEN,
        basis="consent",
        wording="x",
        language="nl",
        source="form",
        decided_at=timezone.now(),
    )

    undo(run, actor)

    assert Contact.objects.get() == ada


def test_somebody_elses_people_are_not_touched(actor: User) -> None:
    other = ContactFactory(given_name="Piet")
    undo(bring_in(HEADER + ADA, actor), actor)

    assert Contact.objects.get() == other


def test_a_post_address_that_came_goes_and_the_one_before_is_the_first_again(actor: User) -> None:
    person = create_contact(
        actor=actor,
        given_name="Jan",
        emails=["jan@example.nl"],
        postal_addresses=[PostalEntry(lines="Kade 1", postcode="2801 AA", city="Gouda")],
    )
    before = list(person.postal_addresses.values("lines", "postcode", "city", "is_primary"))
    for cells in ("Plein 2;3511 XX;Utrecht", ";;Ede"):
        file = f"Voornaam;E-mail;Straat;Postcode;Plaats\nJan;jan@example.nl;{cells}\n"
        run = bring_in(file, actor, policy="newest")
        assert person.postal_addresses.count() == 2

        undo(run, actor)

        person.refresh_from_db()
        assert person.city == "Gouda"
        held = person.postal_addresses.values("lines", "postcode", "city", "is_primary")
        assert list(held) == before
