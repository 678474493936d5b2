from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from contacts.models import Contact, ImportRun
from contacts.services import import_work, imports
from core.models import User
from tests.contacts.imports.bringing import HR, LINKEDIN, bring_in, check, upload
from tests.factories import ContactFactory, OrgUnitFactory, UserFactory

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}
SMALL = "Voornaam;Achternaam;E-mail\nJan;Vos;jan@example.nl\n;;leeg@example.nl\n"


@pytest.fixture(autouse=True)
def _media(settings: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.MEDIA_ROOT = tmp_path  # type: ignore[attr-defined]
    monkeypatch.setattr("contacts.views.imports.hurry", lambda: None)


@pytest.fixture
def recruiter(client: Client) -> User:
    user = UserFactory(role="recruiter", unit=OrgUnitFactory(), language="en")
    client.force_login(user)
    return user


def page(run: ImportRun, name: str = "import_run") -> str:
    return reverse(f"contacts:{name}", args=[run.uid])


def posted(client: Client, run: ImportRun, **changed: str) -> dict[str, str]:
    """The form of the columns as the page shows it, with some of it changed."""
    forms = client.get(page(run)).context["forms"]
    data = {
        bound.html_name: bound.value() for part in forms.parts for bound in part if bound.value()
    }
    return {**{name: str(value) for name, value in data.items()}, **changed}


def test_a_file_goes_from_upload_to_report(client: Client, recruiter: User) -> None:
    response = client.post(
        reverse("contacts:imports"),
        {"file": SimpleUploadedFile(HR.name, HR.read_bytes())},
    )
    run = ImportRun.objects.get()
    assert (response.status_code, response["Location"]) == (302, page(run))

    client.post(page(run, "check_import"), posted(client, run))
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKING
    assert "Waiting for a worker" in client.get(page(run)).content.decode()
    import_work.work_on_next()

    report = client.get(page(run))
    assert report.context["outcomes"] == [
        ("created", "Created", 1204, False),
        ("updated", "Updated", 13, False),
        ("skipped", "Skipped", 45, False),
        ("refused", "Refused", 2, False),
    ]
    assert Contact.objects.count() == 0
    client.post(page(run, "start_import"))
    import_work.work_on_next()

    report = client.get(page(run), {"outcome": "refused"})
    assert [row.number for row in report.context["page"].rows] == [312, 936]
    assert Contact.objects.filter(unit=recruiter.role_grants.get().unit).count() == 1204
    assert "1,204" in client.get(reverse("contacts:imports")).content.decode()


def test_choices_of_the_page_reach_the_import(client: Client, recruiter: User) -> None:
    run = upload(SMALL, recruiter)

    client.post(
        page(run, "check_import"),
        posted(client, run, column_1="", tag="Job fair", option_kind="alumnus", policy="overwrite"),
    )

    run.refresh_from_db()
    assert run.mapping == {"0": "given", "2": "email"}
    assert run.options["tag"] == "Job fair"
    assert run.options["kind"] == "alumnus"
    assert run.options["policy"] == "overwrite"
    assert run.options["heeds_notes"] == "yes"


def test_columns_are_shown_anew_when_the_reading_changes(client: Client, recruiter: User) -> None:
    run = upload(HR, recruiter)
    data = posted(client, run, encoding="utf_8", column_1="note")

    fragment = client.get(page(run), data, headers=HTMX).content.decode()
    assert fragment.strip().startswith('<div id="columns"')
    assert "Garc\ufffda" in fragment
    shown = client.get(page(run), data).context
    assert shown["shown"].has_unreadable
    assert shown["forms"].columns["column_1"].value() == "note"
    comma = client.get(page(run), {**data, "delimiter": ","}).context
    assert len(comma["shown"].headers) == 1
    others = {**posted(client, run), "columns_of": "others", "column_2": ""}
    back = client.get(page(run), others).context
    assert back["forms"].columns["column_2"].value() == "given"
    run.refresh_from_db()
    assert run.encoding == "cp1252"


def test_without_a_name_the_page_says_so_and_keeps_what_was_chosen(
    client: Client, recruiter: User
) -> None:
    run = upload(SMALL, recruiter)

    response = client.post(
        page(run, "check_import"), posted(client, run, column_0="", column_1="", tag="Fair")
    )

    assert response.status_code == 422
    assert "Say which column holds the name" in response.content.decode()
    assert response.context["forms"].options["tag"].value() == "Fair"


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("empty.csv", b" ", "The file is empty."),
        ("people.pdf", b"%PDF-1.4 \x00\x01", "This is not a file of people."),
    ],
)
@pytest.mark.usefixtures("recruiter")
def test_what_is_no_file_of_people_is_refused_in_words(
    client: Client, name: str, content: bytes, message: str
) -> None:
    response = client.post(reverse("contacts:imports"), {"file": SimpleUploadedFile(name, content)})

    assert response.status_code == 422
    assert message in response.content.decode()
    assert not ImportRun.objects.exists()


@pytest.mark.usefixtures("recruiter")
def test_a_file_that_is_too_large_is_refused_in_words(client: Client, settings: object) -> None:
    settings.IMPORT_MAX_MEGABYTES = 0  # type: ignore[attr-defined]

    response = client.post(
        reverse("contacts:imports"), {"file": SimpleUploadedFile("a.csv", SMALL.encode())}
    )

    assert response.status_code == 422
    assert "larger than 0 MB" in response.content.decode()


def test_progress_is_polled_until_it_is_done(client: Client, recruiter: User) -> None:
    run = upload(SMALL, recruiter)
    client.post(page(run, "check_import"), posted(client, run))

    waiting = client.get(page(run, "import_progress"), headers=HTMX)
    assert f'hx-get="{page(run, "import_progress")}"' in waiting.content.decode()
    import_work.work_on_next()
    done = client.get(page(run, "import_progress"), headers=HTMX)

    assert done["HX-Redirect"] == page(run)


def test_the_report_is_narrowed_and_leafed_through(client: Client, recruiter: User) -> None:
    run = bring_in(LINKEDIN, recruiter)

    first = client.get(page(run)).context
    numbers = [row.number for row in first["page"].rows]
    assert numbers == list(range(5, 55))
    assert first["previous_url"] == ""
    second = client.get(page(run) + first["next_url"]).context
    assert [row.number for row in second["page"].rows] == list(range(55, 105))
    back = client.get(page(run) + second["previous_url"]).context
    assert [row.number for row in back["page"].rows] == numbers
    assert client.get(page(run), {"outcome": "refused"}).context["page"].rows == []
    assert client.get(page(run), {"note": "x'--", "after": "a"}).context["chosen"] is None


def test_rows_are_narrowed_by_what_was_noticed(client: Client, recruiter: User) -> None:
    run = bring_in(SMALL + "Sultan;Y?lmaz;s@example.nl\n", recruiter)

    shown = client.get(page(run), {"note": "lost_letters"}).context

    assert [row.number for row in shown["page"].rows] == [4]
    assert shown["chosen"].title == "Letters lost in the file"


@pytest.mark.parametrize("count", [1, 3])
def test_the_report_costs_the_same_queries_however_many_rows(
    client: Client,
    recruiter: User,
    count: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    rows = "".join(f"Naam{n};n{n}@example.nl\n" for n in range(count))
    run = bring_in(f"Voornaam;E-mail\n{rows}", recruiter)

    # The session, the user, their roles and units; the run; its rows, and who of them is seen.
    with django_assert_num_queries(9):
        client.get(page(run))


def test_people_out_of_sight_are_not_linked(client: Client, recruiter: User) -> None:
    run = bring_in(SMALL, recruiter)
    Contact.objects.update(unit=OrgUnitFactory())

    (row,) = client.get(page(run), {"outcome": "created"}).context["page"].rows

    assert (row.name, row.contact) == ("Jan Vos", None)


def test_refused_rows_are_downloaded_harmless_and_with_the_reason(
    client: Client, recruiter: User
) -> None:
    run = bring_in(SMALL + "=1+1;Formule;+31@example.nl\n", recruiter)

    response = client.get(page(run, "refused_rows"))

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    lines = b"".join(response.streaming_content).decode("utf_8_sig").splitlines()  # type: ignore[attr-defined]
    assert lines == [
        "Row;Reason;Voornaam;Achternaam;E-mail",
        "3;The row has no name.;;;leeg@example.nl",
        "4;The name is a spreadsheet formula: =1+1;'=1+1;Formule;'+31@example.nl",
    ]


def test_the_same_file_again_can_be_closed_with_its_report(client: Client, recruiter: User) -> None:
    bring_in(LINKEDIN, recruiter)
    run = check(LINKEDIN, recruiter)

    text = client.get(page(run)).content.decode()

    assert "There is nothing to change" in text
    assert "Import 400 rows" not in text
    client.post(page(run, "start_import"))
    import_work.work_on_next()
    run.refresh_from_db()
    assert run.outcomes["skipped"] == 400


def test_somebody_else_may_have_been_first(client: Client, recruiter: User) -> None:
    run = check(SMALL, recruiter)
    imports.start(run=run, actor=recruiter)

    response = client.post(page(run, "start_import"), follow=True)

    assert "Somebody else went on with this import" in response.content.decode()


PAGES = [
    ("get", "import_run"),
    ("get", "import_progress"),
    ("get", "refused_rows"),
    ("post", "check_import"),
    ("post", "start_import"),
    ("post", "change_import"),
    ("post", "discard_import"),
]


@pytest.mark.parametrize(("method", "name"), PAGES)
def test_runs_are_for_importers_of_their_unit(client: Client, method: str, name: str) -> None:
    unit = OrgUnitFactory()
    owner = UserFactory(role="recruiter", unit=unit)
    run = check(SMALL, owner)
    ask = getattr(client, method)

    assert ask(page(run, name)).status_code == 302  # to the sign-in page
    for role, where, expected in (
        ("", None, 403),
        ("reader", unit, 403),
        ("recruiter", OrgUnitFactory(), 404),
    ):
        client.force_login(UserFactory(role=role, unit=where))
        assert ask(page(run, name)).status_code == expected
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED
    client.force_login(UserFactory(role="recruiter", unit=unit))
    assert ask(page(run, name)).status_code in (200, 302)


def test_the_list_shows_runs_of_ones_own_units(client: Client, recruiter: User) -> None:
    mine = upload(SMALL, recruiter)
    upload(SMALL, UserFactory(role="recruiter", unit=OrgUnitFactory()))

    response = client.get(reverse("contacts:imports"))

    assert list(response.context["page"].object_list) == [mine]


def test_the_list_is_not_for_readers(client: Client) -> None:
    client.force_login(UserFactory(role="reader"))
    assert client.get(reverse("contacts:imports")).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_queries_however_many_files(
    client: Client,
    recruiter: User,
    count: int,
    django_assert_num_queries: Callable[..., object],
) -> None:
    for _ in range(count):
        upload(SMALL, recruiter)

    # The session, the user, their roles and units; how many runs, and the runs.
    with django_assert_num_queries(6):
        client.get(reverse("contacts:imports"))


def test_the_report_names_people_as_they_are_in_the_file(client: Client, recruiter: User) -> None:
    ContactFactory(given_name="Jan", email="jan@example.nl", unit=recruiter.role_grants.get().unit)
    run = check(SMALL.replace("Vos", "<b>Vos</b>"), recruiter)

    text = client.get(page(run)).content.decode()

    assert "&lt;b&gt;Vos&lt;/b&gt;" in text
    assert "<b>Vos</b>" not in text


def send(client: Client, *files: tuple[str, bytes], **headers: str) -> HttpResponse:
    uploads = [SimpleUploadedFile(name, content) for name, content in files]
    return client.post(reverse("contacts:imports"), {"file": uploads}, headers=headers)  # type: ignore[return-value]


GOOD = b"Voornaam;E-mail\nJan;jan@example.nl\n"


def test_several_files_come_in_at_once(client: Client, recruiter: User) -> None:
    response = send(client, ("a.csv", GOOD), ("b.csv", GOOD))

    assert (response.status_code, response["Location"]) == (302, reverse("contacts:imports"))
    assert sorted(run.file_name for run in ImportRun.objects.all()) == ["a.csv", "b.csv"]


def test_of_several_files_the_refused_are_named(client: Client, recruiter: User) -> None:
    response = send(client, ("a.csv", GOOD), ("b.csv", b""), **{"HX-Request": "true"})

    text = response.content.decode()
    assert response.status_code == 422
    assert "<strong>b.csv</strong>: The file is empty." in text
    assert page(ImportRun.objects.get()) in text
    # Only the form, for htmx to put in its place.
    assert "<html" not in text


def test_what_is_too_large_is_stopped_while_it_comes_in(
    client: Client, recruiter: User, settings: object
) -> None:
    settings.UPLOAD_MAX_MEGABYTES = 1  # type: ignore[attr-defined]

    response = send(client, ("a.csv", GOOD + b"x" * (1 << 20)))

    assert response.status_code == 422
    assert "The file is larger than" in response.content.decode()
    assert not ImportRun.objects.exists()


def test_a_policy_is_chosen_for_a_column(client: Client, recruiter: User) -> None:
    send(client, ("a.csv", b"Voornaam;E-mail;Woonplaats\nJan;jan@example.nl;Ede\n"))
    run = ImportRun.objects.get()

    client.post(
        reverse("contacts:check_import", args=[run.uid]), posted(client, run, policy_2="keep")
    )

    run.refresh_from_db()
    assert run.options["policy:city"] == "keep"
    assert run.state == ImportRun.State.CHECKING


def test_an_import_is_undone_from_its_report(client: Client, recruiter: User) -> None:
    run = bring_in("Voornaam;E-mail\nJan;jan@example.nl\n", recruiter)
    asked = client.get(page(run) + "?undo").content.decode()
    assert "Undo the whole import?" in asked

    client.post(reverse("contacts:undo_import", args=[run.uid]))
    assert "Undoing" in client.get(page(run)).content.decode() or import_work.work_on_next()
    import_work.work_on_next()

    text = client.get(page(run)).content.decode()
    assert "Undone by" in text
    assert "Removed" in text
    assert "Undo the whole import?" not in client.get(page(run) + "?undo").content.decode()
    assert not Contact.objects.exists()


def test_columns_that_were_remembered_are_shown_and_forgotten(
    client: Client, recruiter: User
) -> None:
    bring_in("Voornaam;E-mail\nJan;jan@example.nl\n", recruiter)
    send(client, ("b.csv", GOOD))
    run = ImportRun.objects.latest("pk")
    assert "As you read such a file before" in client.get(page(run)).content.decode()

    client.post(reverse("contacts:forget_columns", args=[run.uid]))

    assert "As you read such a file before" not in client.get(page(run)).content.decode()
