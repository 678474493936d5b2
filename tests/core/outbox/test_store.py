from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from core.outbox.store import Outbox

MAIL = "From: a@x.nl\r\nTo: jip@x.nl\r\nSubject: {subject}\r\n\r\nDag Jip\r\n"


@pytest.fixture
def outbox(tmp_path: Path) -> Outbox:
    return Outbox(tmp_path / "outbox")


def _add(outbox: Outbox, subject: str, to: str = "jip@x.nl") -> str:
    content = MAIL.format(subject=subject).encode()
    return outbox.add(sender="a@x.nl", recipients=[to], content=content).id


def test_a_mail_comes_back_byte_by_byte(outbox: Outbox) -> None:
    content = b"Subject: x\r\n\r\n.\xff\x00 not UTF-8\r\n"
    added = outbox.add(sender="a@x.nl", recipients=["b@x.nl", "c@x.nl"], content=content)

    found = Outbox(outbox.folder).get(added.id)

    assert found is not None
    assert found.raw == content
    assert found.summary == added
    assert (added.sender, added.recipients) == ("a@x.nl", ("b@x.nl", "c@x.nl"))
    assert datetime.now(UTC) - added.caught_at < timedelta(minutes=1)


def test_an_encoded_subject_is_read(outbox: Outbox) -> None:
    added = outbox.add(
        sender="", recipients=["b@x.nl"], content=b"Subject: =?utf-8?q?Caf=C3=A9?=\r\n\r\n"
    )
    assert added.subject == "Café"


def test_an_empty_or_missing_folder_is_an_empty_page(outbox: Outbox) -> None:
    page = outbox.page()
    assert (page.mails, page.next_before) == ([], "")


def test_pages_go_back_in_time_without_a_gap_or_a_repeat(outbox: Outbox) -> None:
    ids = [_add(outbox, f"mail {n}") for n in range(5)]

    first = outbox.page(size=2)
    _add(outbox, "came meanwhile")
    second = outbox.page(size=2, before=first.next_before)
    third = outbox.page(size=2, before=second.next_before)

    pages = [[mail.id for mail in page.mails] for page in (first, second, third)]
    assert pages == [[ids[4], ids[3]], [ids[2], ids[1]], [ids[0]]]
    assert third.next_before == ""


@pytest.mark.parametrize("search", ["welkom", "WELKOM jip", "jip@x.nl", "welk x.nl"])
def test_search_finds_words_of_subject_and_recipient(outbox: Outbox, search: str) -> None:
    wanted = _add(outbox, "Welkom terug")
    _add(outbox, "Tot ziens", to="anna@y.nl")
    assert [mail.id for mail in outbox.page(search=search).mails] == [wanted]


@pytest.mark.parametrize("mail_id", ["../secret", "..", "", "1-2/..", "00000000000000000001-none"])
def test_what_is_no_id_of_ours_is_not_found(outbox: Outbox, mail_id: str) -> None:
    _add(outbox, "x")
    (outbox.folder.parent / "secret.eml").write_text("secret")
    assert outbox.get(mail_id) is None


def test_half_a_mail_is_never_seen(outbox: Outbox) -> None:
    whole = _add(outbox, "whole")
    (outbox.folder / "99999999999999999999-aaaaaaaa.draft").write_bytes(b"X-TRM-Caught: {")
    assert [mail.id for mail in outbox.page().mails] == [whole]
