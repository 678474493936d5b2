from datetime import date

import pytest
from django.test import Client

from relationships.models import Engagement
from tests.factories import EngagementFactory, UserFactory

pytestmark = pytest.mark.django_db

FIELDS = {"form": "assignment", "role": "Planner", "starts_on": "2026-01-01"}


def test_a_rate_is_asked_of_and_shown_to_who_may_know(client: Client) -> None:
    row = EngagementFactory(rate="98765.00", rate_per="hour")
    page, address = f"/people/{row.contact.uid}/", f"/engagements/{row.uid}/edit/"

    client.force_login(UserFactory(role="hr-manager", language="en"))
    assert "EUR 98,765 / hour" in client.get(page).content.decode()
    assert 'name="rate"' in client.get(address).content.decode()
    client.post(address, {**FIELDS, "rate": "87654.5", "rate_per": "day"})
    client.force_login(UserFactory(role="recruiter", language="en"))
    seen = client.get(page).content.decode() + client.get(address).content.decode()
    client.post(address, {**FIELDS, "role": "Lead", "rate": "1", "rate_per": "hour"})

    assert "87,654" not in seen
    assert "87654" not in seen
    assert 'name="rate"' not in seen
    row.refresh_from_db()
    assert (str(row.rate), row.rate_per, row.role) == ("87654.50", "day", "Lead")


def test_editing_moves_its_days_and_says_what_is_wrong(client: Client) -> None:
    row = EngagementFactory(starts_on=date(2024, 1, 1))
    client.force_login(UserFactory(role="hr-manager", language="en"))
    address = f"/engagements/{row.uid}/edit/"

    wrong = [
        client.post(address, {**FIELDS, "ends_on": "2020-01-01"}),
        client.post(address, {**FIELDS, "rate": "5"}),
        client.post(address, {**FIELDS, "rate": "-5", "rate_per": "hour"}),
        client.post(address, {**FIELDS, "form": "nothing"}),
    ]
    saved = client.post(address, {**FIELDS, "ends_on": "2026-02-01"})

    assert [answer.status_code for answer in wrong] == [422] * 4
    assert "A rate needs an amount" in wrong[1].content.decode()
    assert saved.status_code == 302
    held = Engagement.objects.get()
    assert (held.starts_on, held.ends_on) == (date(2026, 1, 1), date(2026, 2, 1))
