"""A text that is ready to be copied into a message: in the person's language, and formal or not as
they like it.

It is made of what both sides know: their own day, what we promised them, when and how we last spoke
and the topics of that talk. Never of what we wrote down for ourselves: the line and the notes of a
talk, facts, tasks, what is between us.
"""

from datetime import date
from urllib.parse import quote

from django.utils import formats, timezone, translation
from django.utils.translation import pgettext

from contacts.choices import FormOfAddress
from contacts.models import Contact
from core.models import User
from relationships.choices import Channel, Direction
from relationships.models import FollowUp, Interaction, Promise
from relationships.selectors.promises import all_promises_of


def ready_text(contact: Contact, user: User, *, form: str = "") -> str:
    """A beginning for ``user`` to write on from; ``form`` as ``FormOfAddress``, else theirs."""
    is_formal = (form or contact.form_of_address) == FormOfAddress.FORMAL
    with translation.override(contact.language):
        about = (
            _own_day(contact, is_formal)
            or _promised(contact, user, is_formal)
            or _last_talk(contact, is_formal)
            or _nothing(is_formal)
        )
        return "\n".join([_greeting(contact, is_formal), "", about, "", _end(user, is_formal)])


def _greeting(contact: Contact, is_formal: bool) -> str:
    if is_formal:
        return pgettext("formal message", "Dear %(name)s,") % {"name": contact.full_name}
    name = contact.preferred_name or contact.given_name or contact.full_name
    return pgettext("informal message", "Hi %(name)s,") % {"name": name}


def _own_day(contact: Contact, is_formal: bool) -> str:
    """Where a colleague is asked to think of it: who may be congratulated is decided there."""
    asked = FollowUp.objects.open().filter(contact=contact, kind=FollowUp.Kind.ANNIVERSARY)
    task = asked.filter(due_on__lte=timezone.localdate()).order_by("due_on", "pk").first()
    if task is None:
        return ""
    if str(task.key).startswith("birthday:"):
        return (
            pgettext("formal message", "Congratulations on your birthday. I wish you a good year.")
            if is_formal
            else pgettext("informal message", "Happy birthday. Have a good year.")
        )
    return (
        pgettext("formal message", "Congratulations on your anniversary of working with us.")
        if is_formal
        else pgettext("informal message", "Congratulations on your anniversary with us.")
    )


def _promised(contact: Contact, user: User, is_formal: bool) -> str:
    """What they were promised, in the words of the promise; the first that falls due."""
    owed = [one for one in all_promises_of(contact) if one.is_open and one.is_ours]
    if not owed:
        return ""
    first = min(owed, key=lambda one: (one.due_on, one.pk))
    return _word(first, user, is_formal) % {"what": first.text.rstrip(".")}


def _word(promise: Promise, user: User, is_formal: bool) -> str:
    is_mine = promise.promiser_id == user.pk
    if is_formal:
        return (
            pgettext("formal message", "I promised you: %(what)s.")
            if is_mine
            else pgettext("formal message", "We promised you: %(what)s.")
        )
    return (
        pgettext("informal message", "I promised you: %(what)s.")
        if is_mine
        else pgettext("informal message", "We promised you: %(what)s.")
    )


def _last_talk(contact: Contact, is_formal: bool) -> str:
    """The day, the channel and the topics of the last talk that they had part in."""
    talks = Interaction.objects.filter(
        contact=contact,
        is_automated=False,
        direction=Direction.TWO_WAY,
        happened_at__lte=timezone.now(),
    )
    last = talks.exclude(channel=Channel.NOTE).order_by("-happened_at", "-pk").first()
    if last is None:
        return ""
    said = _when(last, is_formal)
    topics = list(last.note_tags.order_by("tag__name").values_list("tag__name", flat=True))
    if topics:
        about = pgettext("message", "It was about %(topics)s.") % {"topics": ", ".join(topics)}
        said = f"{said} {about}"
    return f"{said} {_nothing(is_formal)}"


def _when(talk: Interaction, is_formal: bool) -> str:
    day = _day(timezone.localdate(talk.happened_at))
    if is_formal:
        words = {
            Channel.PHONE: pgettext("formal message", "We last spoke by telephone, on %(day)s."),
            Channel.MEETING: pgettext("formal message", "We last met on %(day)s."),
            Channel.EVENT: pgettext("formal message", "We last met at an event, on %(day)s."),
        }
        wrote = pgettext("formal message", "We last wrote to each other on %(day)s (%(channel)s).")
    else:
        words = {
            Channel.PHONE: pgettext("informal message", "We last spoke on the phone, on %(day)s."),
            Channel.MEETING: pgettext("informal message", "We last met on %(day)s."),
            Channel.EVENT: pgettext("informal message", "We last met at an event, on %(day)s."),
        }
        wrote = pgettext(
            "informal message", "We last wrote to each other on %(day)s (%(channel)s)."
        )
    said = words.get(Channel(talk.channel), wrote)
    return said % {"day": day, "channel": talk.get_channel_display()}


def _day(day: date) -> str:
    is_this_year = day.year == timezone.localdate().year
    return formats.date_format(day, "MONTH_DAY_FORMAT" if is_this_year else "DATE_FORMAT")


def _nothing(is_formal: bool) -> str:
    if is_formal:
        return pgettext("formal message", "How are you?")
    return pgettext("informal message", "How are you?")


def _end(user: User, is_formal: bool) -> str:
    if is_formal:
        return pgettext("formal message", "Kind regards,") + f"\n{user.name}"
    return pgettext("informal message", "Greetings,") + f"\n{user.name.split(' ')[0]}"


def whatsapp_link(number: str, text: str = "") -> str:
    """Opens a talk with that number; nothing for what is no international number."""
    digits = number.replace(" ", "")
    if not (digits.startswith("+") and digits[1:].isascii() and digits[1:].isdigit()):
        return ""
    asked = f"?text={quote(text)}" if text else ""
    return f"https://wa.me/{digits[1:]}{asked}"
