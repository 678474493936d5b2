from contacts.models.address import EmailAddress, ExternalId, Label, PhoneNumber, SocialProfile
from contacts.models.consent import Consent, Suppression
from contacts.models.contact import Contact, Tag
from contacts.models.grant import Invitation, RoleGrant
from contacts.models.import_run import ImportRow, ImportRun
from contacts.models.merge import MergeRecord
from contacts.models.unit import Organisation, OrgUnit

__all__ = [
    "Consent",
    "Contact",
    "EmailAddress",
    "ExternalId",
    "ImportRow",
    "ImportRun",
    "Invitation",
    "Label",
    "MergeRecord",
    "OrgUnit",
    "Organisation",
    "PhoneNumber",
    "RoleGrant",
    "SocialProfile",
    "Suppression",
    "Tag",
]
