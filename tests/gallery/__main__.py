"""Photograph every page of the catalogue and write an index to leaf through.

    python -m tests.gallery [NAME ...]     only the pages whose name holds one of the words

Starts a product of its own, with a fresh demo, in ``var/gallery/product``.
"""

import html
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING

import django
from dotenv import dotenv_values
from playwright.sync_api import Browser, BrowserContext, Error, sync_playwright

from trm.serving.ports import free_port

if TYPE_CHECKING:
    from tests.browser.catalogue import Shot

ROOT = Path(__file__).resolve().parent.parent.parent
OUT = ROOT / "var" / "gallery"
STATE = OUT / "product"
PATIENCE = 180


@dataclass(frozen=True)
class Look:
    """One of the eight ways to look at a page."""

    language: str
    theme: str
    width: int

    @property
    def folder(self) -> str:
        return f"{self.language}-{self.theme}-{self.width}"


LOOKS = [Look(*parts) for parts in product(("nl", "en"), ("light", "dark"), (1440, 390))]


def main(words: list[str]) -> int:
    shutil.rmtree(STATE, ignore_errors=True)
    address = f"http://localhost:{(port := free_port(8020))}"
    STATE.mkdir(parents=True)
    process = subprocess.Popen(
        [sys.executable, "-m", "trm.serving"],
        cwd=ROOT,
        env={**os.environ, "VAR": str(STATE), "PORT": str(port), "BASE_URL": address},
    )
    try:
        _wait_until_ready(address, process)
        _set_up_django()
        faults = _photograph(address, words)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)
    for fault in faults:
        print(fault, file=sys.stderr)
    print(f"The gallery is at {OUT / 'index.html'}")
    return 1 if faults else 0


def _wait_until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/readyz", timeout=5):
                return
        except OSError:
            time.sleep(0.5)
    raise SystemExit("The product did not become ready.")


def _set_up_django() -> None:
    """Our own look into the product's database: languages are set, places are found there."""
    os.environ.update({k: v for k, v in dotenv_values(STATE / "run.env").items() if v is not None})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "trm.settings")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    os.environ["VAR"] = str(STATE)
    django.setup()


def _photograph(address: str, words: list[str]) -> list[str]:
    from tests.browser.catalogue import SHOTS  # noqa: PLC0415 -- these need Django to be set up
    from tests.browser.places import places  # noqa: PLC0415

    found = places()
    shots = [s for s in SHOTS if not words or any(word in s.name for word in words)]
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        for look in LOOKS:
            _speak(look.language)
            contexts: dict[str, BrowserContext] = {}
            for shot in shots:
                if shot.account not in contexts:
                    contexts[shot.account] = _context(browser, look, address, shot.account)
                try:
                    _take(contexts[shot.account], shot, look, shot.path.format(**found))
                except Error as error:
                    faults.append(f"{look.folder} {shot.name}: {str(error).splitlines()[0]}")
            for context in contexts.values():
                context.close()
            print(f"{look.folder}: {len(shots)} pages")
        browser.close()
    _write_index([shot.name for shot in shots] if not words else [s.name for s in SHOTS])
    return faults


def _speak(language: str) -> None:
    from core.models import User  # noqa: PLC0415 -- needs Django to be set up

    User.objects.update(language=language)


def _context(browser: Browser, look: Look, address: str, account: str) -> BrowserContext:
    from tests.browser.signing_in import sign_in  # noqa: PLC0415 -- needs Django to be set up

    context = browser.new_context(
        base_url=address,
        viewport={"width": look.width, "height": 900 if look.width > 600 else 844},
        color_scheme=look.theme,
        locale="nl-NL" if look.language == "nl" else "en-GB",
        has_touch=look.width < 600,
        reduced_motion="reduce",
    )
    if account:
        page = context.new_page()
        sign_in(page, account)
        page.close()
    return context


def _take(context: BrowserContext, shot: "Shot", look: Look, path: str) -> None:
    page = context.new_page()
    page.set_default_timeout(8000)
    try:
        page.goto(path)
        page.wait_for_load_state("networkidle")
        if shot.act is not None:
            shot.act(page)
        folder = OUT / look.folder
        folder.mkdir(exist_ok=True)
        page.screenshot(path=folder / f"{shot.name}.png", full_page=shot.act is None)
    finally:
        page.close()


def _write_index(names: list[str]) -> None:
    template = Template((Path(__file__).parent / "index.html").read_text())
    options = "".join(f"<option>{html.escape(name)}</option>" for name in names)
    (OUT / "index.html").write_text(template.substitute(options=options))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
