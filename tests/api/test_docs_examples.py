"""The examples of docs/api.md do what they say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from pytest_django import Settings

from tests.factories import UserFactory
from tests.factories.relationships import RelationshipFactory, stage
from tests.support.api import SCOPES, client_for
from trm.api import router

pytestmark = pytest.mark.django_db

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"
ANYTHING = "…"


def _pairs() -> list[tuple[str, str]]:
    blocks = re.findall(r"```http\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    return list(zip(blocks[::2], blocks[1::2], strict=True))


def _filled(text: str, known: dict[str, str]) -> str:
    return re.sub(r"\{([a-z_]+)\}", lambda found: known[found[1]], text)


def _ask(client: Any, block: str) -> Any:
    head, _, body = block.partition("\n\n")
    (method, path), *headers = (line.split(" ", 1) for line in head.strip().splitlines())
    named = {name.rstrip(":"): value for name, value in headers}
    if named.get("Content-Type") == "multipart/form-data":
        return client.post(path, _form(body), format="multipart")
    data = json.dumps(json.loads(body)) if body else ""
    return client.generic(method, path, data, content_type="application/json", headers=named)


def _form(body: str) -> dict[str, Any]:
    """``name=value`` on each line, as ``curl -F`` has it; ``@`` before the name of a file."""
    form: dict[str, Any] = {}
    for line in body.strip().splitlines():
        name, _is, value = line.partition("=")
        is_file = value.startswith("@")
        form[name] = SimpleUploadedFile(value[1:], b"A text") if is_file else value
    return form


def _check(said: Any, got: Any, known: dict[str, str]) -> None:
    """That ``got`` is what the page said; a name in braces that is new is learnt."""
    if isinstance(said, dict):
        is_whole = ANYTHING not in said
        assert set(said) - {ANYTHING} <= set(got), (said, got)
        assert not is_whole or set(said) == set(got), (said, got)
        for name in set(said) - {ANYTHING}:
            _check(said[name], got[name], known)
    elif isinstance(said, list):
        assert len(said) == len(got), (said, got)
        for one, other in zip(said, got, strict=True):
            _check(one, other, known)
    elif isinstance(said, str) and (name := re.fullmatch(r"\{([a-z_]+)\}", said)):
        assert known.setdefault(name[1], got) == got
    elif said == ANYTHING:
        assert got is not None
    elif isinstance(said, str) and said.startswith(ANYTHING):
        assert got.endswith(said[1:])
    else:
        assert said == got


def test_the_examples_of_the_page_work_in_their_order(tmp_path: Path, settings: Settings) -> None:
    settings.MEDIA_ROOT = tmp_path
    client = client_for(UserFactory(role="recruiter"), *SCOPES, "segments:read")
    known = {"not_now": str(stage("prospect", "not-now").uid)}
    asked: set[str] = set()

    for request, answer in _pairs():
        if "kind=prospect" in request:
            RelationshipFactory(at="identified")
        response = _ask(client, _filled(request, known))
        head, _brace, body = answer.partition("{\n" if "\n{\n" in answer else "\n{")
        status, *headers = head.strip().splitlines()
        assert response.status_code == int(status), (request, response.content)
        for header in headers:
            name, value = header.split(": ", 1)
            _check(value, response[name], known)
        _check(json.loads("{" + body), response.json(), known)
        asked.add(request.split()[1].removeprefix("/api/v1/").partition("?")[0].partition("/")[0])

    resources = {route.split("/")[0] for route, *_view in router.registry}
    assert resources - asked == set()
