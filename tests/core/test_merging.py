import pytest
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from contacts.models import Contact
from core import merging


def test_every_foreign_key_to_a_contact_can_follow_a_merge() -> None:
    assert merging.faults(Contact) == []


def test_faults_names_a_table_that_may_clash_and_has_no_resolver(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(merging, "_resolvers", {})

    assert "contacts.EmailAddress.contact may clash and has no resolver" in merging.faults(Contact)
    assert "contacts.ExternalId.contact may clash and has no resolver" not in merging.faults(
        Contact
    )


@pytest.mark.parametrize(
    ("constraint", "is_in"),
    [
        (models.UniqueConstraint(fields=["person", "kind"], name="a"), True),
        (models.UniqueConstraint("person", Lower("kind"), name="b"), True),
        (models.UniqueConstraint(fields=["person"], condition=Q(kind="x"), name="c"), True),
        (models.UniqueConstraint(Lower("kind"), name="d"), False),
        (models.CheckConstraint(condition=~Q(person=None), name="e"), False),
    ],
)
def test_a_uniqueness_is_seen_whichever_way_it_is_written(
    constraint: models.BaseConstraint, is_in: bool
) -> None:
    class Meta:
        app_label = "tests"
        constraints = [constraint]

    fields = {
        "__module__": __name__,
        "Meta": Meta,
        "person": models.ForeignKey(Contact, models.CASCADE, related_name="+"),
        "kind": models.TextField(),
    }
    registry = models.base.apps
    model = type(f"Probe{constraint.name}", (models.Model,), fields)
    try:
        assert merging._is_in_uniqueness(model, "person") == is_in
    finally:
        del registry.all_models["tests"][model._meta.model_name]
        registry.clear_cache()
