import pytest

from core import privacy
from core.models import Heartbeat
from core.privacy import Erasure, Personal

OUR_APPS = [
    "core",
    "contacts",
    "relationships",
    "campaigns",
    "programmes",
    "insights",
    "community",
    "integrations",
]


@pytest.fixture
def own_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(privacy, "_entries", dict(privacy._entries))


def personal(erasure: Erasure) -> Personal:
    return Personal(basis="consent", erasure=erasure)


def test_every_field_of_every_model_of_ours_is_registered() -> None:
    assert privacy.faults(OUR_APPS) == []


def test_every_basis_is_one_that_the_law_knows() -> None:
    bases = {field.basis for entry in privacy.entries() for field in entry.personal.values()}

    assert bases <= {"consent", "contract", "legal_obligation", "legitimate_interest"}


@pytest.mark.usefixtures("own_registry")
def test_faults_names_what_is_missing_and_what_is_no_field() -> None:
    del privacy._entries[Heartbeat]
    assert "core.Heartbeat is not registered" in privacy.faults(["core"])

    privacy.register(Heartbeat, privacy.neutral("name", "colour"))
    assert privacy.faults(["core"]) == [
        "core.Heartbeat.at is missing",
        "core.Heartbeat.colour is no field",
    ]


@pytest.mark.usefixtures("own_registry")
def test_a_row_that_is_deleted_cannot_keep_a_field() -> None:
    with pytest.raises(ValueError, match="cannot keep"):
        privacy.register(
            Heartbeat,
            {"name": personal(Erasure.DELETE), "at": personal(Erasure.KEEP)},
        )


@pytest.mark.django_db
def test_a_model_without_subjects_is_about_nobody() -> None:
    entry = next(entry for entry in privacy.entries() if entry.model is Heartbeat)
    assert list(entry.rows_about([])) == []
