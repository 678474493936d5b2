import pytest
from django.test import Client
from django.urls import reverse

from contacts.models import StepTemplate, TalentPool
from core.models import User
from tests.factories import UserFactory, stage
from tests.factories.groups import TalentPoolFactory

pytestmark = pytest.mark.django_db

NO_STEPS = {"steps-TOTAL_FORMS": "1", "steps-INITIAL_FORMS": "0", "steps-0-name": ""}


@pytest.fixture
def manager(client: Client) -> User:
    user = UserFactory(role="hr-manager")
    client.force_login(user)
    return user


@pytest.mark.usefixtures("manager")
def test_stages_are_kept_seen_and_used_for_another_kind(client: Client) -> None:
    response = client.post(
        reverse("relationships:template-new", args=["prospect"]), {"name": "Ours"}, follow=True
    )
    assert "Ours" in response.content.decode()
    template = StepTemplate.objects.get()
    use = reverse("relationships:template-use", args=[template.uid, "freelancer"])

    shown = client.get(use).content.decode()
    assert "is added" in shown
    assert "is put aside" in shown
    assert stage("freelancer", "acquainted").archived_at is None
    response = client.post(use, follow=True)

    assert "The stages are those of “Ours” now." in response.content.decode()
    assert stage("freelancer", "acquainted").archived_at is not None

    client.post(reverse("relationships:template-delete", args=[template.uid]))
    assert not StepTemplate.objects.exists()


@pytest.mark.usefixtures("manager")
def test_a_name_that_is_taken_is_said_at_the_field(client: Client) -> None:
    StepTemplate.objects.create(name="Ours", steps=[{"name": "One"}])

    response = client.post(
        reverse("relationships:template-new", args=["prospect"]), {"name": "ours"}
    )

    assert response.status_code == 422
    assert response.context["form"].errors == {"name": ["There is a template “ours” already."]}


def test_a_new_pool_begins_with_the_steps_of_a_template(client: Client, manager: User) -> None:
    template = StepTemplate.objects.create(name="T", steps=[{"name": "Asked"}, {"name": "Met"}])

    client.post(
        reverse("contacts:new_pool"),
        {"name": "Engineers", "purpose": "", "template": str(template.uid), **NO_STEPS},
    )

    pool = TalentPool.objects.get(name="Engineers")
    assert [one.name for one in pool.steps.order_by("position")] == ["Asked", "Met"]


def test_the_steps_of_a_pool_are_kept_by_whoever_keeps_it(client: Client, manager: User) -> None:
    pool = TalentPoolFactory(owner=manager, steps=["Asked", "Met"])
    page = reverse("contacts:pool_template", args=[pool.uid])

    client.post(page, {"name": "Pool steps"})
    assert StepTemplate.objects.get().steps == [{"name": "Asked"}, {"name": "Met"}]

    client.force_login(UserFactory(role="reader"))
    assert client.post(page, {"name": "Another"}).status_code in (403, 404)
    assert StepTemplate.objects.count() == 1
