from campaigns.channels.base import Channel, Handover, Letter, Outcome, Unreachable
from campaigns.channels.email import SmtpChannel

__all__ = ["Channel", "Handover", "Letter", "Outcome", "SmtpChannel", "Unreachable"]
