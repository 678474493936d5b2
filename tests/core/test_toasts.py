import json

import pytest
from django.contrib.messages.storage.session import SessionStorage
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django_htmx.middleware import HtmxDetails

from core.middleware import ToastMiddleware
from core.toasts import toast
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


def _answer(request: HttpRequest, **headers: str) -> HttpResponse:
    def view(request: HttpRequest) -> HttpResponse:
        toast(request, "Moved to Offer made.", undo_url="/undo/1/")
        return HttpResponse("fragment", headers=headers)

    return ToastMiddleware(view)(request)


def _request(*, htmx: bool) -> HttpRequest:
    headers = {"HX-Request": "true"} if htmx else {}
    request = RequestFactory().get("/", headers=headers)
    request.session = Client().session  # type: ignore[assignment]
    request._messages = SessionStorage(request)  # type: ignore[attr-defined]
    request.htmx = HtmxDetails(request)  # type: ignore[attr-defined]
    return request


def test_a_fragment_carries_the_toast_in_a_header() -> None:
    request = _request(htmx=True)

    response = _answer(request)

    assert json.loads(response["HX-Trigger"]) == {
        "toast": {
            "value": [{"text": "Moved to Offer made.", "level": "success", "undo_url": "/undo/1/"}]
        }
    }


@pytest.mark.parametrize("header", ["HX-Redirect", "HX-Refresh", "Location"])
def test_an_answer_that_moves_on_leaves_the_toast_for_the_next_page(header: str) -> None:
    request = _request(htmx=True)

    response = _answer(request, **{header: "/next/"})

    assert "HX-Trigger" not in response
    assert [str(message) for message in request._messages] == ["Moved to Offer made."]  # type: ignore[attr-defined]


def test_a_full_page_keeps_the_toast_to_show_it_itself() -> None:
    request = _request(htmx=False)

    assert "HX-Trigger" not in _answer(request)


def test_a_page_shows_the_toast_with_its_undo_and_no_foreign_address(client: Client) -> None:
    client.force_login(UserFactory())
    client.post(reverse("core:preferences"), {"theme": "dark"})

    html = client.get(reverse("core:preferences")).content.decode()

    assert "Your preferences are kept." in html
    assert 'action="https:' not in html
