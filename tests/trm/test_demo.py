"""The demo is what people see first: it must be whole, lawful and the same for the same day."""

from collections import Counter
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Count, Max
from django.utils import timezone

from community.models import ProfileAsk
from contacts.models import Contact, OrgUnit
from core.models import HandlerFailure, User
from integrations.models import Correspondent, FiledMail
from relationships.models import (
    AllowedMove,
    FollowUp,
    GoodwillEntry,
    Interaction,
    Mention,
    PersonalFact,
    Promise,
    Relationship,
    StageTransition,
    TimelineEntry,
)
from relationships.selectors.closings import closing_shares
from relationships.selectors.continuity import continuity
from relationships.selectors.promises import kept_rates
from trm.demo import accounts, doubles, house
from trm.demo.lives import make_lives

DAY = date(2026, 3, 16)


def test_lives_are_the_same_for_the_same_day() -> None:
    assert make_lives(today=DAY, seed=1) == make_lives(today=DAY, seed=1)
    assert make_lives(today=DAY, seed=1) != make_lives(today=DAY, seed=2)


@pytest.mark.parametrize("day", [DAY, date(2028, 2, 29), date(2027, 1, 1)])
def test_lives_go_forward_and_end_by_the_day(day: date) -> None:
    for life in make_lives(today=day, seed=1):
        for standing in life.standings:
            days = [moved_on for _, moved_on in standing.moves]
            assert days == sorted(days)
            assert days[-1] <= day
        kinds = [standing.kind for standing in life.standings if standing.ended_on is None]
        assert len(kinds) == len(set(kinds))


@pytest.mark.django_db
def test_demo_is_whole_and_lawful() -> None:
    house.build(today=timezone.localdate())

    assert OrgUnit.objects.count() == 40
    assert Contact.objects.count() == 600 + doubles.NUMBER
    assert not HandlerFailure.objects.exists()
    _assert_every_role_can_sign_in()
    _assert_moves_are_allowed()
    _assert_history_lies_in_the_past()
    _assert_two_languages()
    _assert_mail_is_filed_or_waits()
    _assert_touches_follow_the_timeline()
    _assert_there_is_something_between_us()
    _assert_it_is_alive()


def _assert_every_role_can_sign_in() -> None:
    shown = User.objects.filter(email__in=[account.email for account in accounts.SHOWN])
    assert Counter(shown.values_list("role_grants__role__key", flat=True)) == Counter(
        ["administrator", "hr-manager", "recruiter", "reader"]
    )
    assert all(user.check_password(accounts.PASSWORD) for user in shown)


def _assert_moves_are_allowed() -> None:
    allowed = set(AllowedMove.objects.values_list("from_stage", "to_stage"))
    moves = StageTransition.objects.exclude(from_stage=None)
    assert set(moves.values_list("from_stage", "to_stage")) <= allowed
    begun = StageTransition.objects.filter(from_stage=None, to_stage__is_entry=True)
    assert begun.count() == Relationship.objects.count()
    last = {}
    for relationship, stage, moved_at in StageTransition.objects.order_by(
        "moved_at", "pk"
    ).values_list("relationship", "to_stage", "moved_at"):
        last[relationship] = (stage, moved_at)
    assert last == {row.pk: (row.stage_id, row.stage_since) for row in Relationship.objects.all()}
    assert not Relationship.objects.filter(stage__is_closed=True, ended_on=None).exists()
    assert not Relationship.objects.exclude(ended_on=None).filter(stage__is_closed=False).exists()


def _assert_history_lies_in_the_past() -> None:
    tomorrow = timezone.localdate() + timedelta(days=1)
    assert not TimelineEntry.objects.filter(at__date__gte=tomorrow).exists()
    assert not Interaction.objects.filter(happened_at__date__gte=tomorrow).exists()
    assert Interaction.objects.filter(happened_at__year__lt=tomorrow.year - 1).exists()
    assert FollowUp.objects.open().filter(due_on__lt=tomorrow).exists()
    assert TimelineEntry.objects.values("contact").distinct().count() == 600 + doubles.NUMBER - 1


def _assert_touches_follow_the_timeline() -> None:
    """Since when somebody is silent is what their timeline shows, mails of theirs too."""
    said = Interaction.objects.filter(
        direction__in=["two_way", "inbound"], is_automated=False
    ).exclude(channel="note")
    last = dict(said.values_list("contact").annotate(Max("happened_at")).order_by())
    rows = Relationship.objects.open().values_list("contact", "last_two_way_at")
    assert list(rows) == [(contact, last.get(contact)) for contact, _at in rows]
    assert said.filter(direction="inbound", happened_at__in=last.values()).exists()


def _assert_there_is_something_between_us() -> None:
    today = timezone.localdate()
    samira = User.objects.get(email__startswith="samira@")
    assert Promise.objects.overdue(today).filter(promiser=samira, side="us").exists()
    assert Mention.objects.unread_by(samira).count() == 2
    assert GoodwillEntry.objects.values("contact").distinct().count() > 100
    hendrik = User.objects.get(email__startswith="hendrik@")
    assert kept_rates(hendrik, since=today - timedelta(days=365), until=today).teams
    assert not PersonalFact.objects.expired(today).exists()
    rows = Relationship.objects.open()
    assert rows.filter(health__isnull=False).count() == rows.count()
    assert len(set(rows.values_list("health__value", flat=True))) > 20


def _assert_it_is_alive() -> None:
    """Not one colleague for each person, not a goodbye without a word, and something asked."""
    today = timezone.localdate()
    hendrik = User.objects.get(email__startswith="hendrik@")
    shares = [unit.percentage for unit in continuity(hendrik).units]
    assert min(shares) < 75
    assert max(shares) > 40
    closings = closing_shares(hendrik, since=today - timedelta(days=365), until=today, today=today)
    assert closings.rates.teams
    assert closings.missed is not None
    assert 0 < closings.missed < 50
    assert Interaction.objects.exclude(gathering=None).count() == 8
    assert Interaction.objects.filter(channel="whatsapp").count() == 3
    ask = ProfileAsk.load()
    assert ask.is_on
    assert ask.campaign is not None
    assert 10 < ask.campaign.enrolments.count() <= 35
    assert not ask.campaign.enrolments.exclude(state="finished").exists()
    _assert_the_round_of_the_night_asks()


def _assert_the_round_of_the_night_asks() -> None:
    """Of steps left lying, and of work whose expected last day has come, on the first desk."""
    asked = FollowUp.objects.due(timezone.localdate()).filter(assignee__email__startswith="samira@")
    assert asked.filter(key__startswith="overdue-step:").exists()
    assert asked.filter(key__startswith="expected-end:").exists()


def _assert_two_languages() -> None:
    languages = dict(Contact.objects.values_list("language").annotate(people=Count("pk")))
    assert languages.keys() == {"nl", "en"}
    assert min(languages.values()) > 60


def _assert_mail_is_filed_or_waits() -> None:
    """One stands with somebody, two wait, and nobody was made of them."""
    states = Counter(Correspondent.objects.values_list("state", flat=True))
    assert states == {"filed": 1, "waiting": 2}
    assert FiledMail.objects.filter(interaction__channel="email").count() == 1


@pytest.mark.django_db
def test_demo_leaves_a_house_with_people_alone() -> None:
    User.objects.create_user("someone@example.org", name="Someone")

    call_command("demo", if_empty=True)
    with pytest.raises(CommandError, match="needs an empty one"):
        call_command("demo")

    assert not Contact.objects.exists()
