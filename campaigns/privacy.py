"""What the tables of campaigns hold about people, and what becomes of it (``core.privacy``)."""

from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign, DeliveryEvent, Enrolment, EnrolmentRun, Step, Touchpoint
from contacts.choices import Basis
from core.privacy import NOT_PERSONAL, Erasure, Personal, register

# That we wrote to someone, and that it was allowed, must be shown for as long as a claim may come;
# which words we wrote is the step's, and names nobody.
_kept = Personal(basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.KEEP)
# A mail server's answer may repeat the address.
_words = Personal(basis=Basis.LEGITIMATE_INTEREST, erasure=Erasure.ANONYMISE)
# What colleagues did in the house, on the ground of their contract of work.
_colleague = Personal(basis=Basis.CONTRACT, erasure=Erasure.KEEP, in_export=False)

_QUEUE = {
    "queue_state": NOT_PERSONAL,
    "due_at": NOT_PERSONAL,
    "attempts": NOT_PERSONAL,
    "lease_token": NOT_PERSONAL,
    "lease_until": NOT_PERSONAL,
}

register(
    Campaign,
    {
        "name": NOT_PERSONAL,
        "purpose": NOT_PERSONAL,
        "state": NOT_PERSONAL,
        "intake": NOT_PERSONAL,
        "audience": NOT_PERSONAL,
        "owner": _colleague,
        "unit": NOT_PERSONAL,
        "started_at": NOT_PERSONAL,
        "ended_at": NOT_PERSONAL,
    },
)
register(
    Step,
    {
        "campaign": NOT_PERSONAL,
        "position": NOT_PERSONAL,
        "action": NOT_PERSONAL,
        "offset_days": NOT_PERSONAL,
        "subject": NOT_PERSONAL,
        "body": NOT_PERSONAL,
    },
)
register(
    EnrolmentRun,
    {
        **_QUEUE,
        "outcome": NOT_PERSONAL,
        "campaign": NOT_PERSONAL,
        "audience": NOT_PERSONAL,
        "started_by": _colleague,
        "people": NOT_PERSONAL,
        "seen": NOT_PERSONAL,
        "enrolled": NOT_PERSONAL,
        "left_out": NOT_PERSONAL,
        "last_contact_id": NOT_PERSONAL,
        "finished_at": NOT_PERSONAL,
        "override_reason": _colleague,
    },
)
register(
    Enrolment,
    {
        "campaign": _kept,
        "contact": _kept,
        "entry_number": NOT_PERSONAL,
        "state": _kept,
        "reason": _kept,
        "enrolled_at": _kept,
        "enrolled_by": _colleague,
        "ended_at": _kept,
    },
    subjects=["contact"],
)
register(
    Touchpoint,
    {
        **_QUEUE,
        "outcome": _words,
        "enrolment": _kept,
        "step": _kept,
        "contact": _kept,
        "result": _kept,
        "follow_up": NOT_PERSONAL,
        "done_at": _kept,
        "decided_at": NOT_PERSONAL,
        "decided_by": _colleague,
    },
    subjects=["contact"],
)
register(
    DeliveryEvent,
    {"touchpoint": _kept, "kind": _kept, "happened_at": _kept, "detail": _words},
    subjects=["touchpoint__contact"],
    label=_("what became of mails"),
)
