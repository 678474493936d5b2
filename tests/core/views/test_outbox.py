import re
from collections.abc import Iterator
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from core.outbox.store import Outbox
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def outbox(tmp_path: Path, settings: Settings) -> Outbox:
    settings.OUTBOX_DIR = str(tmp_path)
    return Outbox(tmp_path)


@pytest.fixture
def operator(client: Client) -> Client:
    client.force_login(UserFactory(role="administrator"))
    return client


def _add(outbox: Outbox, subject: str = "Dag Jip", **headers: str) -> str:
    message = EmailMessage()
    message["Subject"] = subject
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Dag in platte tekst")
    message.add_alternative("<p>Dag <b>Jip</b><script>steal()</script>", subtype="html")
    message.add_attachment(b"1;2", maintype="text", subtype="html", filename='u"ren.html')
    content = message.as_bytes()
    return outbox.add(sender="trm@x.nl", recipients=["jip@x.nl"], content=content).id


PATHS = ["/outbox/", "/outbox/{id}/", "/outbox/{id}/html/", "/outbox/{id}/attachments/0/"]


@pytest.mark.parametrize("path", PATHS)
def test_three_people_and_nobody(client: Client, outbox: Outbox, path: str) -> None:
    path = path.format(id=_add(outbox))

    assert client.get(path).status_code == 302
    client.force_login(UserFactory())
    assert client.get(path).status_code == 403
    client.force_login(UserFactory(role="recruiter"))
    assert client.get(path).status_code == 403
    client.force_login(UserFactory(role="administrator"))
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("path", PATHS)
def test_without_a_catcher_there_are_no_such_pages(
    operator: Client, outbox: Outbox, settings: Settings, path: str
) -> None:
    path = path.format(id=_add(outbox))
    settings.OUTBOX_DIR = ""
    assert operator.get(path).status_code == 404


def test_the_list_shows_the_newest_first_and_searches(operator: Client, outbox: Outbox) -> None:
    _add(outbox, "First")
    _add(outbox, "Second <b>")

    html = operator.get("/outbox/").content.decode()
    assert html.index("Second &lt;b&gt;") < html.index("First")

    fragment = operator.get("/outbox/?q=first", headers={"HX-Request": "true"}).content.decode()
    assert "First" in fragment
    assert "Second" not in fragment
    assert "<html" not in fragment


def test_an_empty_outbox_explains_itself(operator: Client, outbox: Outbox) -> None:
    assert "No mail yet" in operator.get("/outbox/").content.decode()
    assert "No mail found" in operator.get("/outbox/?q=x").content.decode()


def test_older_mails_are_a_page_away(operator: Client, outbox: Outbox) -> None:
    ids = [_add(outbox, f"Mail {number:03}") for number in range(51)]
    html = operator.get("/outbox/?q=mail").content.decode()
    assert "Mail 000" not in html
    assert f"?q=mail&amp;before={ids[1]}" in html
    assert "Mail 000" in operator.get(f"/outbox/?q=mail&before={ids[1]}").content.decode()


@pytest.mark.parametrize("mails", [1, 3])
def test_the_list_asks_the_database_no_more_for_more_mails(
    operator: Client,
    outbox: Outbox,
    django_assert_num_queries: DjangoAssertNumQueries,
    mails: int,
) -> None:
    operator.get("/outbox/")
    for _ in range(mails):
        _add(outbox)
    with django_assert_num_queries(3):
        operator.get("/outbox/")


def test_the_html_is_framed_and_nothing_in_it_can_run(operator: Client, outbox: Outbox) -> None:
    mail_id = _add(outbox)

    page = operator.get(f"/outbox/{mail_id}/").content.decode()
    frame = operator.get(f"/outbox/{mail_id}/html/")

    assert f'src="/outbox/{mail_id}/html/"' in page
    assert 'sandbox="allow-popups allow-popups-to-escape-sandbox"' in page
    assert "steal()" not in page
    assert frame.content.decode().startswith('<base target="_blank"><p>Dag <b>Jip</b>')
    policy = frame.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox allow-popups" in policy
    assert "script-src" not in policy


@pytest.mark.parametrize(
    ("query", "current"), [("", "html"), ("?view=text", "text"), ("?view=nonsense", "html")]
)
def test_one_way_of_seeing_it_is_current(
    operator: Client, outbox: Outbox, query: str, current: str
) -> None:
    html = operator.get(f"/outbox/{_add(outbox)}/{query}").content.decode()
    tabs = re.findall(r'<a class="tab" href="\?view=(\w+)" aria-current="page"', html)
    assert tabs == [current]


def test_text_and_source_are_shown_as_text(operator: Client, outbox: Outbox) -> None:
    mail_id = _add(outbox)
    assert "Dag in platte tekst" in operator.get(f"/outbox/{mail_id}/?view=text").content.decode()
    source = operator.get(f"/outbox/{mail_id}/?view=source").content.decode()
    assert "&lt;script&gt;steal()" in source
    assert "<script>steal()" not in source


def test_an_attachment_is_saved_never_shown(operator: Client, outbox: Outbox) -> None:
    mail_id = _add(outbox)
    response = operator.get(f"/outbox/{mail_id}/attachments/0/")
    assert response.content == b"1;2"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert response.headers["Content-Disposition"] == 'attachment; filename="u\\"ren.html"'
    assert operator.get(f"/outbox/{mail_id}/attachments/1/").status_code == 404


def test_a_mail_that_is_not_there_is_404(operator: Client, outbox: Outbox) -> None:
    assert operator.get("/outbox/00000000000000000001-00000000/").status_code == 404


class _Endpoint(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, str | None]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.asked.append((self.path, body, self.headers["Cookie"]))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Not on the console."""


@pytest.fixture
def endpoint() -> Iterator[tuple[str, list[tuple[str, str, str | None]]]]:
    asked: list[tuple[str, str, str | None]] = []
    server = HTTPServer(("127.0.0.1", 0), type("Endpoint", (_Endpoint,), {"asked": asked}))
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    thread.join()
    server.server_close()


def test_unsubscribing_posts_as_a_mail_program_does(
    operator: Client,
    outbox: Outbox,
    settings: Settings,
    endpoint: tuple[str, list[tuple[str, str, str | None]]],
) -> None:
    url, asked = endpoint
    settings.BASE_URL = url
    mail_id = _add(
        outbox,
        List_Unsubscribe=f"<{url}/u/abc>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )
    assert (
        f'action="/outbox/{mail_id}/unsubscribe/"'
        in operator.get(f"/outbox/{mail_id}/").content.decode()
    )

    response = operator.post(f"/outbox/{mail_id}/unsubscribe/", follow=True)

    assert asked == [("/u/abc", "List-Unsubscribe=One-Click", None)]
    assert "The link answered with status 200." in response.content.decode()


def test_a_link_to_elsewhere_is_not_followed(
    operator: Client,
    outbox: Outbox,
    endpoint: tuple[str, list[tuple[str, str, str | None]]],
) -> None:
    url, asked = endpoint
    mail_id = _add(
        outbox,
        List_Unsubscribe=f"<{url}/u/abc>",
        List_Unsubscribe_Post="List-Unsubscribe=One-Click",
    )
    response = operator.post(f"/outbox/{mail_id}/unsubscribe/", follow=True)
    assert asked == []
    assert "This link does not lead to TRM." in response.content.decode()


def test_there_is_no_such_act_on_a_mail_without_the_header(
    operator: Client, outbox: Outbox
) -> None:
    mail_id = _add(outbox)
    assert "/unsubscribe/" not in operator.get(f"/outbox/{mail_id}/").content.decode()
    assert operator.post(f"/outbox/{mail_id}/unsubscribe/").status_code == 404
