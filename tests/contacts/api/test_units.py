import pytest

from tests.factories import OrgUnitFactory, UserFactory
from tests.support.api import assert_is, assert_problem, client_for

pytestmark = pytest.mark.django_db

URL = "/api/v1/units"


def test_one_sees_the_branch_one_works_for() -> None:
    root = OrgUnitFactory(code="R")
    below = OrgUnitFactory(parent=root)
    other = OrgUnitFactory()
    api = client_for(UserFactory(role="recruiter", unit=root))

    rows = api.get(URL).json()["data"]

    assert [(row["id"], row["parent"], row["code"]) for row in rows] == [
        (str(root.uid), None, "R"),
        (str(below.uid), str(root.uid), None),
    ]
    assert_is("Unit", rows[1])
    assert_problem(api.get(f"{URL}/{other.uid}"), 404, "not_found")
    assert_problem(api.post(URL, {"name": "X"}), 405, "method_not_allowed")
