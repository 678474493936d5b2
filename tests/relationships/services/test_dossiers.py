from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import override

from contacts.services.privacy import export_person
from core.models import AuditEntry, User
from relationships.dossiers import answered, points_for_attention
from relationships.models import Dossier, Engagement, FollowUp, Questionnaire
from relationships.services.dossiers import (
    DossierRefused,
    ask_for_reviews,
    fill_in_dossier,
    review_dossier,
)
from relationships.services.engagements import end_engagement, update_engagement
from relationships.services.questionnaires import (
    QuestionnaireRefused,
    discard_draft,
    open_draft,
    publish_draft,
    save_draft,
)
from tests.factories import EngagementFactory, RelationshipFactory, UserFactory

pytestmark = pytest.mark.django_db

SAID = {"instructions": {"answer": "yes", "note": " By the foreman "}}


def on(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


@pytest.fixture
def hr() -> User:
    return UserFactory(role="hr-manager", language="en")


@pytest.fixture
def work() -> Engagement:
    return EngagementFactory(form="assignment", role="Designer", starts_on=on(-40))


def reviewed_in(row: Engagement, hr: User, days: int) -> Dossier:
    made = fill_in_dossier(engagement=row, actor=hr, answers=SAID, today=on(-60))
    Dossier.objects.filter(pk=made.pk).update(review_on=on(days))
    made.refresh_from_db()
    return made


def test_every_question_is_asked_in_two_languages_under_each_theme() -> None:
    questions = Questionnaire.objects.get().questions

    assert len(questions) == len({one["key"] for one in questions}) == 18
    assert {one["theme"] for one in questions} == set(Questionnaire.Theme.values)
    assert all(
        one[part][language]
        for one in questions
        for part in ("text", "why")
        for language in ("nl", "en")
    )


def test_filling_in_keeps_version_author_date_and_what_it_rests_on(
    work: Engagement, hr: User
) -> None:
    first = fill_in_dossier(engagement=work, actor=hr, answers=SAID, today=date(2026, 3, 1))
    second = fill_in_dossier(
        engagement=work, actor=hr, answers={"hours": {"answer": "no"}}, today=date(2026, 9, 1)
    )

    first.refresh_from_db()
    assert (first.number, first.is_latest, first.why, first.questionnaire.number) == (
        *(1, False, "first"),
        1,
    )
    assert first.answers == {"instructions": {"answer": "yes", "note": "By the foreman"}}
    assert (first.filled_by, first.filled_on, first.review_on) == (
        hr,
        date(2026, 3, 1),
        date(2027, 3, 1),
    )
    assert (second.number, second.is_latest, second.why) == (2, True, "yearly")
    acts = AuditEntry.objects.filter(action="relationships.dossier_filled")
    assert [entry.details["number"] for entry in acts.order_by("pk")] == [1, 2]


@pytest.mark.parametrize(
    ("answers", "why"),
    [
        ({}, "at least one"),
        ({"instructions": {"answer": "unknown"}}, "at least one"),
        ({"nothing": {"answer": "yes"}}, "changed meanwhile"),
        ({"instructions": {"answer": "perhaps"}}, "yes, no"),
    ],
)
def test_answers_that_make_no_sense_are_refused(
    work: Engagement, hr: User, answers: dict[str, Any], why: str
) -> None:
    with pytest.raises(DossierRefused, match=why):
        fill_in_dossier(engagement=work, actor=hr, answers=answers)
    assert not Dossier.objects.exists()


def test_an_employee_has_no_such_dossier(hr: User) -> None:
    with pytest.raises(DossierRefused, match="Only an assignment"):
        fill_in_dossier(engagement=EngagementFactory(), actor=hr, answers=SAID)


def test_points_for_attention_by_hand(work: Engagement) -> None:
    """366 days and 32 hours ask for attention by themselves; 365 and 31.9 do not."""
    questionnaire = Questionnaire.objects.get()
    said = {
        one["key"]: {"answer": "no" if one["notable"] == "yes" else "yes", "note": ""}
        for one in questionnaire.questions
    }
    said["hours"] = {"answer": "yes", "note": "Nine to five"}
    del said["risk"]
    work.starts_on, work.ends_on = date(2026, 1, 1), date(2027, 1, 2)
    work.hours_per_week = Decimal("32.0")

    with override("en"):
        lines = answered(questionnaire, said)
        points = points_for_attention(lines, work, today=date(2026, 6, 1))
        work.ends_on, work.hours_per_week = date(2027, 1, 1), Decimal("31.9")
        fewer = points_for_attention(lines, work, today=date(2026, 6, 1))

    assert [(one.about, one.is_open, one.note) for one in points] == [
        ("Duration", False, ""),
        ("Hours", False, ""),
        ("Authority", False, "Nine to five"),
        ("Enterprise", True, ""),
    ]
    assert points[0].text == "The assignment lasts 12 months."
    assert points[1].text == "It takes 32 hours a week."
    assert points[2].text == "Do we decide on which days or hours the work is done? Yes."
    assert [one.about for one in fewer] == ["Authority", "Enterprise"]


def test_a_second_person_looks_it_over(work: Engagement, hr: User) -> None:
    made = fill_in_dossier(engagement=work, actor=hr, answers=SAID)
    other = UserFactory(role="hr-manager")

    with pytest.raises(DossierRefused, match="Somebody else"):
        review_dossier(dossier=made, actor=hr)
    review_dossier(dossier=made, actor=other)

    made.refresh_from_db()
    assert (made.reviewed_by, made.reviewed_on) == (other, on(0))
    fill_in_dossier(engagement=work, actor=hr, answers=SAID)
    with pytest.raises(DossierRefused, match="newer"):
        review_dossier(dossier=made, actor=other)


def test_a_review_is_asked_for_once_a_month_ahead_and_done_with_the_next(
    work: Engagement, hr: User
) -> None:
    reviewed_in(work, hr, 30)
    later = EngagementFactory(form="assignment")
    reviewed_in(later, hr, 31)
    closed = EngagementFactory(form="assignment", phase="closed")
    reviewed_in(closed, hr, 1)

    assert [ask_for_reviews(today=on(0)) for _ in range(2)] == [1, 0]

    task = FollowUp.objects.get()
    assert (task.contact, task.assignee, task.due_on) == (work.contact, hr, on(30))
    assert task.title == "Look at the dossier of “Designer” again"
    fill_in_dossier(engagement=work, actor=hr, answers=SAID)
    task.refresh_from_db()
    assert task.state == "done"


def test_whoever_may_not_see_dossiers_is_not_asked(work: Engagement) -> None:
    gone = UserFactory(role="hr-manager", is_active=False)
    RelationshipFactory(contact=work.contact, owner=UserFactory(role="recruiter"))
    reviewed_in(work, gone, 10)

    ask_for_reviews(today=on(0))

    assert FollowUp.objects.get().assignee is None


@pytest.mark.parametrize(
    ("change", "days"),
    [
        ({"expected_end_on": on(400)}, 14),
        ({"hours_per_week": Decimal(40)}, 14),
        ({"rate": Decimal(50), "rate_per": "hour"}, 14),
        ({}, 300),
    ],
)
def test_a_change_of_the_assignment_asks_for_a_review(
    work: Engagement, hr: User, change: dict[str, Any], days: int
) -> None:
    made = reviewed_in(work, hr, 300)

    update_engagement(engagement=work, actor=hr, **change)

    made.refresh_from_db()
    assert made.review_on == on(days)
    assert FollowUp.objects.filter(due_on=on(14)).exists() is bool(change)
    assert made.review_why == ("changed" if change else "yearly")


def test_its_end_asks_for_none(work: Engagement, hr: User) -> None:
    made = reviewed_in(work, hr, 300)

    end_engagement(engagement=work, actor=hr, ends_on=on(40))

    made.refresh_from_db()
    assert made.review_on == on(300)


def test_the_person_gets_it_in_their_export(work: Engagement, hr: User) -> None:
    fill_in_dossier(engagement=work, actor=hr, answers=SAID, remarks="Looked at together")

    tables = export_person(contact=work.contact, now=timezone.now())["tables"]

    assert tables["relationships.Dossier"][0]["answers"]["instructions"]["answer"] == "yes"
    assert tables["relationships.Dossier"][0]["remarks"] == "Looked at together"


def question(**other: Any) -> dict[str, Any]:
    texts = {"text": {"nl": "Vraag?", "en": ""}, "why": {"nl": "", "en": ""}}
    return {"key": "", "theme": "pay", "notable": "yes", **texts, **other}


def test_a_new_version_leaves_old_dossiers_as_they_were(work: Engagement, hr: User) -> None:
    old = fill_in_dossier(engagement=work, actor=hr, answers=SAID)
    draft = open_draft(actor=hr)
    assert open_draft(actor=hr) == draft
    assert draft.questions == Questionnaire.objects.get(number=1).questions

    save_draft(draft=draft, actor=hr, questions=[question()], note="Shorter")
    with pytest.raises(DossierRefused, match="changed meanwhile"):
        fill_in_dossier(engagement=work, actor=hr, answers={"nothing": {"answer": "yes"}})
    publish_draft(draft=draft, actor=hr)
    key = Questionnaire.objects.get(number=2).questions[0]["key"]
    new = fill_in_dossier(engagement=work, actor=hr, answers={key: {"answer": "no"}})

    old.refresh_from_db()
    assert (old.questionnaire.number, new.questionnaire.number) == (1, 2)
    assert len(old.questionnaire.questions) == 18
    with pytest.raises(QuestionnaireRefused, match="published or discarded"):
        save_draft(draft=draft, actor=hr, questions=[])


@pytest.mark.parametrize(
    ("questions", "why"),
    [
        ([question(text={"nl": " ", "en": ""})], "Ask something"),
        ([question(theme="weather")], "about"),
        ([question(notable="perhaps")], "yes, no"),
        ([question(key="a"), question(key="a")], "twice"),
        ([question()] * 61, "at most 60"),
    ],
)
def test_drafts_that_make_no_sense_are_refused(
    hr: User, questions: list[dict[str, Any]], why: str
) -> None:
    draft = open_draft(actor=hr)

    with pytest.raises(QuestionnaireRefused, match=why):
        save_draft(draft=draft, actor=hr, questions=questions)


def test_an_empty_draft_is_not_published_and_one_is_discarded(hr: User) -> None:
    draft = open_draft(actor=hr)
    save_draft(draft=draft, actor=hr, questions=[])

    with pytest.raises(QuestionnaireRefused, match="no question"):
        publish_draft(draft=draft, actor=hr)
    discard_draft(draft=draft, actor=hr)

    assert Questionnaire.objects.count() == 1


def test_there_is_one_draft() -> None:
    Questionnaire.objects.create(number=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Questionnaire.objects.create(number=3)
