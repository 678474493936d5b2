from datetime import date
from uuid import uuid4

import pytest
from django.utils import timezone

from contacts.conditions.registry import Ask, known
from contacts.listing import all_filters, clean, words
from contacts.models import Contact
from core.models import User
from relationships.models import TieKind
from tests.factories import ContactFactory, OrgUnitFactory, TieFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return UserFactory(role="recruiter")


def of(key: str, *, inverse: bool = False) -> str:
    uid = TieKind.objects.get(key=key).uid
    return f"{uid}:inverse" if inverse else str(uid)


def filtered(key: str, values: list[str], user: User) -> set[int]:
    found = all_filters()[key].apply(Contact.objects.all(), values, user)
    return set(found.values_list("pk", flat=True))


def asked(op: str, values: list[str], owner: User | None) -> set[int]:
    ask = Ask(op=op, values=values, parts={}, now=timezone.now(), owner=owner)
    found = Contact.objects.filter(known()["tie"].build(ask))
    return set(found.values_list("pk", flat=True))


@pytest.fixture(params=[20_000, 0], ids=["few", "many"])
def however_many(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A list asks for many ties in another way than for few."""
    monkeypatch.setattr("relationships.tie_lists.GATHERED", request.param)


@pytest.mark.usefixtures("however_many")
@pytest.mark.parametrize("by_rule", [False, True])
def test_who_is_what_to_somebody(by_rule: bool, user: User) -> None:
    mentor, both, pupil, lonely = (ContactFactory() for _ in range(4))
    TieFactory(contact=mentor, other=both, key="mentor")
    TieFactory(contact=both, other=pupil, key="colleague")
    TieFactory(contact=lonely, other=pupil, key="knows", until=date(2020, 1, 1))
    TieFactory(contact=lonely, other=mentor, key="knows", removed_at=timezone.now())

    def who(*values: str) -> set[int]:
        if by_rule:
            return asked("one_of", list(values), user)
        return filtered("tie", list(values), user)

    assert who(of("mentor")) == {mentor.pk}
    assert who(of("mentor", inverse=True)) == {both.pk}
    assert who(of("colleague")) == {both.pk, pupil.pk}
    assert who(of("mentor"), of("colleague")) == {mentor.pk, both.pk, pupil.pk}
    assert who(of("knows")) == who(str(uuid4())) == set()


@pytest.mark.usefixtures("however_many")
def test_their_opposites(user: User) -> None:
    tied, other, lonely = (ContactFactory() for _ in range(3))
    TieFactory(contact=tied, other=other, key="mentor")
    assert filtered("not_tie", [of("mentor")], user) == {other.pk, lonely.pk}
    assert filtered("no_tie", ["1"], user) == {lonely.pk}
    assert asked("none_of", [of("mentor")], None) == {other.pk, lonely.pk}
    assert asked("empty", [], None) == {lonely.pk}
    assert asked("filled", [], None) == {tied.pk, other.pk}


@pytest.mark.usefixtures("however_many")
def test_a_filter_finds_by_no_tie_that_its_user_may_not_know() -> None:
    north = OrgUnitFactory()
    user = UserFactory(role="recruiter", unit=north)
    seen, hidden = ContactFactory(unit=north), ContactFactory(unit=OrgUnitFactory())
    TieFactory(contact=seen, other=hidden, key="mentor")
    assert filtered("tie", [of("mentor")], user) == set()
    assert filtered("tied_to", [str(hidden.uid)], user) == set()
    assert asked("filled", [], user) == set()
    assert asked("filled", [], UserFactory(role="recruiter")) == {seen.pk, hidden.pk}


def test_tied_to_one_reads_as_a_sentence(user: User) -> None:
    one = ContactFactory(given_name="Noor", family_name="Vos")
    other = TieFactory(contact=one).other
    selection = clean({"tied_to": [str(one.uid)]}, user)
    assert filtered("tied_to", [str(one.uid)], user) == {other.pk}
    assert words(selection, user) == "tied to Noor Vos"
