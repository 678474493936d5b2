"""Links to files that stop working: for one user, and for so many seconds."""

from uuid import UUID

from django.conf import settings
from django.core import signing

from contacts.models import DocumentVersion
from core.models import User

_SALT = "contacts.documents"


class LinkExpired(Exception):
    """It was good once. ``version`` is the uid of what it led to."""

    def __init__(self, version: UUID) -> None:
        super().__init__(str(version))
        self.version = version


def token_for(version: DocumentVersion, user: User) -> str:
    return _signer().sign_object({"version": str(version.uid), "user": str(user.uid)})


def version_of(token: str, user: User) -> UUID | None:
    """What the link leads to; None where it was never good, or is another's."""
    signer = _signer()
    try:
        held = signer.unsign_object(token)
    except signing.BadSignature:
        return None
    if held["user"] != str(user.uid):
        return None
    version = UUID(held["version"])
    try:
        signer.unsign(token, max_age=settings.DOCUMENT_LINK_SECONDS)
    except signing.SignatureExpired:
        raise LinkExpired(version) from None
    return version


def _signer() -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=_SALT)
