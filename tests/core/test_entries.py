"""Lines of a timeline are HTML made by hand: nothing given is taken for markup."""

from dataclasses import fields

import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

from core.entries import Entry, entry_html

HOSTILE = '<script>"&'
TEXTS = [one.name for one in fields(Entry) if one.type is str and one.name not in ("by", "icon")]


@pytest.mark.parametrize("by", ["human", "deed", "auto"])
@pytest.mark.parametrize("name", TEXTS)
def test_what_was_written_is_text(by: str, name: str) -> None:
    html = entry_html(Entry(by=by, **{"href": "/here", name: HOSTILE}))

    assert "<script>" not in html


def test_a_contact_moment_by_hand() -> None:
    html = entry_html(
        Entry(
            who="Iris Bakker",
            direction="in",
            channel="Call",
            icon="phone",
            title="About the summer",
            text=mark_safe("Wants <b>32</b> hours"),
            when="10:12",
            when_iso="2026-05-01T10:12:00+02:00",
            anchor="line-1",
            is_found=True,
        )
    )

    assert '<article class="entry entry-human entry-in is-found" id="line-1">' in html
    assert ">IB</span>" in html
    assert 'aria-label="from them"' in html
    assert '<p class="entry-title">About the summer</p>' in html
    assert '<div class="entry-text">Wants <b>32</b> hours</div>' in html
    assert '<time datetime="2026-05-01T10:12:00+02:00">10:12</time>' in html


def test_what_a_machine_did_says_so_and_what_a_person_changed_names_them() -> None:
    machine = entry_html(Entry(by="auto", title="Mail sent", icon="send"))
    person = entry_html(Entry(by="deed", title="Moved", icon="milestone", who="by Iris"))

    assert "automatic" in machine
    assert "automatic" not in person
    assert "<span>by Iris</span>" in person


def test_the_component_draws_the_same_line() -> None:
    drawn = Template('{% entry by="auto" title=title icon="send" %}').render(
        Context({"title": "Mail & more"})
    )

    assert drawn == entry_html(Entry(by="auto", title="Mail & more", icon="send"))
