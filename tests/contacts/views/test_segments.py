from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from contacts.conditions import rule as rules
from contacts.conditions import shape
from contacts.models import Segment, SegmentMember, SegmentProposal
from contacts.selectors import segments as selectors
from contacts.services import membership
from core.models import Role
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory
from tests.factories.core import grant_role
from tests.factories.groups import (
    SegmentFactory,
    SegmentMemberFactory,
    SegmentProposalFactory,
    TalentPoolFactory,
    asks,
    rule_of,
)

pytestmark = pytest.mark.django_db
NEW = "/segments/new/"
BLANK = {"r.match": "all", "r.0.field": ""}
UTRECHT = {"r.match": "all", "r.0.field": "city", "r.0.op": "is", "r.0.value": "Utrecht"}


@pytest.fixture
def recruiter(client: Client) -> Any:
    user = UserFactory(role="recruiter")
    client.force_login(user)
    return user


def htmx(client: Client, path: str, data: dict[str, Any]) -> Any:
    return client.post(path, data, headers={"HX-Request": "true"})


def test_the_page_begins_with_one_blank_condition(client: Client, recruiter: Any) -> None:
    html = client.get(NEW).content.decode()

    assert 'name="r.0.field"' in html
    assert 'name="r.1.field"' not in html


def test_choosing_a_field_draws_its_operators_and_keeps_what_was_typed(
    client: Client, recruiter: Any
) -> None:
    """Without a script: the whole page anew, with everything in its place."""
    data = {**BLANK, "r.0.field": "last_contact", "name": "Silent", "is_private": "on"}

    response = client.post(NEW, {**data, "do": "refresh"})

    html = response.content.decode()
    assert response.status_code == 200
    assert 'name="r.0.op"' in html
    assert "not in the last … days" in html
    assert 'value="Silent"' in html
    assert not Segment.objects.exists()


def test_another_field_begins_anew(client: Client, recruiter: Any) -> None:
    data = {**UTRECHT, "r.0.was": "city", "r.0.field": "headline", "r.0.op": "contains"}

    html = htmx(client, NEW, data).content.decode()

    assert "Utrecht" not in html
    assert '<option value="is" selected>' in html


def test_a_press_adds_nests_and_takes_away(client: Client, recruiter: Any) -> None:
    html = htmx(client, NEW, {**UTRECHT, "do": "group:r"}).content.decode()
    assert 'name="r.1.match"' in html
    assert 'name="r.1.0.field"' in html
    assert 'value="Utrecht"' in html
    assert "<html" not in html

    nested = {**UTRECHT, "r.1.match": "none", "r.1.0.field": "country", "r.1.0.op": "empty"}
    html = htmx(client, NEW, {**nested, "do": "add:r.1"}).content.decode()
    assert 'name="r.1.1.field"' in html
    html = htmx(client, NEW, {**nested, "do": "remove:r.0"}).content.decode()
    assert 'name="r.0.match"' in html
    assert 'name="r.0.0.field"' in html
    assert "Utrecht" not in html


def test_saving_keeps_the_nested_rule(client: Client, recruiter: Any) -> None:
    data = {
        "r.match": "all",
        "r.0.field": "city",
        "r.0.op": "one_of",
        "r.0.texts": "Utrecht, Gouda",
        "r.1.match": "none",
        "r.1.0.field": "interactions",
        "r.1.0.op": "at_least",
        "r.1.0.value": "2",
        "r.1.0.part.channel": ["phone", "email"],
        "r.1.0.part.days": "90",
        "name": "Near",
        "is_reviewed": "on",
        "do": "save",
    }

    response = client.post(NEW, data)

    segment = Segment.objects.get()
    assert response["Location"] == reverse("contacts:segment", args=[segment.uid])
    assert (segment.name, segment.is_reviewed, segment.owner) == ("Near", True, recruiter)
    assert segment.rule == {
        "version": 1,
        "match": "all",
        "rules": [
            {"field": "city", "op": "one_of", "values": ["Utrecht", "Gouda"]},
            {
                "match": "none",
                "rules": [
                    {
                        "field": "interactions",
                        "op": "at_least",
                        "values": ["2"],
                        "parts": {"channel": ["phone", "email"], "days": ["90"]},
                    }
                ],
            },
        ],
    }


def test_what_is_wrong_stands_beside_it_and_nothing_is_lost(client: Client, recruiter: Any) -> None:
    data = {**UTRECHT, "r.1.field": "country", "r.1.op": "one_of", "do": "save", "purpose": "P"}

    response = client.post(NEW, data)

    html = response.content.decode()
    assert response.status_code == 422
    assert "Fill in what “Country” is compared with." in html
    assert 'value="Utrecht"' in html
    assert 'value="P"' in html
    assert not Segment.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {"do": "save", "name": "X"},
        {"do": "save", "name": "X", "r.match": "all", "r.0.field": "password", "r.0.op": "is"},
        {"do": "save", "name": "X", "r.0.0.0.0.0.0.0.0.field": "city"},
        {"do": "save", "name": "X", "r.match": "sql"},
        {"do": "add:r.99.99", **UTRECHT},
        {"do": "remove:r", **UTRECHT},
        {"do": "remove:x", **UTRECHT},
        {"do": "explode:r", **UTRECHT},
        {"r.0.field": "city", "r.0.op": "is", "r.0.value": "\x00", "do": "save", "name": "X"},
        {"r.99999999999999.field": "city"},
        {"r.-1.field": "city", "r.²": "x", "r.": "y"},
    ],
)
def test_bad_input_is_refused_in_words(
    client: Client, recruiter: Any, data: dict[str, str]
) -> None:
    for path in (NEW, "/segments/preview/", "/segments/count/"):
        response = htmx(client, path, data)
        assert response.status_code in (200, 422), path
    assert not Segment.objects.exists()


def test_the_preview_counts_and_names_those_whom_the_reader_may_see(client: Client) -> None:
    north = OrgUnitFactory()
    client.force_login(UserFactory(role="recruiter", unit=north))
    ContactFactory(given_name="Seen", city="Utrecht", unit=north)
    ContactFactory(given_name="Hidden", city="Utrecht", unit=OrgUnitFactory())

    html = htmx(client, "/segments/preview/", UTRECHT).content.decode()

    assert "City is “Utrecht”" in html
    assert "Seen" in html
    assert "Hidden" not in html
    exact = htmx(client, "/segments/count/", UTRECHT).content.decode()
    assert ">1</span>" in exact


def test_a_preview_that_takes_too_long_says_what_helps(
    client: Client, recruiter: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ContactFactory()
    slow = Q(pk__gt=RawSQL("(SELECT 0 FROM pg_sleep(0.3))", ()))
    monkeypatch.setattr(selectors, "QUICK", timedelta(milliseconds=5))
    monkeypatch.setattr(rules, "condition_of", lambda *_given, **_named: slow)

    html = htmx(client, "/segments/preview/", UTRECHT).content.decode()

    assert "This takes long to work out" in html


def test_the_preview_costs_the_same_for_one_and_for_three(
    client: Client, recruiter: Any, django_assert_num_queries: Any
) -> None:
    ContactFactory(city="Utrecht")
    htmx(client, "/segments/preview/", UTRECHT)
    with django_assert_num_queries(QUERIES):
        htmx(client, "/segments/preview/", UTRECHT)
    ContactFactory(city="Utrecht"), ContactFactory(city="Utrecht")
    with django_assert_num_queries(QUERIES):
        htmx(client, "/segments/preview/", UTRECHT)


QUERIES = 11


def test_the_filters_of_the_list_become_conditions(client: Client, recruiter: Any) -> None:
    html = client.get(f"{NEW}?city=Utrecht&kind=alumnus&q=jan&do_not_contact=1").content.decode()

    assert "City is “Utrecht”" in html
    assert "Kind is Alumnus" in html
    assert "Found by contains “jan”" in html
    assert "and not to be contacted" in html


def test_a_reader_without_relationships_sees_no_rule_about_them(client: Client) -> None:
    role = Role.objects.create(
        key="r", name="R", permissions=["contacts.view_contact", "contacts.manage_segments"]
    )
    user = UserFactory()
    grant_role(user, role.key)
    client.force_login(user)
    segment = SegmentFactory(rule=rule_of(asks("kind", "one_of", "alumnus")), name="Who left")

    assert "Who left" not in client.get("/segments/").content.decode()
    for name in ("segment", "edit_segment", "segment_history", "review_segment"):
        assert client.get(reverse(f"contacts:{name}", args=[segment.uid])).status_code == 404
    data = {"r.match": "all", "r.0.field": "kind", "r.0.op": "filled", "name": "X", "do": "save"}
    assert "There is no" in client.post(NEW, data).content.decode() or not Segment.objects.filter(
        name="X"
    )


def test_the_list_shows_segments_and_pools(
    client: Client, recruiter: Any, django_assert_max_num_queries: Any
) -> None:
    def shown() -> str:
        with django_assert_max_num_queries(16):
            return str(client.get("/segments/").content.decode())

    assert "No segment yet" in shown()
    for number in range(3):
        segment = SegmentFactory(name=f"Segment {number}", waiting=number)
        SegmentMemberFactory(segment=segment)
        TalentPoolFactory(name=f"Pool {number}")
    html = shown()

    assert "Segment 2" in html
    assert "2 wait" in html
    assert "Pool 0" in html


def test_the_page_waits_for_the_worker_and_then_shows_who_is_in(
    client: Client, recruiter: Any
) -> None:
    ContactFactory(given_name="Ada", family_name="Here", city="Utrecht")
    segment = SegmentFactory(owner=recruiter)
    path = reverse("contacts:segment", args=[segment.uid])

    assert "Working out who fits" in client.get(path).content.decode()
    membership.keep_up()
    html = client.get(path).content.decode()

    assert "Ada Here" in html
    assert "Fits the rule" in html
    assert "Working out" not in html


def test_who_was_in_it_on_a_day(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory()
    gone = SegmentMemberFactory(
        segment=segment,
        contact=ContactFactory(family_name="Gone"),
        since=timezone.now() - timedelta(days=90),
        until=timezone.now() - timedelta(days=60),
        left_because="rule",
    )
    path = reverse("contacts:segment_history", args=[segment.uid])
    day = timezone.localdate() - timedelta(days=70)

    assert gone.contact.full_name in client.get(path).content.decode()
    assert gone.contact.full_name in client.get(f"{path}?on={day}").content.decode()
    now = client.get(f"{path}?on={timezone.localdate()}").content.decode()
    assert gone.contact.full_name not in now
    assert "Nobody was in it that day" in now
    for wrong in ("x", "2999-01-01", "0001-01-01", "9999-12-31"):
        assert client.get(f"{path}?on={wrong}").status_code == 422


def test_the_inbox_takes_a_yes_and_a_no_for_many(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory(is_reviewed=True, owner=recruiter)
    rows = [SegmentProposalFactory(segment=segment) for _row in range(3)]
    path = reverse("contacts:review_segment", args=[segment.uid])
    of = [str(row.uid) for row in rows]

    assert htmx(client, path, {"of": of[:2], "decision": "accept"}).status_code == 200
    assert SegmentMember.objects.filter(segment=segment).count() == 2
    without_why = htmx(client, path, {"of": of[2:], "decision": "decline"})
    assert without_why.status_code == 422
    assert "Say why." in without_why.content.decode()
    client.post(path, {"of": of[2:], "decision": "decline", "reason": "Not now"})
    assert SegmentProposal.objects.get(uid=of[2]).reason == "Not now"

    undo = reverse("contacts:undo_review", args=[segment.uid])
    client.post(f"{undo}?of={of[0]}&of={of[2]}")
    assert SegmentMember.objects.filter(segment=segment).count() == 1
    assert SegmentProposal.objects.filter(state="waiting").count() == 2


@pytest.mark.parametrize(
    "data", [{}, {"of": "x", "decision": "accept"}, {"of": [], "decision": "shrug"}]
)
def test_nothing_chosen_decides_nothing(
    client: Client, recruiter: Any, data: dict[str, Any]
) -> None:
    one = SegmentProposalFactory()
    path = reverse("contacts:review_segment", args=[one.segment.uid])

    assert client.post(path, data).status_code == 422
    one.refresh_from_db()
    assert one.state == "waiting"


def test_a_segment_is_put_aside_and_brought_back(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory(name="Near")

    client.post(reverse("contacts:archive_segment", args=[segment.uid]))
    assert not Segment.objects.live().exists()
    assert "No segment yet" in client.get("/segments/").content.decode()
    client.post(reverse("contacts:restore_segment", args=[segment.uid]))
    assert Segment.objects.live().get() == segment


def test_the_list_of_people_is_narrowed_by_a_segment(client: Client, recruiter: Any) -> None:
    member = SegmentMemberFactory(contact=ContactFactory(family_name="Inside"))
    ContactFactory(family_name="Outside")

    html = client.get(f"/people/?segment={member.segment.uid}").content.decode()

    assert "Inside" in html
    assert "Outside" not in html
    assert f"in the segment {member.segment.name}" in html


def test_a_draft_reads_its_own_form_back() -> None:
    rule = shape.stored(rule_of(asks("city", "is", "x")))

    assert shape.stored(shape.as_json(rule)) == rule


def test_the_desk_says_who_waits_for_a_yes(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory(is_reviewed=True, waiting=7, name="Clicks")
    SegmentFactory(is_reviewed=True, waiting=0, name="Quiet")

    html = client.get("/").content.decode()

    assert reverse("contacts:review_segment", args=[segment.uid]) in html
    assert "Quiet" not in html


def test_what_a_rule_cannot_ask_is_said_and_opposites_come_along(
    client: Client, recruiter: Any
) -> None:
    path = f"{NEW}?not_city=Utrecht&no_tag=1&touch_due=1"
    html = client.get(path).content.decode()

    assert "none of: (City is “Utrecht”)" in html
    assert "Tag is empty" in html
    assert "left out: next touch is due" in html


def test_a_segment_reviewed_first_is_not_said_to_count_days(client: Client, recruiter: Any) -> None:
    segment = SegmentFactory(is_reviewed=True, pace="day", owner=recruiter)
    client.force_login(recruiter)

    page = client.get(f"/segments/{segment.uid}/").content.decode()

    assert "Whoever changes is looked at within a minute." in page
    assert "counts days" not in page
