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
from tests.factories.relationships import (
    EngagementFactory,
    FollowUpFactory,
    InteractionFactory,
    RelationshipFactory,
    TimelineEntryFactory,
    stage,
)

__all__ = [
    "ConsentFactory",
    "ContactFactory",
    "EmailAddressFactory",
    "EngagementFactory",
    "ExternalIdFactory",
    "FollowUpFactory",
    "InteractionFactory",
    "OrgUnitFactory",
    "OrganisationFactory",
    "PhoneNumberFactory",
    "RelationshipFactory",
    "SocialProfileFactory",
    "TagFactory",
    "TimelineEntryFactory",
    "UserFactory",
    "grant_role",
    "stage",
]
