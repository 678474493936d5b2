"""What the panel of somebody's documents is drawn from, on their page and after each change."""

from typing import Any

from django.conf import settings
from django.utils import timezone

from contacts.document_forms import UploadForm
from contacts.models import Contact
from contacts.selectors.documents import documents_of
from core.models import User


def document_panel(contact: Contact, *, user: User, may_change: bool) -> dict[str, Any]:
    return {
        "documents": documents_of(contact, user=user, today=timezone.localdate()),
        "upload_form": UploadForm(auto_id="document-%s"),
        "may_change_documents": may_change,
        "most_megabytes": settings.DOCUMENT_MAX_MEGABYTES,
    }
