from typing import Any

import factory
from django.core.files.base import ContentFile
from django.utils import timezone

from contacts import names
from contacts.choices import Basis, Purpose, Source
from contacts.models import (
    Consent,
    Contact,
    ContactSkill,
    CustomField,
    Document,
    DocumentVersion,
    EmailAddress,
    ExternalId,
    Organisation,
    OrgUnit,
    PhoneNumber,
    PostalAddress,
    Skill,
    SkillName,
    SocialProfile,
    Tag,
)


class OrgUnitFactory(factory.django.DjangoModelFactory[OrgUnit]):
    """A unit whose ``lineage`` is true: make parents first, ``OrgUnitFactory(parent=unit)``."""

    class Meta:
        model = OrgUnit

    name = factory.Sequence(lambda n: f"Unit {n:03}")
    parent = None

    @classmethod
    def _create(cls, model_class: type[OrgUnit], *args: Any, **fields: Any) -> OrgUnit:
        unit = super()._create(model_class, *args, **fields)
        unit.lineage = [*(unit.parent.lineage if unit.parent else []), unit.pk]
        unit.save(update_fields=["lineage"])
        return unit


class OrganisationFactory(factory.django.DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    name = factory.Sequence(lambda n: f"Organisation {n:03}")


class TagFactory(factory.django.DjangoModelFactory[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"tag-{n:03}")


class ContactFactory(factory.django.DjangoModelFactory[Contact]):
    """A person without addresses. ``ContactFactory(email="a@example.org")`` gives a primary one."""

    class Meta:
        model = Contact

    given_name = "Ada"
    family_name = factory.Sequence(lambda n: f"Contact{n:03}")

    @classmethod
    def _create(
        cls, model_class: type[Contact], *args: Any, email: str = "", **fields: Any
    ) -> Contact:
        contact = model_class(*args, **fields)
        contact.refresh_derived(addresses=email)
        contact.save()
        if email:
            EmailAddressFactory(contact=contact, address=email, is_primary=True)
        return contact


class EmailAddressFactory(factory.django.DjangoModelFactory[EmailAddress]):
    class Meta:
        model = EmailAddress

    contact = factory.SubFactory(ContactFactory)
    address = factory.Sequence(lambda n: f"contact{n}@example.org")


class PhoneNumberFactory(factory.django.DjangoModelFactory[PhoneNumber]):
    class Meta:
        model = PhoneNumber

    contact = factory.SubFactory(ContactFactory)
    number = factory.Sequence(lambda n: f"+3161234{n:04}")


class PostalAddressFactory(factory.django.DjangoModelFactory[PostalAddress]):
    class Meta:
        model = PostalAddress

    contact = factory.SubFactory(ContactFactory)
    lines = factory.Sequence(lambda n: f"Kade {n}")
    city = "Gouda"


class SkillFactory(factory.django.DjangoModelFactory[Skill]):
    """A skill found by its name; ``SkillFactory(name_en="JavaScript", synonyms=["JS"])``."""

    class Meta:
        model = Skill

    name_en = factory.Sequence(lambda n: f"Skill {n:03}")

    @classmethod
    def _create(
        cls, model_class: type[Skill], *args: Any, synonyms: Any = (), **fields: Any
    ) -> Skill:
        skill = super()._create(model_class, *args, **fields)
        for text in filter(None, (skill.name_en, skill.name_nl, *synonyms)):
            SkillName.objects.create(
                skill=skill, text=text, folded=names.fold(text), bare=names.fold(text)
            )
        return skill


class ContactSkillFactory(factory.django.DjangoModelFactory[ContactSkill]):
    """Confirmed today at level 3."""

    class Meta:
        model = ContactSkill

    contact = factory.SubFactory(ContactFactory)
    skill = factory.SubFactory(SkillFactory)
    level = 3
    confirmed_on = factory.LazyFunction(timezone.localdate)


class DocumentFactory(factory.django.DjangoModelFactory[Document]):
    """A CV without a version."""

    class Meta:
        model = Document

    contact = factory.SubFactory(ContactFactory)
    kind = Document.Kind.CV
    title = "CV"


class DocumentVersionFactory(factory.django.DjangoModelFactory[DocumentVersion]):
    """A text that lies in the store."""

    class Meta:
        model = DocumentVersion

    document = factory.SubFactory(DocumentFactory)
    number = 1
    file = factory.LazyFunction(lambda: ContentFile(b"Built bridges.", name="cv.txt"))
    file_name = "cv.txt"
    file_format = DocumentVersion.Format.TXT
    size = 14
    due_at = factory.LazyFunction(timezone.now)


class SocialProfileFactory(factory.django.DjangoModelFactory[SocialProfile]):
    class Meta:
        model = SocialProfile

    contact = factory.SubFactory(ContactFactory)
    network = SocialProfile.Network.LINKEDIN
    url = factory.Sequence(lambda n: f"https://www.linkedin.com/in/contact{n}")


class ExternalIdFactory(factory.django.DjangoModelFactory[ExternalId]):
    class Meta:
        model = ExternalId

    contact = factory.SubFactory(ContactFactory)
    system = "ats"
    value = factory.Sequence(lambda n: f"A-{n:05}")


class ConsentFactory(factory.django.DjangoModelFactory[Consent]):
    """Consent given just now; ``withdrawn=True`` for the opposite."""

    class Meta:
        model = Consent

    contact = factory.SubFactory(ContactFactory)
    purpose = Purpose.NETWORK
    decision = Consent.Decision.GIVEN
    basis = Basis.CONSENT
    language = "en"
    source = Source.MANUAL
    decided_at = factory.LazyFunction(timezone.now)

    class Params:
        withdrawn = factory.Trait(decision=Consent.Decision.WITHDRAWN)


class CustomFieldFactory(factory.django.DjangoModelFactory[CustomField]):
    """A text, unless ``type`` says otherwise; a list comes with small, medium and large."""

    class Meta:
        model = CustomField

    key = factory.Sequence(lambda n: f"field_{n:03}")
    type = CustomField.Type.TEXT
    label_en = factory.LazyAttribute(lambda field: field.key.replace("_", " ").capitalize())
    position = factory.Sequence(lambda n: n)
    choices = factory.LazyAttribute(
        lambda field: [
            {"key": key, "en": en, "nl": nl, "retired": False}
            for key, en, nl in (
                ("small", "Small", "Klein"),
                ("medium", "Medium", "Middel"),
                ("large", "Large", "Groot"),
            )
            if field.type in ("choice", "choices")
        ]
    )
