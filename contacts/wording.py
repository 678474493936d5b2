"""What the parts of a person's record are called, where a sentence names them."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from contacts import custom_fields

FIELD_WORDS: dict[str, str | Promise] = {
    "given_name": _("given name"),
    "infix": _("infix"),
    "family_name": _("family name"),
    "preferred_name": _("preferred name"),
    "native_name": _("name in native script"),
    "given_initials": _("initials"),
    "birth_name": _("name at birth"),
    "birthday": _("birthday"),
    "headline": _("position"),
    "organisation_name": _("organisation"),
    "city": _("city"),
    "country": _("country"),
    "language": _("language"),
    "form_of_address": _("form of address"),
    "time_zone": _("time zone"),
    "unit": _("kept by"),
    "note": _("note"),
    "do_not_contact": _("do not contact"),
    "archived_at": _("put aside"),
    "emails": _("e-mail addresses"),
    "phones": _("phone numbers"),
    "postal_addresses": _("postal addresses"),
    "profiles": _("profiles elsewhere"),
    "external_ids": _("numbers in other systems"),
    "tags": _("tags"),
}


def field_word(name: str) -> str:
    """What a part of a record is called; a name that nobody knows is its own word."""
    known = FIELD_WORDS.get(name)
    return str(known) if known is not None else custom_fields.names().get(name, name)
