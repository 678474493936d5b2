"""What the tables of integrations hold about people, and what becomes of it (``core.privacy``)."""

from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from contacts.choices import Basis
from contacts.models import EmailAddress
from core.privacy import Erasure, People, Personal, Rows, neutral, register
from integrations.models import Correspondent, FiledMail, FilingAddress, ReceivedMail

_said = Personal(basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.ANONYMISE)
_sealed = Personal(
    basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.ANONYMISE, blank=bytes, in_export=False
)
_gone = Personal(basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.DELETE)


def _correspondents_of(people: People) -> Rows:
    """Whom a colleague said it was, and whoever waits with an address that is theirs."""
    addresses = EmailAddress.objects.filter(contact__in=[person.pk for person in people])
    theirs = addresses.annotate(lower=Lower("address")).values("lower")
    known = [person.pk for person in people]
    return Correspondent.objects.filter(Q(contact__in=known) | Q(address__in=theirs))


def _mails_with(people: People) -> Rows:
    return ReceivedMail.objects.filter(pk__in=_correspondents_of(people).values("mail"))


# A colleague's own, which goes with their account.
register(FilingAddress, neutral("user", "token"))
register(
    FiledMail,
    {
        **neutral("letter_key", "interaction"),
        "contact": Personal(
            basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.DELETE, in_export=False
        ),
    },
    subjects=["contact"],
    label=_("which mails were filed"),
)
register(
    Correspondent,
    {
        **neutral("mail", "colleague", "direction", "state", "contact"),
        "address": _gone,
        "name": _gone,
    },
    about=_correspondents_of,
    label=_("names and addresses in mail that came in"),
)
# After the correspondents, so that it is emptied before they, by whom it is found, are gone.
register(
    ReceivedMail,
    {
        **neutral("colleague", "key", "door", "letter_key", "thread", "sent_at", "is_automated"),
        **neutral("queue_state", "due_at", "attempts", "lease_token", "lease_until", "outcome"),
        "raw": _sealed,
        "subject": _said,
        "text": _said,
    },
    about=_mails_with,
    label=_("mail that came in"),
)
