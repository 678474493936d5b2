"""What a resume says of someone's work for us (``contacts.exports.resumes``)."""

from typing import Any

from contacts.exports.resumes import register_section
from contacts.models import Contact
from core.models import User
from relationships.models import Engagement


def _entries(contact: Contact, user: User, *, is_voluntary: bool) -> list[Engagement]:
    rows = Engagement.objects.visible_to(user).binding().filter(contact=contact)
    return [
        row
        for row in rows.select_related("unit").order_by("-starts_on", "pk")
        if (row.form == Engagement.Form.VOLUNTEER) == is_voluntary
    ]


def _dates(row: Engagement) -> dict[str, Any]:
    ends = {"endDate": row.ends_on.isoformat()} if row.ends_on else {}
    return {"startDate": row.starts_on.isoformat(), **ends}


def work(contact: Contact, user: User) -> list[dict[str, Any]]:
    """Newest first. What is paid for it stays here."""
    return [
        {
            "name": row.unit.name if row.unit else "",
            "position": row.role or str(row.get_form_display()),
            **_dates(row),
        }
        for row in _entries(contact, user, is_voluntary=False)
    ]


def volunteer(contact: Contact, user: User) -> list[dict[str, Any]]:
    return [
        {
            "organization": row.unit.name if row.unit else "",
            "position": row.role or str(row.get_form_display()),
            **_dates(row),
        }
        for row in _entries(contact, user, is_voluntary=True)
    ]


register_section("work", work)
register_section("volunteer", volunteer)
