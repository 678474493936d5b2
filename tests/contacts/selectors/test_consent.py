from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from contacts.choices import Purpose
from contacts.models import Contact
from contacts.selectors.consent import LeftOut, contactable
from contacts.services.consent import suppress
from tests.factories import ConsentFactory, ContactFactory, EmailAddressFactory

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 5, 1, 12, tzinfo=UTC)


def willing(**fields: object) -> Contact:
    fields.setdefault("email", f"c{Contact.objects.count()}@example.org")
    contact = ContactFactory(**fields)
    ConsentFactory(contact=contact, purpose=Purpose.NETWORK)
    return contact


def ask(contact: Contact) -> tuple[str, LeftOut | None]:
    standing = contactable([contact.pk], purpose=Purpose.NETWORK, now=NOW)[contact.pk]
    assert standing.is_contactable == (standing.reason is None)
    return standing.address, standing.reason


def test_who_consented_and_has_an_address_is_written_to_at_the_primary() -> None:
    contact = willing(email="")
    EmailAddressFactory(contact=contact, address="second@example.org")
    EmailAddressFactory(contact=contact, address="first@example.org", is_primary=True)

    assert ask(contact) == ("first@example.org", None)


def test_an_address_that_does_not_exist_is_passed_over() -> None:
    contact = willing(email="")
    EmailAddressFactory(contact=contact, address="a@example.org", is_primary=True, bounced_at=NOW)
    EmailAddressFactory(contact=contact, address="b@example.org")
    EmailAddressFactory(contact=contact, address="c@example.org")
    suppress(address="b@example.org", reason="bounced", actor=None)

    assert ask(contact) == ("c@example.org", None)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"archived_at": NOW}, LeftOut.ARCHIVED),
        ({"erased_at": NOW}, LeftOut.ARCHIVED),
        ({"do_not_contact": True}, LeftOut.DO_NOT_CONTACT),
        ({"email": ""}, LeftOut.NO_ADDRESS),
    ],
)
def test_who_is_left_out_by_what_stands_on_them(fields: dict[str, object], reason: LeftOut) -> None:
    assert ask(willing(**fields)) == ("", reason)


def test_who_was_merged_is_left_out() -> None:
    assert ask(willing(merged_into=ContactFactory())) == ("", LeftOut.ARCHIVED)


def test_who_unsubscribed_at_one_address_is_written_to_at_none() -> None:
    contact = willing(email="a@example.org")
    EmailAddressFactory(contact=contact, address="b@example.org")
    suppress(address="B@example.org", reason="unsubscribed", actor=None)

    assert ask(contact) == ("", LeftOut.SUPPRESSED)


def test_consent_counts_for_its_purpose_until_withdrawn_or_run_out() -> None:
    never = ContactFactory(email="a@example.org")
    ConsentFactory(contact=never, purpose=Purpose.EVENTS)
    withdrawn = willing()
    ConsentFactory(contact=withdrawn, purpose=Purpose.NETWORK, withdrawn=True)
    again = willing()
    ConsentFactory(contact=again, withdrawn=True)
    ConsentFactory(contact=again, expires_at=NOW + timedelta(seconds=1))
    ran_out = ContactFactory(email="d@example.org")
    ConsentFactory(contact=ran_out, expires_at=NOW)

    answers = contactable(Contact.objects.all(), purpose=Purpose.NETWORK, now=NOW)

    assert {pk: standing.reason for pk, standing in answers.items()} == {
        never.pk: LeftOut.NO_CONSENT,
        withdrawn.pk: LeftOut.NO_CONSENT,
        again.pk: None,
        ran_out.pk: LeftOut.NO_CONSENT,
    }


def test_who_does_not_exist_is_not_written_to() -> None:
    assert contactable([404], purpose=Purpose.NETWORK, now=NOW)[404].reason == LeftOut.ARCHIVED


@pytest.mark.parametrize("count", [1, 3])
def test_contactable_asks_four_queries_however_many_people(
    count: int, django_assert_num_queries: Callable[..., object]
) -> None:
    ids = [willing().pk for _ in range(count)]

    with django_assert_num_queries(4):
        answers = contactable(ids, purpose=Purpose.NETWORK, now=NOW)

    assert [standing.is_contactable for standing in answers.values()] == [True] * count
