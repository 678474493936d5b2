"""What an answer says in a toast."""

from typing import Any

from django.contrib.messages import get_messages


def undo_of(response: Any) -> str:
    """Where the undo of the last toast goes."""
    return list(get_messages(response.wsgi_request))[-1].extra_tags
