"""Mail of the first colleague: one is filed, and two wait because nobody is known by the address."""

from collections.abc import Sequence
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from django.utils import timezone

from contacts.models import Contact, EmailAddress
from core.models import User
from integrations.models import ReceivedMail
from integrations.services.filing import file_waiting
from integrations.services.filing_addresses import make_filing_address
from integrations.services.receiving import receive_mail
from relationships.models import FollowUp, Relationship

KNOWN = {
    "nl": (
        "Vraag over het rooster",
        "Hoi,\n\nKan ik in mei een week later beginnen? Ik hoor het graag.\n\nGroet",
    ),
    "en": (
        "A question about the rota",
        "Hello,\n\nCould I start a week later in May? I would like to know.\n\nRegards",
    ),
}
UNKNOWN = {
    "nl": (
        (
            "Floor van Zandwijk",
            "floor.vanzandwijk@example.org",
            "Open sollicitatie",
            "Beste lezer,\n\nVia een oud-collega hoorde ik van jullie. Ik ben wijkverpleegkundige en "
            "zoek werk dichter bij huis. Is er ruimte om eens te praten?",
        ),
        (
            "",
            "planning@sporthal.example.net",
            "Bevestiging zaalhuur",
            "De zaal is voor u gereserveerd. U hoeft niets te doen.",
        ),
    ),
    "en": (
        (
            "Floor van Zandwijk",
            "floor.vanzandwijk@example.org",
            "Open application",
            "Dear reader,\n\nA former colleague told me about you. I am a district nurse and look "
            "for work closer to home. Would there be room for a talk?",
        ),
        (
            "",
            "planning@sporthal.example.net",
            "Your booking of the hall",
            "The hall is reserved for you. There is nothing you need to do.",
        ),
    ),
}


def make_mails(colleagues: Sequence[User]) -> None:
    user = colleagues[0]
    make_filing_address(actor=user)
    known = _somebody_known(user)
    subject, text = KNOWN[user.language]
    mails = [(known.contact.full_name, known.address, subject, text), *UNKNOWN[user.language]]
    for days, (name, address, title, words) in enumerate(mails, start=1):
        message = EmailMessage()
        message["From"] = f'"{name}" <{address}>' if name else address
        message["To"] = user.email
        message["Subject"] = title
        message["Date"] = format_datetime(timezone.now() - timedelta(days=days))
        message["Message-ID"] = f"<demo-{days}@example.org>"
        message.set_content(words)
        receive_mail(actor=user, content=bytes(message), door=ReceivedMail.Door.SMTP)
    file_waiting()


def _somebody_known(user: User) -> EmailAddress:
    """Of those with whom the colleague keeps in touch, the first whom no reply is owed by now."""
    owned = Relationship.objects.open().filter(owner=user, contact__do_not_contact=False)
    people = Contact.objects.active().filter(pk__in=owned.values("contact"))
    waiting = people.filter(follow_ups__state=FollowUp.State.OPEN).values("pk")
    rows = EmailAddress.objects.filter(contact__in=people, is_primary=True)
    return rows.exclude(contact__in=waiting).select_related("contact").order_by("-pk")[0]
