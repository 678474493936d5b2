"""A text that is ready to be copied into a message: in the person's language, of what was last."""

from urllib.parse import quote

from django.utils import translation
from django.utils.translation import gettext as _

from contacts.models import Contact
from relationships.choices import Channel
from relationships.models import Interaction
from relationships.selectors.promises import all_promises_of


def ready_text(contact: Contact, signed: str) -> str:
    """A beginning to write on from; ``signed`` is who writes."""
    last = (
        Interaction.objects.filter(contact=contact, is_automated=False)
        .exclude(channel=Channel.NOTE)
        .exclude(summary="")
        .order_by("-happened_at")
        .first()
    )
    owed = [one for one in all_promises_of(contact) if one.is_open and one.is_ours]
    with translation.override(contact.language):
        name = contact.preferred_name or contact.given_name or contact.full_name
        lines = [_("Hi %(name)s,") % {"name": name}, ""]
        if owed:
            lines.append(_("I promised you: %(what)s.") % {"what": owed[0].text.rstrip(".")})
        elif last:
            lines.append(
                _("Last time we spoke of “%(what)s”. How is it going?")
                % {"what": last.summary.rstrip(".")}
            )
        else:
            lines.append(_("How are you?"))
        lines += ["", _("Greetings, %(name)s") % {"name": signed.split(" ")[0]}]
    return "\n".join(lines)


def whatsapp_link(number: str, text: str = "") -> str:
    """Opens a talk with that number; nothing for what is no international number."""
    digits = number.replace(" ", "")
    if not (digits.startswith("+") and digits[1:].isascii() and digits[1:].isdigit()):
        return ""
    asked = f"?text={quote(text)}" if text else ""
    return f"https://wa.me/{digits[1:]}{asked}"
