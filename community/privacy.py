"""What the tables of community hold about people (``core.privacy``): nothing."""

from community.models import ProfileAsk
from core.privacy import neutral, register

register(ProfileAsk, neutral("is_on", "campaign", "per_day", "last_contact_id", "last_run_on"))
