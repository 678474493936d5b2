"""A file from upload to report, on the two real files and on small ones."""

from collections import Counter
from typing import Any

import pytest

from contacts.choices import Source
from contacts.events import ContactCreated, ContactUpdated
from contacts.imports import writing
from contacts.models import Contact, EmailAddress, ImportRun, Suppression
from contacts.services import import_work, imports
from contacts.services.consent import suppress
from contacts.services.imports import MappingRefused
from core.models import AuditEntry, Change, HandlerFailure, User
from tests.contacts.imports.bringing import (
    HR,
    LINKEDIN,
    bring_in,
    check,
    choices_of,
    codes,
    counted,
    everything,
    outcomes,
    upload,
)
from tests.factories import (
    ContactFactory,
    OrgUnitFactory,
    UserFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def test_linkedin_comes_in_whole_and_a_second_time_changes_nothing(actor: User) -> None:
    run = bring_in(LINKEDIN, actor)

    assert run.outcomes == {"created": 400, "updated": 0, "skipped": 0, "refused": 0}
    assert Contact.objects.filter(source=Source.IMPORT).count() == 400
    assert EmailAddress.objects.count() == 144
    before = everything()

    again = bring_in(LINKEDIN, actor)

    assert again.outcomes == {"created": 0, "updated": 0, "skipped": 400, "refused": 0}
    assert counted(again) == Counter({"unchanged": 400})
    assert everything() == before
    assert not HandlerFailure.objects.exists()


def test_the_hr_spreadsheet_comes_in_with_its_faults_and_a_second_time_changes_nothing(
    actor: User,
) -> None:
    for name in ("ICT", "Onderwijs", "HR", "Sales", "Finance", "Zorg"):
        OrgUnitFactory(name=name)

    run = bring_in(HR, actor)

    assert run.outcomes == {"created": 1204, "updated": 13, "skipped": 45, "refused": 2}
    found = codes(run)
    assert found[312] == ["formula"]
    assert found[936] == ["no_name"]
    # 31-02-2019, kees(at)example.nl and the telephone number 12: Kees is in, without them.
    assert found[833] == ["bad_email", "bad_phone", "bad_date", "relationships.no_start"]
    kees = Contact.objects.get(family_name="Fout")
    assert [phone.number for phone in kees.phone_numbers.all()] == ["12"]
    assert kees.email_addresses.count() == 0
    anna = Contact.objects.get(family_name="Boer", given_name="Anna", infix="de")
    assert list(anna.email_addresses.order_by("pk").values_list("address", "is_primary")) == [
        ("anna.deboer@example.nl", True),
        ("a.boer@example.nl", False),
    ]
    assert list(anna.phone_numbers.order_by("pk").values_list("number", flat=True)) == [
        "+31611111111",
        "+31302222222",
    ]
    assert counted(run)["do_not_contact"] == 163
    assert counted(run)["same_person"] == 58
    before = everything()

    again = bring_in(HR, actor)

    assert again.outcomes == {"created": 0, "updated": 0, "skipped": 1262, "refused": 2}
    assert everything() == before
    assert not HandlerFailure.objects.exists()


def test_what_we_have_is_filled_in_and_not_changed(actor: User) -> None:
    jan = ContactFactory(given_name="Jan", family_name="Vos", email="jan@example.nl", city="Ede")

    run = bring_in(
        "Voornaam;Achternaam;E-mail;Woonplaats;Functie\n"
        "Jan;Voskuil Vos;jan@example.nl;Gouda;Inkoper\n",
        actor,
    )

    jan.refresh_from_db()
    assert (jan.full_name, jan.city, jan.headline) == ("Jan Vos", "Ede", "Inkoper")
    assert run.rows.get().changes == [["position", "", "Inkoper"]]
    assert "inkoper" in jan.search_text


def test_the_file_may_be_let_to_change_what_we_have_and_then_comes_to_rest(actor: User) -> None:
    jan = ContactFactory(given_name="Jan", family_name="Vos", email="jan@example.nl", city="Ede")
    file = (
        "Voornaam;Achternaam;E-mail;Woonplaats\n"
        "Jan;De Vos;jan@example.nl;Gouda\n"
        "J.;Vos;jan@example.nl;Ede\n"
    )

    run = bring_in(file, actor, policy="overwrite")

    jan.refresh_from_db()
    assert (jan.full_name, jan.city, jan.sort_key) == ("Jan De Vos", "Gouda", "vos, de, jan")
    assert run.rows.order_by("number")[0].changes == [
        ["full", "Jan Vos", "Jan De Vos"],
        ["city", "Ede", "Gouda"],
    ]
    assert outcomes(bring_in(file, actor, policy="overwrite")) == {2: "skipped", 3: "skipped"}


def test_a_mark_that_a_colleague_lifted_is_not_set_again(actor: User) -> None:
    file = "Voornaam;E-mail;Opmerking\nJan;jan@example.nl;niet mailen\n"
    bring_in(file, actor)
    Contact.objects.update(do_not_contact=False)

    bring_in(file, actor)

    assert Contact.objects.get().do_not_contact is False


def test_addresses_that_must_not_be_written_to_stay_so_and_the_erased_stay_out(
    actor: User,
) -> None:
    suppress(address="jan@example.nl", reason=Suppression.Reason.BOUNCED, actor=actor)
    suppress(address="piet@example.nl", reason=Suppression.Reason.ERASED, actor=actor)

    run = bring_in(
        "Voornaam;E-mail\nJan;Jan@example.nl\nPiet;piet@example.nl\nAda;ada@example.nl\n", actor
    )

    assert outcomes(run) == {2: "created", 3: "refused", 4: "created"}
    assert codes(run) == {2: ["suppressed"], 3: ["erased"]}
    assert Suppression.objects.count() == 2
    assert sorted(Contact.objects.values_list("given_name", flat=True)) == ["Ada", "Jan"]


def test_one_audit_entry_and_one_event_for_each_person_tell_of_an_import(actor: User) -> None:
    known = ContactFactory(given_name="Jan", email="jan@example.nl")
    run = bring_in(
        "Voornaam;E-mail;Telefoon;Woonplaats\nJan;jan@example.nl;06-12345678;Ede\n"
        "Ada;ada@example.nl;;\n",
        actor,
    )

    entry = AuditEntry.objects.get(action="contacts.imported")
    assert (entry.actor, entry.target_id) == (actor, run.pk)
    assert entry.details == {
        "file": "people.csv",
        "created": 1,
        "updated": 1,
        "skipped": 0,
        "refused": 0,
    }
    new = Contact.objects.get(given_name="Ada")
    changes = Change.objects.filter(event__startswith="contacts.").order_by("pk")
    assert list(changes.values_list("event", "payload")) == [
        (
            ContactCreated.name(),
            {"contact_id": new.pk, "actor_id": actor.pk, "source": "import"},
        ),
        (
            ContactUpdated.name(),
            {
                "contact_id": known.pk,
                "actor_id": actor.pk,
                "fields": ["city", "phones"],
                "source": "import",
            },
        ),
    ]


def test_a_file_without_a_column_for_the_name_is_not_tried(actor: User) -> None:
    run = upload("E-mail;Telefoon\njan@example.nl;06-12345678\n", actor)

    with pytest.raises(MappingRefused, match="which column holds the name"):
        imports.choose(run=run, choices=choices_of(run), actor=actor)


def test_a_file_with_only_a_header_fails_in_words(actor: User) -> None:
    run = check("Voornaam;Achternaam;E-mail\n\n;;\n", actor)

    assert (run.state, run.outcome) == (ImportRun.State.FAILED, "no_rows")


def test_a_file_with_too_many_rows_fails_in_words(actor: User, settings: object) -> None:
    settings.IMPORT_MAX_ROWS = 3  # type: ignore[attr-defined]
    run = check("Voornaam;E-mail\n" + "Jan;jan@example.nl\n" * 4, actor)

    assert (run.state, run.outcome) == (ImportRun.State.FAILED, "too_many_rows")


def test_broken_rows_never_stop_the_others(actor: User) -> None:
    run = bring_in(
        b"Voornaam;Achternaam;E-mail;Opmerking\n"
        b"Jan;Vos;jan@example.nl;ok\n"
        b'"Piet;Bakker;piet@example.nl;open quote\n'
        b"Nul\0;Byte;nul@example.nl;\x00\n"
        b"Lang;Verhaal;lang@example.nl;" + b"x" * 30_000 + b"\n"
        b"Te;Veel;te@example.nl;ok;nog een;\n"
        b"Te;Weinig\n"
        b"Tess;Smit;tess@example.nl;=1+1\n",
        actor,
    )

    assert outcomes(run) == {
        2: "created",
        3: "refused",
        4: "created",
        5: "refused",
        6: "created",
        7: "created",
        8: "created",
    }
    assert codes(run) == {3: ["unclosed_quote"], 5: ["too_long"], 6: ["more_cells"]}
    assert Contact.objects.get(family_name="Smit").note == "=1+1"


def test_a_row_that_the_database_will_not_have_is_refused_alone(
    actor: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing we know of gets this far; what we do not know of must not stop a file."""
    derive = writing._derive

    def spoil(person: object) -> None:
        derive(person)  # type: ignore[arg-type]
        contact = person.known.contact  # type: ignore[attr-defined]
        if contact.given_name == "Kwaad":
            contact.city = "x" * 500

    monkeypatch.setattr(writing, "_derive", spoil)
    rows = "".join(f"Naam{n};n{n}@example.nl\n" for n in range(20))
    run = check(f"Voornaam;E-mail\n{rows}Kwaad;kwaad@example.nl\n{rows.replace('n', 'm')}", actor)

    imports.start(run=run, actor=actor)
    assert import_work.work_on_next()

    run.refresh_from_db()
    assert run.outcomes == {"created": 40, "updated": 0, "skipped": 0, "refused": 1}
    assert codes(run) == {22: ["not_written"]}
    assert run.done_count == run.row_count == 41


def test_post_addresses_come_in_with_their_street(actor: User) -> None:
    file = (
        "Voorletters;Achternaam;Geboortenaam;E-mail;Straat;Huisnummer;Toevoeging;Postcode;Plaats\n"
        "J.M.;Bos;ter Haar;j@example.nl;Lange Gracht;12;A;1234 AB;Gouda\n"
    )
    run = bring_in(file, actor)
    assert run.outcomes["created"] == 1

    person = Contact.objects.get()
    assert (person.given_initials, person.birth_name) == ("J.M.", "ter Haar")
    assert places_of(person) == [("Lange Gracht 12 A", "1234 AB", "Gouda", True)]
    assert bring_in(file, actor).outcomes["skipped"] == 1

    moved = file.replace("Lange Gracht;12;A;1234 AB;Gouda", "Kade;3;;3511 XX;Utrecht")
    bring_in(moved, actor, policy="newest")
    person.refresh_from_db()
    assert person.city == "Utrecht"
    assert places_of(person) == [
        ("Kade 3", "3511 XX", "Utrecht", True),
        ("Lange Gracht 12 A", "1234 AB", "Gouda", False),
    ]


def places_of(person: Contact) -> list[tuple[Any, ...]]:
    rows = person.postal_addresses.order_by("-is_primary", "pk")
    return list(rows.values_list("lines", "postcode", "city", "is_primary"))


def test_who_moves_without_a_street_has_that_city_first(actor: User) -> None:
    start = "Voornaam;Achternaam;E-mail;Straat;Plaats\nJan;Bos;j@example.nl;Kade 1;Gouda\n"
    bring_in(start, actor)
    bring_in("E-mail;Voornaam;Plaats\nj@example.nl;Jan;Ede\n", actor, policy="newest")

    assert places_of(Contact.objects.get()) == [
        ("", "", "Ede", True),
        ("Kade 1", "", "Gouda", False),
    ]


def test_a_formula_for_a_name_is_refused_unless_it_was_marked_as_text(actor: User) -> None:
    run = bring_in("Voornaam;E-mail\n=1+1;a@example.nl\n'=1+1;b@example.nl\n", actor)

    assert outcomes(run) == {2: "refused", 3: "created"}
    assert codes(run)[2] == ["formula"]
    assert Contact.objects.get().given_name == "=1+1"
