from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from core.outbox.letter import Attachment, open_letter

PIXEL = b"\x89PNG"


def _letter() -> EmailMessage:
    message = EmailMessage()
    message["From"] = "TRM <trm@x.nl>"
    message["To"] = "jip@x.nl"
    message["Subject"] = "Dag"
    message.set_content("Dag Jip")
    message.add_alternative('<p>Dag <img src="cid:face">', subtype="html")
    html = message.get_payload()[1]
    html.add_related(PIXEL, "image", "png", cid="<face>")
    message.add_attachment(b"1;2", maintype="text", subtype="csv", filename="uren.csv")
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def test_a_letter_has_its_parts() -> None:
    letter = open_letter(_letter())

    assert letter.text == "Dag Jip\n"
    assert letter.html == '<p>Dag <img src="data:image/png;base64,iVBORw==">\n'
    assert letter.headers == [("From", "TRM <trm@x.nl>"), ("To", "jip@x.nl"), ("Subject", "Dag")]
    assert letter.attachments == [
        Attachment(number=0, name="uren.csv", content_type="text/csv", content=b"1;2")
    ]
    assert letter.unsubscribe_url == ""


def test_a_picture_that_is_not_in_the_mail_stays_as_it_is() -> None:
    message = EmailMessage()
    message.set_content('<img src="cid:gone">', subtype="html")
    assert open_letter(message).html == '<img src="cid:gone">\n'


def test_an_unknown_character_set_is_shown_as_well_as_can_be() -> None:
    raw = b"Content-Type: text/plain; charset=klingon\r\n\r\nDag \xff\r\n"
    letter = open_letter(message_from_bytes(raw, policy=policy.default))
    assert letter.text.startswith("Dag")


def test_a_mail_in_a_mail_is_an_attachment() -> None:
    message = EmailMessage()
    message.set_content("See below")
    message.add_attachment(_letter())
    (attachment,) = open_letter(message).attachments
    assert attachment.content_type == "message/rfc822"
    assert b"Subject: Dag" in attachment.content


@pytest.mark.parametrize(
    ("header", "post", "expected"),
    [
        ("<https://x.nl/u/1>", "List-Unsubscribe=One-Click", "https://x.nl/u/1"),
        ("<mailto:u@x.nl>, <https://x.nl/u/1>", "List-Unsubscribe=One-Click", "https://x.nl/u/1"),
        ("<https://x.nl/u/1>", "", ""),
        ("<mailto:u@x.nl>", "List-Unsubscribe=One-Click", ""),
        ("<javascript:alert(1)>", "List-Unsubscribe=One-Click", ""),
    ],
)
def test_one_click_needs_both_headers_and_a_web_address(
    header: str, post: str, expected: str
) -> None:
    message = _letter()
    message["List-Unsubscribe"] = header
    if post:
        message["List-Unsubscribe-Post"] = post
    assert open_letter(message).unsubscribe_url == expected
