from celery import shared_task

from community.services import asking


@shared_task(name="community.ask_profiles")
def ask_profiles() -> None:
    """Ask the next people whether what we hold of them is still right. Once a day it does so."""
    asking.ask_due()
