from integrations.models.filing_address import FilingAddress
from integrations.models.received_mail import Correspondent, FiledMail, ReceivedMail

__all__ = ["Correspondent", "FiledMail", "FilingAddress", "ReceivedMail"]
