"""What we make of what happened: lines of the timeline, marks for the health. By being imported."""

from relationships.receivers import health, history, pools, promises, ties

__all__ = ["health", "history", "pools", "promises", "ties"]
