"""Every page and state worth looking at, by name: the gallery photographs them, and the browser
tests hold each against the rules of the house (accessibility, no overflow, no broken policy).
"""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import FilePayload, Page

Act = Callable[[Page], None]

FILE = FilePayload(
    name="old-colleagues.csv",
    mimeType="text/csv",
    buffer=b"Voornaam,Achternaam,E-mail,Functie,Lengte\n"
    b"Noor,van den Berg,noor.van.den.berg@example.org,Verpleegkundige,180\n"
    b"Tijmen,Smit,not-an-address,Planner,175\n",
)


@dataclass(frozen=True, kw_only=True)
class Shot:
    """``path`` may hold ``{person}`` and the like (see ``places``). ``act`` brings the state about.

    ``account`` is the login of who looks; empty: nobody is signed in.
    """

    name: str
    path: str
    account: str = "anouk"
    act: Act | None = None
    status: int = 200


def press(keys: str) -> Act:
    def act(page: Page) -> None:
        page.keyboard.press(keys)
        page.wait_for_timeout(200)

    return act


def say_why(page: Page) -> None:
    """Where a colleague holds them: the text comes after the word of why."""
    asked = page.locator("[name=override_reason]")
    if asked.count():
        asked.fill("They asked me to")
        asked.press("Enter")
    page.locator("#ready-text").wait_for()


def search_for(text: str) -> Act:
    def act(page: Page) -> None:
        page.keyboard.press("Control+k")
        page.keyboard.type(text)
        page.wait_for_timeout(600)

    return act


def click(selector: str) -> Act:
    """On the first that can be seen."""

    def act(page: Page) -> None:
        page.locator(f"{selector} >> visible=true").first.click()
        page.wait_for_timeout(400)

    return act


def wait_for(selector: str) -> Act:
    def act(page: Page) -> None:
        page.locator(selector).first.wait_for()

    return act


def write_a_note(page: Page) -> None:
    page.locator("textarea[name=body]").press_sequentially(
        "#sluis @hendrik.bosman !belofte planning sturen voor vrijdag. @jo"
    )
    page.locator("#mark-choices").wait_for()
    page.locator(".understood-list").wait_for()
    page.wait_for_timeout(400)


def edit_a_cell(page: Page) -> None:
    page.locator("td[data-cell] >> visible=true").first.dblclick()
    page.locator(".cell-form").wait_for()


def look_at_file(page: Page) -> None:
    page.locator("main input[type=file]").set_input_files(FILE)
    page.locator("main form:has(input[type=file]) button").first.click()
    page.locator("form[action$='/check/']").wait_for()
    page.wait_for_load_state("networkidle")


def try_file(page: Page) -> None:
    look_at_file(page)
    page.locator("select[name=option_kind]").select_option("prospect")
    page.locator("form[action$='/check/'] .btn-primary").click()
    page.locator("form[action$='/start/']").first.wait_for()


def read_a_mail(page: Page) -> None:
    """Have one caught, for the demo comes with none, and open it."""
    page.locator("input[name=email]").fill("lena@vaartenveld.example")
    page.locator("form:has(input[name=email]) button").first.click()
    page.goto("/outbox/")
    mail = page.locator("main tbody a").first
    for _ in range(20):
        if mail.count():
            break
        page.wait_for_timeout(250)
        page.reload()
    mail.click()
    page.locator("iframe, pre").first.wait_for()


SHOTS = [
    Shot(name="sign-in", path="/accounts/login/", account=""),
    Shot(name="sign-in-lost-password", path="/accounts/password/reset/", account=""),
    Shot(name="sign-in-closed", path="/accounts/signup/", account=""),
    Shot(name="invitation-gone", path="/accounts/invitation/gone/", account="", status=410),
    Shot(name="desk", path="/", account="samira"),
    Shot(name="desk-empty", path="/", account="lena"),
    Shot(name="desk-new-menu", path="/", account="samira", act=click(".bar-new")),
    Shot(name="desk-user-menu", path="/", account="samira", act=click("#user-menu > summary")),
    Shot(name="desk-waiting", path="/desk/waiting/", account="samira"),
    Shot(name="desk-waiting-touches", path="/desk/waiting/?sort=touch", account="samira"),
    Shot(name="losing-touch", path="/losing-touch/", account="samira"),
    Shot(name="losing-touch-all", path="/losing-touch/?whose=all&kind=alumnus"),
    Shot(name="digest", path="/settings/digest/", account="samira"),
    Shot(name="digest-link-gone", path="/digest/gone/off/", account="", status=404),
    Shot(name="cadences", path="/settings/cadences/"),
    Shot(
        name="desk-item-menu",
        path="/",
        account="samira",
        act=click(".desk-item:has(form[action*='/tasks/']) .menu > summary"),
    ),
    Shot(
        name="desk-log-dialog",
        path="/",
        account="samira",
        act=click(".desk-acts a[hx-target='#dialog-content']"),
    ),
    Shot(name="palette", path="/insights/", act=search_for("jan")),
    Shot(name="keyboard-map", path="/settings/", act=press("?")),
    Shot(name="search", path="/search/?q=jan"),
    Shot(name="search-nothing", path="/search/?q=zzzzzz"),
    Shot(name="people", path="/people/"),
    Shot(name="people-filtered", path="/people/?kind=alumnus&q=an"),
    Shot(name="people-none", path="/people/?q=zzzzzz"),
    Shot(name="people-peek", path="/people/?peek={person}", act=wait_for("#panel-content h2")),
    Shot(
        name="people-ticked",
        path="/people/?columns=city,tags,email",
        act=click("[data-select-all]"),
    ),
    Shot(name="people-cell", path="/people/?columns=city,tags", act=edit_a_cell),
    Shot(name="people-filter", path="/people/?add=not_city&not_city=Utrecht"),
    Shot(name="people-view", path="/people/?view={view}", account="samira"),
    Shot(
        name="people-view-changed",
        path="/people/?view={view}&edited=1&kind=alumnus&sort=-city",
        account="samira",
    ),
    Shot(name="people-columns", path="/people/columns/"),
    Shot(name="people-columns-dialog", path="/people/", act=press("v")),
    Shot(name="views", path="/people/views/", account="samira"),
    Shot(name="views-none", path="/people/views/", account="lena"),
    Shot(name="view-new", path="/people/views/new/?city=Utrecht"),
    Shot(name="bulk-new", path="/people/bulk/new/?act=stage&all=1&list-kind=prospect"),
    Shot(name="bulk-nobody", path="/people/bulk/new/?act=tag"),
    Shot(name="bulk-acts", path="/people/bulk/", account="samira"),
    Shot(name="bulk-acts-none", path="/people/bulk/", account="lena"),
    Shot(name="bulk-act", path="/people/bulk/{bulk}/", account="samira"),
    Shot(name="mail", path="/mail/", account="samira"),
    Shot(name="mail-aside", path="/mail/?show=aside", account="samira"),
    Shot(name="mail-none", path="/mail/"),
    Shot(name="mail-place", path="/mail/{unknown_mail}/person/", account="samira"),
    Shot(name="mail-filing", path="/settings/filing/", account="samira"),
    Shot(name="mail-filing-none", path="/settings/filing/"),
    Shot(name="mail-filing-renew", path="/settings/filing/renew/", account="samira"),
    Shot(name="duplicates", path="/people/duplicates/"),
    Shot(name="duplicates-none", path="/people/duplicates/?q=zzzzzz"),
    Shot(name="duplicates-later", path="/people/duplicates/?show=later"),
    Shot(name="duplicate-rules", path="/people/duplicates/rules/"),
    Shot(name="merges", path="/people/merges/"),
    Shot(name="merge-record", path="/people/merges/{merge}/"),
    Shot(name="merge", path="/people/{twice}/merge/?with={double}"),
    Shot(name="merge-with", path="/people/{person}/merge/"),
    Shot(name="flag-double", path="/people/{twice}/double/?with={double}"),
    Shot(name="flag-double-with", path="/people/{twice}/double/"),
    Shot(name="person-new", path="/people/new/"),
    Shot(name="person", path="/people/{person}/"),
    Shot(name="person-newcomer", path="/people/{newcomer}/"),
    Shot(name="person-about", path="/people/{person}/?tab=about"),
    Shot(
        name="person-freshness",
        path="/people/{person}/?tab=about",
        act=click("#person-tab details.disclosure > summary"),
    ),
    Shot(name="people-export", path="/people/export/?kind=alumnus"),
    Shot(name="people-exports", path="/people/exports/"),
    Shot(
        name="people-custom-filter",
        path="/people/?custom_would_mentor=yes",
    ),
    Shot(name="person-enrolled", path="/people/{enrolled}/"),
    Shot(name="person-ties", path="/people/{tied}/?tab=ties"),
    Shot(name="person-two-sides", path="/people/{employed_person}/?tab=sides"),
    Shot(name="person-tie-new", path="/people/{tied}/ties/new/"),
    Shot(name="person-tie-organisation", path="/people/{tied}/ties/new/?with=organisation"),
    Shot(
        name="person-tie-dialog",
        path="/people/{tied}/?tab=ties",
        act=click("a[data-key=t]"),
    ),
    Shot(name="organisation", path="/organisations/{school}/"),
    Shot(name="insights-two-sides", path="/insights/two-sides/"),
    Shot(name="insights-continuity", path="/insights/continuity/"),
    Shot(name="insights-touch", path="/insights/touch/?days=365"),
    Shot(name="heirs", path="/hand-over/{colleague}/"),
    Shot(name="settings-ties", path="/settings/ties/"),
    Shot(name="settings-tie-new", path="/settings/ties/new/"),
    Shot(name="settings-ownership", path="/settings/ownership/"),
    Shot(name="person-privacy", path="/people/{person}/?tab=privacy"),
    Shot(name="person-edit", path="/people/{person}/edit/"),
    Shot(name="person-erase", path="/people/{person}/erase/"),
    Shot(name="person-log", path="/people/{person}/log/"),
    Shot(name="person-timeline", path="/people/{person}/timeline/?what=contact&began=them"),
    Shot(name="person-timeline-none", path="/people/{person}/timeline/?q=zzzz"),
    Shot(name="person-timeline-years", path="/people/{person}/timeline/years/"),
    Shot(
        name="person-timeline-years-dialog",
        path="/people/{person}/",
        act=click(".timeline-filters a[hx-target='#dialog-content']"),
    ),
    Shot(name="person-task-new", path="/people/{person}/tasks/new/"),
    Shot(name="person-relationship-new", path="/people/{person}/relationships/new/"),
    Shot(name="person-engagement-new", path="/people/{person}/engagements/new/"),
    Shot(name="engagements", path="/engagements/"),
    Shot(name="engagements-assignments", path="/engagements/?view=assignments"),
    Shot(name="engagements-all", path="/engagements/?view=all&q=an"),
    Shot(name="engagements-none", path="/engagements/?q=zzzzzz"),
    Shot(name="rates", path="/engagements/rates/"),
    Shot(name="rates-role", path="/engagements/rates/", act=click("main tbody a")),
    Shot(name="engagement", path="/engagements/{engagement}/"),
    Shot(name="leaving", path="/engagements/leaving/"),
    Shot(name="engagement-ending", path="/engagements/{ending}/"),
    Shot(name="engagement-feedback", path="/engagements/{ending}/feedback/them/"),
    Shot(name="engagement-touch", path="/engagements/{ending}/stay-in-touch/"),
    Shot(name="way-out-steps", path="/settings/way-out/assignment/"),
    Shot(name="papers", path="/engagements/papers/"),
    Shot(name="paper-new", path="/engagements/{dossier}/papers/new/"),
    Shot(name="paper-check", path="/engagements/{dossier}/papers/check/"),
    Shot(name="dossiers", path="/engagements/dossiers/"),
    Shot(name="dossier", path="/engagements/{dossier}/dossier/"),
    Shot(name="dossier-fill", path="/engagements/{dossier}/dossier/fill/"),
    Shot(name="questionnaire", path="/settings/questionnaire/"),
    Shot(name="questionnaire-draft", path="/settings/questionnaire/draft/"),
    Shot(name="engagement-edit", path="/engagements/{engagement}/edit/"),
    Shot(name="engagement-edit-dialog", path="/engagements/{engagement}/", act=press("e")),
    Shot(name="engagement-end", path="/engagements/{engagement}/end/"),
    Shot(name="engagement-move", path="/engagements/{engagement}/move/"),
    Shot(name="person-note-understood", path="/people/{person}/log/", act=write_a_note),
    Shot(name="person-promise-new", path="/people/{person}/promises/new/"),
    Shot(name="promise-anew", path="/promises/{promise}/anew/"),
    Shot(name="promise-broken", path="/promises/{promise}/broken/"),
    Shot(name="promise-withdraw", path="/promises/{promise}/withdraw/"),
    Shot(name="person-goodwill", path="/people/{person}/", act=click("#goodwill summary")),
    Shot(name="person-goodwill-new", path="/people/{person}/goodwill/new/"),
    Shot(name="person-fact-new", path="/people/{person}/facts/new/"),
    Shot(name="person-health", path="/relationships/{relationship}/health/"),
    Shot(name="person-health-dialog", path="/people/{person}/", act=click("a.health")),
    Shot(name="note-edit", path="/notes/{note}/edit/", account="joris"),
    Shot(name="people-owed", path="/people/?we_owe=1"),
    Shot(name="log-whom", path="/log/"),
    Shot(name="log-dialog", path="/people/", act=press("c")),
    Shot(name="person-message", path="/people/{person}/message/"),
    Shot(name="person-message-text", path="/people/{person}/message/", act=say_why),
    Shot(name="person-quick-menu", path="/people/{person}/", act=click(".standing-line summary")),
    Shot(name="segments", path="/segments/"),
    Shot(name="segments-reader", path="/segments/", account="lena"),
    Shot(name="segment", path="/segments/{segment}/"),
    Shot(name="segment-history", path="/segments/{segment}/history/"),
    Shot(name="segment-new", path="/segments/new/"),
    Shot(name="segment-edit", path="/segments/{nested}/edit/"),
    Shot(name="segment-review", path="/segments/{reviewed}/review/"),
    Shot(name="pool", path="/segments/pools/{pool}/"),
    Shot(name="pool-board", path="/segments/pools/{pool}/board/"),
    Shot(name="pool-edit", path="/segments/pools/{pool}/edit/"),
    Shot(name="pool-new", path="/segments/pools/new/"),
    Shot(name="pool-add", path="/segments/pools/{pool}/add/?q=jan"),
    Shot(name="pool-put", path="/people/{person}/pools/"),
    Shot(name="imports", path="/people/import/"),
    Shot(name="import-columns", path="/people/import/", act=look_at_file),
    Shot(name="import-dry-run", path="/people/import/", act=try_file),
    Shot(name="board-prospect", path="/boards/prospect/"),
    Shot(name="board-freelancer", path="/boards/freelancer/"),
    Shot(name="board-alumnus", path="/boards/alumnus/"),
    Shot(name="board-employee", path="/boards/employee/"),
    Shot(name="campaigns", path="/campaigns/"),
    Shot(name="campaign-new", path="/campaigns/new/"),
    Shot(name="campaign-take-in", path="/people/{person}/campaigns/new/"),
    Shot(name="campaign-running", path="/campaigns/{running}/"),
    Shot(name="campaign-ended", path="/campaigns/{ended}/"),
    Shot(name="campaign-draft", path="/campaigns/{draft}/"),
    Shot(name="campaign-edit", path="/campaigns/{draft}/edit/"),
    Shot(name="campaign-audience", path="/campaigns/{draft}/audience/"),
    Shot(name="campaign-preview", path="/campaigns/{draft}/preview/"),
    Shot(name="campaign-preview-running", path="/campaigns/{running}/preview/"),
    Shot(name="campaign-people", path="/campaigns/{running}/people/"),
    Shot(name="campaign-problems", path="/campaigns/{running}/problems/"),
    Shot(name="campaign-step", path="/campaigns/{draft}/steps/{step}/"),
    Shot(name="campaign-step-new", path="/campaigns/{draft}/steps/new/follow_up/"),
    Shot(name="insights", path="/insights/"),
    Shot(name="life-cycle", path="/insights/life-cycle/"),
    Shot(name="funnel", path="/insights/funnel/?by=source"),
    Shot(name="settings", path="/settings/"),
    Shot(name="settings-reader", path="/settings/", account="lena"),
    Shot(name="profile", path="/settings/profile/"),
    Shot(name="preferences", path="/settings/preferences/"),
    Shot(name="password-change", path="/accounts/password/change/"),
    Shot(name="email-change", path="/accounts/email/"),
    Shot(name="two-factor", path="/accounts/2fa/"),
    Shot(name="tokens", path="/settings/tokens/"),
    Shot(name="token-new", path="/settings/tokens/new/"),
    Shot(name="team", path="/settings/team/"),
    Shot(name="team-invite", path="/settings/team/invite/"),
    Shot(name="team-colleague", path="/settings/team/{colleague}/"),
    Shot(name="roles", path="/settings/roles/"),
    Shot(name="role", path="/settings/roles/{role}/"),
    Shot(name="role-new", path="/settings/roles/new/"),
    Shot(name="fields", path="/settings/fields/"),
    Shot(name="field", path="/settings/fields/{field}/"),
    Shot(name="field-new", path="/settings/fields/new/"),
    Shot(name="profile-ask", path="/settings/profile-ask/"),
    Shot(name="units", path="/settings/units/"),
    Shot(name="unit", path="/settings/units/{unit}/"),
    Shot(name="unit-new", path="/settings/units/new/"),
    Shot(name="skill-catalogue", path="/settings/skills/"),
    Shot(name="skill-new", path="/settings/skills/new/"),
    Shot(name="skill", path="/settings/skills/{skill}/"),
    Shot(name="skill-merge", path="/settings/skills/{skill}/merge/"),
    Shot(name="people-by-skill", path="/people/?skill=python&skill=%3E%3D3&add=skill"),
    Shot(name="lifecycles", path="/settings/lifecycles/"),
    Shot(name="lifecycle", path="/settings/lifecycles/prospect/"),
    Shot(name="stage", path="/settings/lifecycles/prospect/in-contact/"),
    Shot(name="stage-new", path="/settings/lifecycles/prospect/add/"),
    Shot(name="stage-rules", path="/settings/stages/{offer}/rules/"),
    Shot(name="automation", path="/settings/stages/{just_left}/automation/"),
    Shot(name="automation-new", path="/settings/stages/{just_left}/automation/new/?act=task"),
    Shot(name="stage-templates", path="/settings/stage-templates/"),
    Shot(name="template-use", path="/settings/stage-templates/{template}/use/freelancer/"),
    Shot(name="template-new", path="/settings/lifecycles/prospect/template/"),
    Shot(name="pool-template", path="/segments/pools/{pool}/template/"),
    Shot(name="stage-put-aside", path="/settings/stages/{offer}/put-aside/"),
    Shot(name="stage-history", path="/relationships/{relationship}/history/"),
    Shot(name="become", path="/relationships/{hireable}/becomes/employee/"),
    Shot(name="become-alumnus", path="/relationships/{employed}/becomes/alumnus/"),
    Shot(name="audit", path="/settings/audit/"),
    Shot(name="outbox", path="/outbox/"),
    Shot(name="outbox-none", path="/outbox/?q=zzzzzz"),
    Shot(name="outbox-mail", path="/accounts/password/reset/", act=read_a_mail),
    Shot(name="preference-page", path="/u/{token}/", account=""),
    Shot(name="profile-page", path="/u/{profile}/profile/", account=""),
    Shot(name="profile-page-over", path="/u/{profile_over}/profile/", account="", status=410),
    Shot(name="preference-page-gone", path="/u/gone/", account="", status=404),
    Shot(name="not-found", path="/nowhere/", status=404),
    Shot(name="not-allowed", path="/settings/audit/", account="lena", status=403),
    Shot(name="api-docs", path="/api/v1/docs"),
    Shot(name="styleguide", path="/styleguide/"),
]
