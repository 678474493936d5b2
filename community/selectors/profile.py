"""What someone sees of what we hold of them: the simple facts, and nothing that we think."""

from contacts.models import Contact, PhoneNumber

SHOWN = (
    "given_name",
    "infix",
    "family_name",
    "preferred_name",
    "birthday",
    "headline",
    "organisation_name",
    "city",
    "country",
    "language",
    "form_of_address",
)
"""What they may mend. Addresses that we write to are not among these: whoever holds the link
could else have our mail sent to themself."""


def phone_of(contact: Contact) -> PhoneNumber | None:
    return contact.phone_numbers.order_by("-is_primary", "pk").first()


def emails_of(contact: Contact) -> list[str]:
    """Enough of each address to know it again: "s…@example.org"."""
    rows = contact.email_addresses.order_by("-is_primary", "pk")
    return [veiled(address) for address in rows.values_list("address", flat=True)]


def veiled(address: str) -> str:
    local, _at, host = address.rpartition("@")
    return f"{local[:1]}…@{host}"
