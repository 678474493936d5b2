"""What we make of what happened: lines of the timeline, marks for the health. By being imported."""

from relationships.receivers import health, history, ownership, pools, promises, ties

__all__ = ["health", "history", "ownership", "pools", "promises", "ties"]
