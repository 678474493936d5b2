from playwright.sync_api import Page

from trm.demo import accounts


def sign_in(page: Page, login: str) -> None:
    """Sign in as one of the demo's colleagues, through the page, as they would."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(f"{login}@{accounts.DOMAIN}")
    page.locator("input[name=password]").fill(accounts.PASSWORD)
    page.locator("form:has(input[name=password]) button[type=submit]").first.click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
