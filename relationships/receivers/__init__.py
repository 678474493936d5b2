"""What we make of what happened: lines of the timeline, marks for the health. By being imported."""

from relationships.receivers import (
    automation,
    cadence,
    contacts,
    dossiers,
    expected_ends,
    health,
    history,
    kind_changes,
    leaving,
    occasions,
    ownership,
    pools,
    promises,
    ties,
    work,
)

__all__ = [
    "automation",
    "cadence",
    "contacts",
    "dossiers",
    "expected_ends",
    "health",
    "history",
    "kind_changes",
    "leaving",
    "occasions",
    "ownership",
    "pools",
    "promises",
    "ties",
    "work",
]
