"""How long a relationship stood where: on its page and in the API."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from relationships.services.beginnings import begin_relationship
from relationships.services.lifecycle import move_to_stage
from tests.factories import ContactFactory, RelationshipFactory, UserFactory, stage
from tests.support.api import assert_is, client_for

pytestmark = pytest.mark.django_db


def test_the_stays_with_their_days_the_latest_first(client: Client) -> None:
    user = UserFactory(role="recruiter", name="Samira")
    client.force_login(user)
    now = timezone.now()
    row = begin_relationship(
        contact=ContactFactory(), kind="prospect", actor=user, now=now - timedelta(days=10)
    )
    there = stage("prospect", "in-contact")
    move_to_stage(
        relationship=row,
        to_stage=there,
        actor=user,
        reason="Met at a fair",
        now=now - timedelta(days=3),
    )

    shown = client.get(reverse("relationships:stage-history", args=[row.uid]))

    assert [(one.stage.key, days) for one, days in shown.context["stays"]] == [
        ("in-contact", 3),
        ("identified", 7),
    ]
    text = " ".join(shown.content.decode().split())
    assert "3 days until now" in text
    assert "7 days" in text
    assert "Met at a fair" in text

    body = client_for(user).get(f"/api/v1/relationships/{row.uid}/history").json()
    assert_is("History", body)
    assert [(one["stage"]["key"], one["cause"]) for one in body["stays"]] == [
        ("identified", "moved"),
        ("in-contact", "moved"),
    ]
    assert body["stays"][0]["until"] == body["stays"][1]["since"]
    assert body["stays"][1]["until"] is None
    assert body["stays"][1]["moved_by"]["name"] == "Samira"


def test_whose_history_one_may_not_see_is_not_there(client: Client) -> None:
    client.force_login(UserFactory())
    row = RelationshipFactory()

    shown = client.get(reverse("relationships:stage-history", args=[row.uid]))

    assert shown.status_code == 404
