"""What an integrator does: generate a client from our document, and work with it over HTTP."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from pytest_django.live_server_helper import LiveServer

from relationships.models import StageTransition
from tests.factories import ContactFactory, UserFactory
from tests.factories.relationships import RelationshipFactory
from tests.support.api import token_for

pytestmark = [pytest.mark.django_db(transaction=True)]


@pytest.fixture
def trm(live_server: LiveServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The generated package. Nothing of it may come with a warning."""
    generator = Path(sys.executable).with_name("openapi-python-client")
    done = subprocess.run(
        [
            generator,
            "generate",
            "--url",
            f"{live_server.url}/api/v1/openapi.json",
            "--output-path",
            tmp_path / "generated_trm",
            "--meta",
            "none",
            "--fail-on-warning",
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "Warning" not in done.stdout
    monkeypatch.syspath_prepend(tmp_path)
    yield importlib.import_module("generated_trm")
    for name in [name for name in sys.modules if name.partition(".")[0] == "generated_trm"]:
        del sys.modules[name]


def _operation(name: str) -> ModuleType:
    return importlib.import_module(f"generated_trm.api.{name}")


@pytest.fixture
def client_with(trm: Any, live_server: LiveServer) -> Iterator[Callable[[str], Any]]:
    with ExitStack() as opened:
        yield lambda secret: opened.enter_context(
            trm.AuthenticatedClient(base_url=live_server.url, token=secret)
        )


@pytest.fixture
def api(client_with: Callable[[str], Any]) -> Any:
    """The client of a recruiter."""
    return client_with(token_for(UserFactory(role="recruiter"))[1])


def test_the_generated_client_does_the_main_work(api: Any) -> None:
    models = importlib.import_module("generated_trm.models")

    created = _operation("contacts.contacts_create").sync(
        client=api,
        body=models.ContactRequest(
            given_name="Anna",
            family_name="Vegt",
            emails=[models.EmailRequest(address="anna@example.org", label="work")],
        ),
        idempotency_key="anna-1",
    )
    read = _operation("contacts.contacts_retrieve").sync(created.id, client=api)
    assert read == created
    assert (read.full_name, read.emails[0].address, read.city) == (
        "Anna Vegt",
        "anna@example.org",
        None,
    )

    patched = _operation("contacts.contacts_partial_update").sync(
        created.id, client=api, body=models.PatchedContactRequest(city="Zwolle")
    )
    assert (patched.city, patched.family_name) == ("Zwolle", "Vegt")

    put = _operation("contacts.contacts_by_external_id_update")
    bram = [
        put.sync_detailed(
            "ats",
            "C/7 é",
            client=api,
            body=models.ContactRequest(given_name="Bram", headline=headline),
        )
        for headline in ("Nurse", "Head nurse")
    ]
    assert [answer.status_code for answer in bram] == [201, 200]
    assert bram[1].parsed.headline == "Head nurse"
    known = _operation("contacts.contacts_by_external_id_retrieve")
    assert known.sync("ats", "C/7 é", client=api) == bram[1].parsed

    listed = _operation("contacts.contacts_list")
    ContactFactory.create_batch(3)
    page, seen = listed.sync(client=api, limit=2, include_total=True), []
    assert page.total == 5
    while True:
        seen += [contact.id for contact in page.data]
        if page.next_cursor is None:
            break
        page = listed.sync(client=api, cursor=page.next_cursor)
    assert len(seen) == len(set(seen)) == 5


def test_the_generated_client_moves_a_relationship_by_what_it_reads(api: Any) -> None:
    models = importlib.import_module("generated_trm.models")
    RelationshipFactory(at="identified")
    move = _operation("relationships.relationships_move")

    (relationship,) = _operation("relationships.relationships_list").sync(client=api).data
    lifecycles = _operation("lifecycles.lifecycles_list").sync(client=api).data
    stages = next(one.stages for one in lifecycles if one.kind == relationship.kind)
    here = next(stage for stage in stages if stage.id == relationship.stage.id)
    free = next(allowed for allowed in here.moves if not allowed.needs_reason)
    asks = next(allowed for allowed in here.moves if allowed.needs_reason)

    refused = move.sync_detailed(
        relationship.id, client=api, body=models.MoveRequest(to_stage=asks.to_stage)
    )
    moved = move.sync(relationship.id, client=api, body=models.MoveRequest(to_stage=free.to_stage))

    assert refused.status_code == 409
    assert isinstance(refused.parsed, models.Problem)
    assert (refused.parsed.code, refused.parsed.errors) == ("reason_needed", [])
    assert moved.stage.id == free.to_stage
    assert StageTransition.objects.count() == 1


def test_the_generated_client_is_given_typed_problems(
    api: Any, client_with: Callable[[str], Any]
) -> None:
    models = importlib.import_module("generated_trm.models")
    create = _operation("contacts.contacts_create")
    body = models.ContactRequest(given_name="A", emails=[models.EmailRequest(address="no")])

    unknown = create.sync_detailed(client=client_with("trm_nobody"), body=body)
    invalid = create.sync_detailed(client=api, body=body)

    assert (unknown.status_code, unknown.parsed.code) == (401, "invalid_token")
    assert invalid.status_code == 422
    assert isinstance(invalid.parsed, models.Problem)
    assert [(error.pointer, error.code) for error in invalid.parsed.errors] == [
        ("/emails/0/address", "invalid")
    ]
