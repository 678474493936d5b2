"""How far an importer reaches."""

import pytest

from contacts.models import Contact, ImportRun
from contacts.services import imports
from contacts.services.imports import UnitRefused
from core.models import User
from tests.contacts.imports.bringing import (
    bring_in,
    choices_of,
    codes,
    upload,
)
from tests.factories import (
    ContactFactory,
    ExternalIdFactory,
    OrgUnitFactory,
    UserFactory,
    grant_role,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def actor() -> User:
    return UserFactory(role="hr-manager")


def test_importers_reach_no_further_than_their_unit(actor: User) -> None:
    ours, theirs = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=ours)
    hidden = ContactFactory(given_name="Jan", email="jan@example.nl", unit=theirs)
    ExternalIdFactory(contact=hidden, system="hr", value="12")

    run = bring_in(
        "Persnr;Voornaam;E-mail;Woonplaats\n12;Jan;jan@example.nl;Ede\n", recruiter, system="hr"
    )

    hidden.refresh_from_db()
    assert hidden.city == ""
    made = Contact.objects.exclude(pk=hidden.pk).get()
    assert (made.unit, made.city, made.external_ids.count()) == (ours, "Ede", 0)
    assert codes(run) == {2: ["id_taken"]}
    assert str(hidden.pk) not in str(run.rows.get().notes)


def test_people_whom_one_may_see_but_not_change_are_refused() -> None:
    ours, theirs = OrgUnitFactory(), OrgUnitFactory()
    recruiter = UserFactory(role="recruiter", unit=ours)
    grant_role(recruiter, "reader", theirs)
    ContactFactory(given_name="Jan", email="jan@example.nl", unit=theirs)

    run = bring_in("Voornaam;E-mail;Woonplaats\nJan;jan@example.nl;Ede\n", recruiter, unit=ours)

    assert codes(run) == {2: ["not_yours"]}
    assert Contact.objects.get().city == ""


def test_archived_people_are_left_alone(actor: User) -> None:
    ContactFactory(given_name="Jan", email="jan@example.nl", archived_at="2026-01-01T00:00Z")

    run = bring_in("Voornaam;E-mail;Woonplaats\nJan;jan@example.nl;Ede\n", actor)

    assert codes(run) == {2: ["archived"]}
    assert Contact.objects.get().city == ""


def test_the_unit_must_be_one_of_the_importer(actor: User) -> None:
    recruiter = UserFactory(role="recruiter", unit=OrgUnitFactory())
    run = upload("Voornaam\nJan\n", recruiter)

    with pytest.raises(UnitRefused):
        imports.choose(run=run, choices=choices_of(run, unit=OrgUnitFactory()), actor=recruiter)

    run.refresh_from_db()
    assert run.state == ImportRun.State.MAPPING
