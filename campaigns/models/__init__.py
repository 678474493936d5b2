from campaigns.models.campaign import Campaign, Step
from campaigns.models.touchpoint import DeliveryEvent, Enrolment, Touchpoint

__all__ = ["Campaign", "DeliveryEvent", "Enrolment", "Step", "Touchpoint"]
