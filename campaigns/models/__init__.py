from campaigns.models.campaign import Campaign, Step
from campaigns.models.enrolment import Enrolment, EnrolmentRun
from campaigns.models.touchpoint import DeliveryEvent, Touchpoint

__all__ = ["Campaign", "DeliveryEvent", "Enrolment", "EnrolmentRun", "Step", "Touchpoint"]
