from django import template

from core.signing_in import devices

register = template.Library()


@register.filter
def device(user_agent: str) -> str:
    return devices.describe(user_agent)


@register.filter
def is_phone(user_agent: str) -> bool:
    return devices.is_phone(user_agent)
