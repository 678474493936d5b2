from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """The four kinds of relationship. A person may have several at once, one open per kind."""

    PROSPECT = "prospect", _("Prospect")
    EMPLOYEE = "employee", _("Employee")
    FREELANCER = "freelancer", _("Freelancer")
    ALUMNUS = "alumnus", _("Alumnus")


# A board or a list of one kind is called by these.
PLURALS = {
    Kind.PROSPECT: _("Prospects"),
    Kind.EMPLOYEE: _("Employees"),
    Kind.FREELANCER: _("Freelancers"),
    Kind.ALUMNUS: _("Alumni"),
}


# A closing (a rejection, the end of work) gets a human word within these days (docs/measures.md).
CLOSING_WITHIN = timedelta(days=14)


class Channel(models.TextChoices):
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Call")
    MEETING = "meeting", _("Meeting")
    CHAT = "chat", _("Chat")
    WHATSAPP = "whatsapp", _("WhatsApp")
    LINKEDIN = "linkedin", _("LinkedIn")
    SOCIAL = "social", _("Social media")
    LETTER = "letter", _("Letter or card")
    EVENT = "event", _("Event")
    NOTE = "note", _("Note")


class Depth(models.IntegerChoices):
    """How much of each other a medium lets through. It follows from the channel, so that every
    contact moment has one.
    """

    NONE = 0, _("No contact")
    WRITTEN = 1, _("In writing")
    VOICE = 2, _("By voice")
    FACE = 3, _("Face to face")


DEPTHS: dict[str, Depth] = {
    Channel.EMAIL: Depth.WRITTEN,
    Channel.PHONE: Depth.VOICE,
    Channel.MEETING: Depth.FACE,
    Channel.CHAT: Depth.WRITTEN,
    Channel.WHATSAPP: Depth.WRITTEN,
    Channel.LINKEDIN: Depth.WRITTEN,
    Channel.SOCIAL: Depth.WRITTEN,
    Channel.LETTER: Depth.WRITTEN,
    Channel.EVENT: Depth.FACE,
    Channel.NOTE: Depth.NONE,
}


class Direction(models.TextChoices):
    """Who spoke: we to them, they to us, or both in one conversation."""

    OUTBOUND = "outbound", _("From us")
    INBOUND = "inbound", _("From them")
    TWO_WAY = "two_way", _("Both ways")
    INTERNAL = "internal", _("Among ourselves")


class Party(models.TextChoices):
    US = "us", _("Us")
    THEM = "them", _("Them")


class Cause(models.TextChoices):
    """What made a relationship come to a stage. Only what somebody did on purpose (``moved``,
    ``kind_changed``) sets the automation of stages going.
    """

    MOVED = "moved", _("Moved")
    IMPORTED = "imported", _("Came in with an import")
    TAKEN_BACK = "taken_back", _("A move was taken back")
    STAGE_GONE = "stage_gone", _("Their stage was put aside")
    KIND_CHANGED = "kind_changed", _("Became something else to us")


class Tone(models.TextChoices):
    """The colour of a stage. Its name always stands beside it."""

    PLAIN = "", _("That of its kind")
    BLUE = "blue", _("Blue")
    RED = "red", _("Red")
    GOOD = "good", _("Green")
    WARN = "warn", _("Amber")
    ACT = "act", _("Aubergine")
