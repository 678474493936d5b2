"""Every page of the catalogue, by the rules of the house: it answers as it should, fits a screen
and a phone, policy and console are silent, and nothing serious stands in anybody's way.
"""

import json
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page

from tests.browser.catalogue import SHOTS, Shot
from tests.browser.signing_in import sign_in
from tests.support.product import LiveProduct

pytestmark = pytest.mark.browser

GRAVE = {"serious", "critical"}
AXE = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"],
    "resultTypes": ["violations"],
    "preload": False,
}
PLACES = "import json; from tests.browser.places import places; print(json.dumps(places()))"
FITS = "document.documentElement.scrollWidth <= innerWidth"
TOO_WIDE = """() => [...document.body.querySelectorAll("*")]
        .filter((one) => one.getBoundingClientRect().right > innerWidth + 1)
        .slice(0, 8).map((one) => one.outerHTML.slice(0, 120))"""


class Visits:
    """One signed-in browser for each account, kept for all pages."""

    def __init__(self, browser: Browser, product: LiveProduct) -> None:
        self._browser = browser
        self._product = product
        self._contexts: dict[str, BrowserContext] = {}
        self.places: dict[str, str] = json.loads(
            product.manage("shell", "-v", "0", "-c", PLACES).splitlines()[-1]
        )

    def page(self, account: str) -> Page:
        if account not in self._contexts:
            context = self._browser.new_context(
                base_url=self._product.url,
                viewport={"width": 1440, "height": 900},
                reduced_motion="reduce",
            )
            self._contexts[account] = context
            if account:
                entrance = context.new_page()
                sign_in(entrance, account)
                entrance.close()
        return self._contexts[account].new_page()

    def close(self) -> None:
        for context in self._contexts.values():
            context.close()


@pytest.fixture(scope="module")
def visits(browser: Browser, live_product: LiveProduct) -> Iterator[Visits]:
    visits = Visits(browser, live_product)
    yield visits
    visits.close()


@pytest.mark.parametrize("shot", SHOTS, ids=lambda shot: shot.name)
def test_page(visits: Visits, shot: Shot) -> None:
    page = visits.page(shot.account)
    page.set_default_timeout(10_000)
    complaints: list[str] = []

    def listen(said: ConsoleMessage) -> None:
        # That a page was answered with 404 or 403 on purpose, Chromium logs by itself.
        if said.type in {"error", "warning"} and f"status of {shot.status}" not in said.text:
            complaints.append(said.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    answer = page.goto(shot.path.format(**visits.places))
    page.evaluate("document.fonts.ready.then(() => null)")
    if shot.act is not None:
        shot.act(page)

    assert answer is not None
    assert answer.status == shot.status
    assert too_wide(page) == []
    assert grave_violations(page) == []
    page.set_viewport_size({"width": 390, "height": 844})
    assert too_wide(page) == []
    assert complaints == []
    page.close()


def too_wide(page: Page) -> list[str]:
    """What sticks out to the right; charts get a moment to follow a change of width."""
    for _ in range(20):
        if page.evaluate(FITS):
            return []
        page.wait_for_timeout(100)
    return list(page.evaluate(TOO_WIDE))


def grave_violations(page: Page) -> list[tuple[str, str]]:
    found = Axe().run(page, options=AXE).response["violations"]
    # What an open menu half covers is whole again once the menu closes.
    let_pass = {"target-size"} if page.query_selector("details.menu[open]") else set()
    return [
        (one["id"], node["html"][:200])
        for one in found
        if one["impact"] in GRAVE and one["id"] not in let_pass
        for node in one["nodes"][:2]
    ]
