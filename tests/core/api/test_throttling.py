import pytest
from pytest_django import Settings

from core.api import throttling
from core.api.throttling import Allowance, Meter
from tests.factories import UserFactory
from tests.support.api import assert_problem, client_for

URL = "/api/v1/lifecycles"


@pytest.fixture
def two_at_once(settings: Settings) -> None:
    settings.API_REQUESTS_AT_ONCE = 2
    settings.API_REQUESTS_PER_MINUTE = 60


@pytest.mark.django_db
def test_every_answer_says_what_is_left(two_at_once: None) -> None:
    client = client_for(UserFactory(role="recruiter"))

    answers = [client.get(URL), client.post(URL), client.get(URL)]

    assert [
        (a.status_code, a["RateLimit-Limit"], a["RateLimit-Remaining"], a["RateLimit-Reset"])
        for a in answers
    ] == [(200, "2", "1", "1"), (405, "2", "0", "2"), (429, "2", "0", "2")]
    assert_problem(answers[2], 429, "throttled")
    assert answers[2]["Retry-After"] == "1"


@pytest.mark.django_db
def test_each_token_has_its_own_bucket(two_at_once: None) -> None:
    user = UserFactory(role="recruiter")
    first, second = client_for(user), client_for(user)

    codes = [client.get(URL).status_code for client in (first, first, first, second)]

    assert codes == [200, 200, 429, 200]


def test_the_bucket_fills_all_the_time(two_at_once: None) -> None:
    meter, name = Meter(), "test-fills"
    start = 1_800_000_000.0

    left = [
        (allowance.is_allowed, allowance.remaining)
        for seconds in (0, 0, 0, 0.5, 1, 1, 60, 59)
        if (allowance := meter.spend(name, now=start + seconds))
    ]

    assert left == [
        (True, 1),
        (True, 0),
        (False, 0),
        (False, 0),
        (True, 0),
        (False, 0),
        (True, 1),
        (True, 0),
    ]


def test_without_redis_nobody_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    meter = Meter()

    assert meter.spend("anybody", now=1.0) is None

    # And it is not asked again at once: each request would wait for it.
    monkeypatch.setattr(meter, "_client", lambda: pytest.fail("asked"))
    assert meter.spend("anybody", now=2.0) is None


@pytest.mark.django_db
def test_without_redis_the_api_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(self: Meter, credential: str, *, now: float) -> Allowance | None:
        return None

    monkeypatch.setattr(throttling.Meter, "spend", nothing)

    response = client_for(UserFactory(role="recruiter")).get(URL)

    assert response.status_code == 200
    assert "RateLimit-Limit" not in response
