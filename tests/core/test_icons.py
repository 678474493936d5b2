import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from core import icons

TEMPLATES = Path(settings.BASE_DIR) / "templates"
NAMED = re.compile(r"""\{%\s*icon\s+"([a-z0-9-]+)"|\bicon(?:_after)?="([a-z0-9-]+)\"""")


def test_icon_is_hidden_from_screen_readers_unless_it_has_a_label() -> None:
    assert 'aria-hidden="true"' in icons.svg("mail")
    assert 'role="img" aria-label="From &lt;them&gt;"' in icons.svg("mail", "", "From <them>")


def test_icon_that_does_not_exist_fails_loudly() -> None:
    with pytest.raises(icons.UnknownIcon, match="no icon 'mial'"):
        Template('{% icon "mial" %}').render(Context())


def test_every_icon_that_a_template_names_exists() -> None:
    named = {
        tag or attribute
        for path in TEMPLATES.rglob("*.html")
        for tag, attribute in NAMED.findall(path.read_text())
    }

    assert len(named) > 20
    assert [name for name in sorted(named) if not icons.svg(name)] == []
