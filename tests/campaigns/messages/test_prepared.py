import re
import uuid
from dataclasses import replace
from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from campaigns.links import preferences_url
from campaigns.merge_tags import Person
from campaigns.messages.encoding import mailbox
from campaigns.messages.prepared import MissingValue, Sender, prepare

PERSON = Person(
    given_name="Sanne",
    family_name="de Vries",
    full_name="Sanne de Vries",
    organisation="Waterschap Rijnland",
    position="Hydrologist",
    city="Leiden",
    sender_name="Joris Bakker",
    sender_email="joris@example.org",
    unsubscribe_url=preferences_url(uuid.UUID(int=7)),
)
SENDER = Sender(name="Joris Bakker", from_address="trm@example.org", reply_to="joris@example.org")


def render(
    person: Person = PERSON,
    *,
    subject: str = "Hello",
    body: str = "Dear {{ full_name }}",
    language: str = "en",
) -> EmailMessage:
    prepared = prepare(
        subject=subject, body=body, language=language, purpose="network", sender=SENDER
    )
    raw = prepared.render(
        person,
        to=mailbox(person.full_name, "sanne@example.org"),
        message_id="abc@example.org",
        moment=b"Sun, 22 Nov 2026 08:00:00 +0100",
    )
    assert all(len(line) <= 78 for line in raw.split(b"\r\n") if not line.startswith(b"List-"))
    assert re.sub(rb"\r\n", b"", raw).find(b"\n") == -1
    message = message_from_bytes(raw, policy=policy.default)
    assert message.defects == []
    return message  # type: ignore[return-value]


def text_of(message: EmailMessage, kind: str = "plain") -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_render_carries_the_headers_of_a_mail_that_can_be_stopped() -> None:
    message = render()

    assert message["From"] == "Joris Bakker <trm@example.org>"
    assert message["Reply-To"] == "Joris Bakker <joris@example.org>"
    assert message["To"] == "Sanne de Vries <sanne@example.org>"
    assert message["Subject"] == "Hello"
    assert message["Message-ID"] == "<abc@example.org>"
    assert message["Date"] == "Sun, 22 Nov 2026 08:00:00 +0100"
    assert message["List-Unsubscribe"] == f"<{PERSON.unsubscribe_url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]


def test_render_says_it_twice_and_why_it_came() -> None:
    message = render(
        body="Dear {{ given_name }},\n\nTwo\nlines.\n\nSee https://a.example/?b=1&c=2."
    )

    why = "You get this because you agreed that we write to you about: Staying in touch."
    assert text_of(message) == (
        "Dear Sanne,\n\nTwo\nlines.\n\nSee https://a.example/?b=1&c=2.\n\n-- \n"
        f"{why}\nChoose what we may write about, or stop it:\n{PERSON.unsubscribe_url}"
    )
    html = text_of(message, "html")
    assert "<p>Dear Sanne,</p>\n<p>Two<br>\nlines.</p>\n<p>See <a href=" in html
    assert '<a href="https://a.example/?b=1&amp;c=2">https://a.example/?b=1&amp;c=2</a>.' in html
    assert why in html
    assert f'<a href="{PERSON.unsubscribe_url}"' in html


def test_render_escapes_what_people_are_called_in_html_alone() -> None:
    person = replace(PERSON, given_name='<img src=x onerror="alert(1)"> & Co')

    message = render(person, body="Dear {{ given_name }}")

    assert text_of(message).startswith('Dear <img src=x onerror="alert(1)"> & Co\n')
    html = text_of(message, "html")
    assert "Dear &lt;img src=x onerror=&quot;alert(1)&quot;&gt; &amp; Co</p>" in html
    assert "<img" not in html


def test_render_lets_no_value_begin_a_header_or_a_line() -> None:
    person = replace(
        PERSON,
        given_name="Zoë\r\nBcc: everyone@example.org\r\n\r\nGotcha",
        full_name="Zoë\nX-Evil: 1",
    )

    message = render(person, subject="Dag {{ given_name }}", body="Dear {{ given_name }}!")

    assert "Bcc" not in message
    assert "X-Evil" not in message
    assert message["Subject"] == "Dag Zoë Bcc: everyone@example.org Gotcha"
    assert text_of(message).startswith("Dear Zoë Bcc: everyone@example.org Gotcha!\n")


def test_render_bears_dots_boundaries_and_lines_without_end() -> None:
    body = f".\n..\n--=_part--\n{'word ' * 500}\n{'é' * 2000}\n. {{{{ given_name }}}}"

    text = text_of(render(replace(PERSON, given_name=".hidden"), body=body))

    lines = body.replace("{{ given_name }}", ".hidden").split("\n")
    assert text.split("\n")[:6] == lines


def test_render_uses_the_fallback_that_was_written() -> None:
    person = replace(PERSON, organisation="")

    text = text_of(render(person, body="About {{ organisation | your  firm }}."))

    assert text.startswith("About your firm.\n")


@pytest.mark.parametrize("place", ["subject", "body"])
def test_render_refuses_when_a_value_is_missing(place: str) -> None:
    person = replace(PERSON, organisation="")

    with pytest.raises(MissingValue) as caught:
        render(person, **{"subject": "Hello", "body": "Hi", place: "At {{ organisation }}"})

    assert caught.value.key == "organisation"


def test_render_writes_the_foot_in_the_readers_language() -> None:
    html = text_of(render(language="nl"), "html")

    assert html.startswith('<!doctype html>\n<html lang="nl">')
