from django.utils.translation import gettext_lazy as _

from core.audit import declare

declare(
    {
        "integrations.filing_address_made": _("{actor} made a filing address for their mail"),
        "integrations.filing_address_renewed": _("{actor} renewed the address to file mail at"),
        "integrations.mail_placed": _("{actor} filed mail that waited on {target}"),
        "integrations.mail_unplaced": _("{actor} took back the filing of mail on {target}"),
        "integrations.mail_set_aside": _("{actor} set mail of an unknown address aside"),
        "integrations.mail_taken_back": _("{actor} took mail back that had been set aside"),
    }
)
