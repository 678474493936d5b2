"""What gathers our words does not look inside f-strings: a word in one stays English for ever."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ["trm", "core", "contacts", "relationships", "campaigns", "programmes"]
PACKAGES += ["insights", "community", "integrations"]
WORDS = {"_", "_t", "_lazy"} | {
    f"{kind}gettext{ending}" for kind in ("", "n", "p", "np") for ending in ("", "_lazy", "_noop")
}


def hidden(source: str) -> Iterator[int]:
    """The lines on which a word is asked for inside an f-string."""
    for string in ast.walk(ast.parse(source)):
        if isinstance(string, ast.JoinedStr):
            for node in ast.walk(string):
                if isinstance(node, ast.Call) and _name(node.func) in WORDS:
                    yield node.lineno


def _name(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def test_no_word_hides_in_an_f_string() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in PACKAGES
        for path in sorted((ROOT / package).rglob("*.py"))
        for line in hidden(path.read_text())
    ]

    assert found == []


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("f\"{_('new')}\"", [1]),
        ("x = 1\nf\"{escape(translation.gettext('new'))} {y}\"", [2]),
        ("word = _('new')\nf\"{word}\"", []),
    ],
)
def test_one_that_hides_is_found(source: str, lines: list[int]) -> None:
    assert list(hidden(source)) == lines
