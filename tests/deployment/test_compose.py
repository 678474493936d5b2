"""No container engine runs here; what can be wrong without one is looked at."""

import json
import re
import shutil
from importlib import import_module
from pathlib import Path
from typing import Any

import click
import jsonschema
import pytest
import yaml
from celery.bin.celery import celery as celery_cli
from django.core.management import get_commands, load_command_class

from tests.deployment.test_settings import named_in_example
from tests.support.servers import ROOT

COMPOSE = ROOT / "docker-compose.yml"
SERVICES = ["beat", "capture", "migrate", "postgres", "redis", "web", "worker"]
OURS = ["beat", "capture", "migrate", "web", "worker"]
# Of the images, not of TRM.
FOREIGN_VARIABLES = {"POSTGRES_USER", "POSTGRES_DB"}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = yaml.safe_load(COMPOSE.read_text())
    return document


def test_it_is_what_the_specification_allows(compose: dict[str, Any]) -> None:
    schema = json.loads((ROOT / "tests" / "data" / "compose-spec.json").read_text())
    jsonschema.Draft7Validator(schema).validate(compose)
    assert sorted(compose["services"]) == SERVICES


def test_every_service_that_stays_is_watched(compose: dict[str, Any]) -> None:
    watched = [
        name for name, service in compose["services"].items() if "test" in service["healthcheck"]
    ]
    assert sorted(watched) == sorted(set(SERVICES) - {"migrate"})


def test_what_is_referred_to_exists(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        assert set(service.get("secrets", [])) <= set(compose["secrets"])
        assert set(service.get("depends_on", {})) <= set(compose["services"])
        for volume in service.get("volumes", []):
            assert volume.partition(":")[0] in compose["volumes"]


def test_every_variable_is_explained(compose: dict[str, Any]) -> None:
    used = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text()))
    used |= {secret["environment"] for secret in compose["secrets"].values()}
    for service in compose["services"].values():
        used |= {name.removesuffix("_FILE") for name in service.get("environment", {})}
    assert used - FOREIGN_VARIABLES - named_in_example() == set()


def test_every_secret_is_one_that_its_service_reads(compose: dict[str, Any]) -> None:
    for service in compose["services"].values():
        files = {
            value.removeprefix("/run/secrets/")
            for name, value in service.get("environment", {}).items()
            if name.endswith("_FILE")
        }
        assert files == set(service.get("secrets", []))


def _commands() -> list[list[str]]:
    services = yaml.safe_load(COMPOSE.read_text())["services"]
    commands = [services[name]["command"] for name in OURS]
    checks = [services[name]["healthcheck"].get("test") for name in OURS]
    dockerfile = (ROOT / "Dockerfile").read_text()
    arrays = [json.loads(found) for found in re.findall(r"CMD (\[.*\])", dockerfile)]
    return commands + [check[1:] for check in checks if check] + arrays


@pytest.mark.parametrize("command", _commands(), ids=" ".join)
def test_every_command_exists(command: list[str]) -> None:
    match command:
        case ["python", "manage.py", name, *options]:
            parser = load_command_class(get_commands()[name], name).create_parser("", name)
            parser.parse_args(options)
        case ["python", "-m", module]:
            assert callable(import_module(module).main)
        case ["celery", "-A", "trm", name, *options]:
            program = celery_cli.commands[name]
            program.make_parser(click.Context(program)).parse_args(list(options))
        case ["gunicorn", "-c", config]:
            assert import_module(config.removeprefix("python:")).wsgi_app == "trm.wsgi:application"
        case _:
            pytest.fail(f"Nobody looked whether this exists: {command}")


def test_the_image_runs_as_nobody_in_particular() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER trm"]
    assert lines.index("USER trm") < next(n for n, one in enumerate(lines) if one.startswith("CMD"))
    copied = re.findall(r"^COPY (?!--)(\S+)", "\n".join(lines), re.MULTILINE)
    assert all((ROOT / name).exists() for name in copied)
    assert shutil.which("gunicorn") is not None
    assert Path(ROOT / ".dockerignore").read_text().splitlines().count(".env") == 1
