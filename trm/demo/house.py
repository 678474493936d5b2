"""The whole demo, in one transaction: all of it or nothing."""

from datetime import date
from random import Random

from django.db import connection, transaction
from django.utils import timezone

from contacts.models import Contact, OrgUnit, RoleGrant
from contacts.services.team import make_account
from core.models import Role, User
from relationships.services.exposure import refresh_exposure, refresh_sides
from relationships.services.health import refresh_all
from trm.demo import accounts
from trm.demo.campaigns import make_campaigns
from trm.demo.closings import make_closings
from trm.demo.desk import make_desk
from trm.demo.doubles import make_doubles
from trm.demo.fields import fill_fields, make_fields
from trm.demo.groups import make_groups
from trm.demo.history import Colleague, make_history
from trm.demo.ledger import make_ledger
from trm.demo.lives import make_lives
from trm.demo.mails import make_mails
from trm.demo.organisation import make_units
from trm.demo.people import make_consents, make_contacts
from trm.demo.skills import make_documents, make_skills
from trm.demo.stages import make_stages
from trm.demo.talks import make_talks
from trm.demo.telling import tell
from trm.demo.ties import make_ties
from trm.demo.views import make_bulk_acts, make_views
from trm.demo.work import enrich, go_on, make_checks, make_dossiers

SEED = 1953  # the year of the flood, after which the organisation says it was founded


def has_begun() -> bool:
    """Whether there is anything that a demo would mix with: people, units or colleagues."""
    return (
        Contact.objects.exists()
        or OrgUnit.objects.exists()
        or User.objects.exists()
        or RoleGrant.objects.exists()
    )


@transaction.atomic
def build(*, today: date) -> None:
    """Write accounts, organisation, people, history and campaigns; the same for the same day."""
    rng = Random(SEED)
    units = make_units()
    colleagues = _make_colleagues(units)
    lives = make_lives(today=today, seed=SEED)
    contacts = make_contacts(lives, units=units, rng=rng, today=today)
    # With dice of their own, so that the rest of the demo falls as it fell before.
    make_skills(lives, contacts, rng=Random(SEED + 1), today=today)
    make_fields()
    writers = [one.user for one in colleagues]
    fill_fields(contacts, writers=writers, rng=Random(SEED + 3), today=today)
    make_documents(lives, contacts, rng=Random(SEED + 2), today=today)
    consents = make_consents(lives, contacts, rng=rng, today=today)
    history = make_history(
        lives, contacts, units=units, colleagues=colleagues, rng=rng, today=today
    )
    enrich(history.engagements, rng=Random(SEED + 6), today=today)
    tell(contacts, consents, history, today=today)
    go_on(rng=Random(SEED + 7), today=today)
    make_closings(history, rng=Random(SEED + 23), today=today)
    manager = User.objects.get(email=accounts.SHOWN[1].email)
    make_checks(manager, rng=Random(SEED + 9), today=today)
    make_dossiers(manager, rng=Random(SEED + 8), today=today)
    _tell_the_planner()
    make_campaigns(owner=colleagues[0].user, rng=rng, today=today)
    make_ledger(history, rng=Random(SEED + 5), today=today)
    make_groups([one.user for one in colleagues], rng=Random(SEED + 4), today=today)
    make_doubles(
        contacts,
        merger=manager,
        recruiter=User.objects.get(email=accounts.SHOWN[2].email),
        rng=Random(SEED + 3),
    )
    make_views([one.user for one in colleagues])
    make_bulk_acts([one.user for one in colleagues])
    make_stages(owner=colleagues[0].user, colleague=colleagues[1].user)
    make_ties(
        history, contacts, [one.user for one in colleagues], rng=Random(SEED + 22), today=today
    )
    make_talks([one.user for one in colleagues])
    make_mails([one.user for one in colleagues])
    make_desk([one.user for one in colleagues], today=today)
    refresh_all(now=timezone.now())
    refresh_exposure(now=timezone.now())
    refresh_sides(now=timezone.now())


def _tell_the_planner() -> None:
    """All this is one transaction, so PostgreSQL takes the tables for as empty as they were, and
    would join the whole of them row by row in what follows.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "ANALYZE contacts_contact, contacts_contactskill, relationships_relationship,"
            " relationships_interaction"
        )


def _make_colleagues(units: dict[str, OrgUnit]) -> list[Colleague]:
    roles = {role.key: role for role in Role.objects.all()}
    colleagues = []
    for account in (*accounts.SHOWN, *accounts.OTHERS):
        user = make_account(
            email=account.email,
            name=account.name,
            password=accounts.PASSWORD,
            role=roles[account.role],
            unit=units[account.unit] if account.unit else None,
            language=account.language,
            actor=None,
        )
        if account.role == "recruiter":
            colleagues.append(Colleague(user, account.unit))
    return colleagues
