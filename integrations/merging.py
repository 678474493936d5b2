"""How two people who are one go on with the mail that was filed on both."""

from core.merging import Clash, register_resolver
from integrations.models import FiledMail


def keep_one_line(clash: Clash) -> None:
    """Of a letter that stands with both, the survivor's word that it does is enough; both contact
    moments stay, as everything that was logged stays.
    """
    held = list(clash.survivors.values_list("letter_key", flat=True))
    clash.journal.take_out(clash.duplicates.filter(letter_key__in=held))


register_resolver(FiledMail, keep_one_line)
