"""Where an assignment may go from where it stands."""

from relationships.models import Engagement

Phase = Engagement.Phase

# One step on, one step back where something was said too soon.
ALLOWED: dict[str, tuple[str, ...]] = {
    Phase.BRIEF: (Phase.PROPOSAL, Phase.OFF),
    Phase.PROPOSAL: (Phase.AGREED, Phase.BRIEF, Phase.OFF),
    Phase.AGREED: (Phase.RUNNING, Phase.PROPOSAL, Phase.OFF),
    Phase.RUNNING: (Phase.CLOSED, Phase.AGREED),
    Phase.CLOSED: (Phase.RUNNING,),
    Phase.OFF: (Phase.BRIEF, Phase.PROPOSAL),
}
