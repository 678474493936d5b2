"""What the tables of insights hold about people, and what becomes of it (``core.privacy``).

All of it is numbers of rows, days and stages that follow from relationships: it goes as these go,
within the round that follows.
"""

from core.privacy import neutral, register
from insights.models import LifeMark, Place, PlaceCount, Stay, Step

register(LifeMark, neutral("contact_id"))
register(
    Stay,
    neutral(
        *("move_id", "relationship_id", "contact_id", "kind", "stage_id", "began_at", "left_at"),
        *("ended_on", "joined_at", "owner_id", "source"),
    ),
)
register(
    Step,
    neutral(
        *("relationship_id", "is_ending", "contact_id", "source", "target", "on", "earlier_on"),
    ),
)
register(Place, neutral("contact_id", "states"))
register(PlaceCount, neutral("states", "people"))
