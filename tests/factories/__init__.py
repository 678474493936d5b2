from tests.factories.contacts import (
    ConsentFactory,
    ContactFactory,
    EmailAddressFactory,
    ExternalIdFactory,
    OrganisationFactory,
    OrgUnitFactory,
    PhoneNumberFactory,
    SocialProfileFactory,
    TagFactory,
)
from tests.factories.core import UserFactory, grant_role

__all__ = [
    "ConsentFactory",
    "ContactFactory",
    "EmailAddressFactory",
    "ExternalIdFactory",
    "OrgUnitFactory",
    "OrganisationFactory",
    "PhoneNumberFactory",
    "SocialProfileFactory",
    "TagFactory",
    "UserFactory",
    "grant_role",
]
