from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from core.models import AuditEntry, User
from relationships.models import Dossier, Questionnaire
from relationships.services.dossiers import fill_in_dossier
from tests.factories import EngagementFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def hr(client: Client) -> User:
    user = UserFactory(role="hr-manager", language="en")
    client.force_login(user)
    return user


def text(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_dossier_from_form_to_paper_without_a_script(client: Client, hr: User) -> None:
    row = EngagementFactory(form="assignment", role="Designer")
    page = f"/engagements/{row.uid}/"
    assert client.get(f"{page}dossier/").status_code == 302
    assert "Not legal advice" in text(client, f"{page}dossier/fill/")
    given = {"why": "first", "answer_instructions": "yes", "note_instructions": "The foreman"}

    nothing = client.post(f"{page}dossier/fill/", {"why": "first"})
    wrong = client.post(f"{page}dossier/fill/", {**given, "answer_hours": "perhaps"})
    client.post(f"{page}dossier/fill/", {**given, "remarks": "Looked at together"})

    assert (nothing.status_code, wrong.status_code) == (422, 422)
    shown = text(client, f"{page}dossier/")
    for words in (
        "Not legal advice",
        "The foreman",
        "Looked at together",
        "number 1, by version 1",
    ):
        assert words in shown
    assert "I looked it over" not in shown
    looked = AuditEntry.objects.filter(action="relationships.dossier_viewed", actor=hr)
    assert looked.count() == 1
    client.force_login(UserFactory(role="hr-manager", language="en"))
    client.post(f"{page}dossier/review/")
    assert Dossier.objects.get().reviewed_on == on(0)
    assert "2 points" in text(client, page)


def test_earlier_dossiers_stay_to_be_read(client: Client, hr: User) -> None:
    row = EngagementFactory(form="assignment")
    for answer in ("yes", "no"):
        said = {"instructions": {"answer": answer, "note": f"Said {answer}"}}
        fill_in_dossier(engagement=row, actor=hr, answers=said)
    page = f"/engagements/{row.uid}/dossier/"

    earlier = text(client, f"{page}?number=1")

    assert "Said yes" in earlier
    assert "This is an earlier dossier." in earlier
    assert "Said no" in text(client, page)
    assert [client.get(f"{page}?number={n}").status_code for n in ("3", "x")] == [404, 200]


def test_who_may_not_see_dossiers_sees_no_trace_of_one(client: Client, hr: User) -> None:
    row = EngagementFactory(form="assignment")
    said = {"instructions": {"answer": "yes", "note": "Secretive"}}
    fill_in_dossier(engagement=row, actor=hr, answers=said)
    client.force_login(UserFactory(role="recruiter", language="en"))

    shown = text(client, f"/engagements/{row.uid}/") + text(client, f"/people/{row.contact.uid}/")

    assert "Secretive" not in shown
    assert "DBA" not in shown
    for page in ("dossier/", "dossier/fill/"):
        assert client.get(f"/engagements/{row.uid}/{page}").status_code == 403
    assert client.get("/engagements/dossiers/").status_code == 403
    assert client.get("/settings/questionnaire/").status_code == 403


def test_what_is_missing_and_what_is_due(client: Client) -> None:
    unit = OrgUnitFactory()
    user = UserFactory(role="hr-manager", unit=unit, language="en")
    client.force_login(user)
    missing = EngagementFactory(form="assignment", contact__unit=unit)
    due, done = (EngagementFactory(form="assignment", contact__unit=unit) for _ in range(2))
    EngagementFactory(form="assignment", contact__unit=OrgUnitFactory())
    EngagementFactory(form="assignment", phase="brief", contact__unit=unit)
    EngagementFactory(contact__unit=unit)
    said = {"instructions": {"answer": "yes"}}
    fill_in_dossier(engagement=due, actor=user, answers=said, today=on(-340))
    fill_in_dossier(engagement=done, actor=user, answers=said)

    lines = client.get("/engagements/dossiers/").context["lines"]

    assert [(line.row, line.dossier is None) for line in lines] == [(missing, True), (due, False)]


def test_questions_are_changed_and_published_in_the_browser(client: Client, hr: User) -> None:
    page = "/settings/questionnaire/draft/"
    rows = client.get(page).context["rows"]
    assert len(rows.forms) == 19
    given: dict[str, Any] = {
        "questions-TOTAL_FORMS": 2,
        "questions-INITIAL_FORMS": 2,
        "questions-0-key": "instructions",
        "questions-0-theme": "authority",
        "questions-0-notable": "yes",
        "questions-0-text_en": "Who leads?",
        "questions-1-theme": "pay",
        "questions-1-text_nl": "",
        "note": "Shorter",
    }

    wrong = client.post(page, {**given, "questions-0-theme": "weather"})
    client.post(page, given)
    assert Questionnaire.objects.get(number=2).published_at is None
    client.post(page, {**given, "publish": "1"})

    assert wrong.status_code == 422
    made = Questionnaire.objects.get(number=2)
    assert [one["key"] for one in made.questions] == ["instructions"]
    assert made.published_by == hr
    shown = text(client, "/settings/questionnaire/")
    assert "Who leads?" in shown
    assert "Version 1, since" in shown
    client.get(page)
    client.post("/settings/questionnaire/discard/")
    assert Questionnaire.objects.count() == 2
