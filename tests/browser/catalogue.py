"""Every page and state worth looking at, by name: the gallery photographs them, and the browser
tests hold each against the rules of the house (accessibility, no overflow, no broken policy).
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

Act = Callable[[Page], None]


@dataclass(frozen=True, kw_only=True)
class Shot:
    """``path`` may hold ``{person}`` and the like (see ``places``). ``act`` brings the state about.

    ``account`` is the login of who looks; empty: nobody is signed in.
    """

    name: str
    path: str
    account: str = "anouk"
    act: Act | None = None


def press(keys: str) -> Act:
    def act(page: Page) -> None:
        page.keyboard.press(keys)
        page.wait_for_timeout(200)

    return act


def search_for(text: str) -> Act:
    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type(text)
        page.wait_for_timeout(600)

    return act


SHOTS = [
    Shot(name="sign-in", path="/accounts/login/", account=""),
    Shot(name="desk", path="/", account="samira"),
    Shot(name="insights", path="/insights/"),
    Shot(name="styleguide", path="/styleguide/"),
    Shot(name="palette", path="/insights/", act=search_for("jan")),
]
