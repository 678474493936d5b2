"""Debian's Chromium under Playwright."""

import os
import shutil
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome")


def chromium() -> str | None:
    return next((path for path in map(shutil.which, NAMES) if path), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    path = chromium()
    if path is None:
        pytest.skip("There is no Chromium on this machine")
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync"]
    return {
        **browser_type_launch_args,
        "executable_path": path,
        "args": ["--no-first-run", *quiet, *(["--no-sandbox"] if os.geteuid() == 0 else [])],
    }


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """The language is said, for it is the machine's otherwise."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "Europe/Amsterdam",
        "viewport": {"width": 1440, "height": 900},
    }
