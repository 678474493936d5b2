from datetime import date
from uuid import UUID

import pytest
from django.template import Context, Template
from django.urls import NoReverseMatch, reverse, set_script_prefix
from django.utils.safestring import mark_safe
from django.utils.translation import override

from core import words
from core.templatetags import ui


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Sanne de Wit", "SW"),
        ("Anne-Fleur van der Vegt", "AV"),
        ("Łukasz Wiśniewski", "ŁW"),
        ("Jo", "J"),
        ("de", "D"),
        ("(Piet) Jansen", "J"),
        ("", "?"),
    ],
)
def test_initials(name: str, expected: str) -> None:
    assert ui.initials(name) == expected


def test_tint_stays_with_a_name() -> None:
    assert ui.tint("Sanne de Wit") == ui.tint("Sanne de Wit") == "tint-6"
    assert len({ui.tint(number) for number in range(100)}) == words.TINTS


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("/people/1/undo/", "/people/1/undo/"),
        ("//evil.example/x", ""),
        ("https://evil.example/", ""),
        ("javascript:alert(1)", ""),
        ("safe", ""),
    ],
)
def test_local_path_lets_only_our_own_paths_through(url: str, expected: str) -> None:
    assert ui.local_path(url) == expected


def test_spark_runs_from_edge_to_edge_and_bears_one_or_no_value() -> None:
    assert ui.spark([0, 10], 96, 28)["points"] == "0.0,26.0 96.0,2.0"
    assert ui.spark([4, 4], 96, 28)["points"] == "0.0,14.0 96.0,14.0"
    assert ui.spark([7])["points"] == "0.0,14.0"
    assert ui.spark([])["points"] == ""


def test_trimmed_neither_takes_nor_gives_safety() -> None:
    html = Template("{{ value|trimmed }}").render
    assert html(Context({"value": " <b> "})) == "&lt;b&gt;"
    assert html(Context({"value": mark_safe(" <b> ")})) == "<b>"


def test_capture_renders_once_and_escapes_what_it_holds() -> None:
    template = Template("{% capture said %} {{ name }} {% endcapture %}[{{ said }}][{{ said }}]")

    assert template.render(Context({"name": "<i>"})) == "[&lt;i&gt;][&lt;i&gt;]"


def test_plain_leaves_words_for_a_title() -> None:
    assert ui.plain(mark_safe("<b>Sanne</b>\n  de Wit")) == "Sanne de Wit"


def test_the_address_of_a_row_is_that_of_reverse() -> None:
    uid = UUID("8d1d6c86-5b0f-4f4e-9d6b-0a2a0e0c7a11")
    expected = reverse("contacts:person", args=[uid])
    given = Context({"uid": uid, "text": str(uid)})

    for name in ("uid", "text", "uid as here"):
        template = Template("{% url 'contacts:person' " + name + " %}{{ here }}")
        assert template.render(given) == expected


def test_an_address_that_is_none_is_told_as_django_tells_it() -> None:
    given = Context({"uid": UUID(int=7)})

    with pytest.raises(NoReverseMatch):
        Template("{% url 'contacts:people' uid %}").render(given)
    assert Template("{% url 'contacts:people' uid as x %}[{{ x }}]").render(given) == "[]"


def test_an_address_stands_below_where_the_product_does() -> None:
    template, given = Template("{% url 'contacts:person' uid %}"), Context({"uid": UUID(int=7)})
    before = template.render(given)

    set_script_prefix("/below/")
    try:
        assert template.render(given) == f"/below{before}"
    finally:
        set_script_prefix("/")
    assert template.render(given) == before


def test_a_day_is_written_in_the_language_in_force() -> None:
    template = Template('{{ day|date:"DATE_FORMAT" }}')
    given = Context({"day": date(2026, 3, 4)})

    with override("nl"):
        assert template.render(given) == "4 maart 2026"
    with override("en"):
        assert template.render(given) == "4 March 2026"
    assert Template('[{{ nothing|date:"DATE_FORMAT" }}]').render(given) == "[]"


def test_options_mark_what_is_chosen_and_escape_what_is_given() -> None:
    choices = [("a", "A & B"), ("b", "<C>")]

    assert ui.options(choices, "b") == (
        '<option value="a">A &amp; B</option><option value="b" selected>&lt;C&gt;</option>'
    )
