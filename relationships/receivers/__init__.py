"""What we make of what happened: lines of the timeline, marks for the health. By being imported."""

from relationships.receivers import (
    automation,
    cadence,
    dossiers,
    health,
    history,
    kind_changes,
    leaving,
    occasions,
    ownership,
    pools,
    promises,
    ties,
)

__all__ = [
    "automation",
    "cadence",
    "dossiers",
    "health",
    "history",
    "kind_changes",
    "leaving",
    "occasions",
    "ownership",
    "pools",
    "promises",
    "ties",
]
