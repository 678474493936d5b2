import pytest
from django.template import Context, Template
from django.utils.safestring import mark_safe

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
