"""What may come of opening an address, and who is let in where."""

from dataclasses import dataclass
from enum import Enum

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse


class Outcome(Enum):
    OPEN = "let in"
    SIGN_IN = "asked to sign in"
    FORBIDDEN = "403"
    HIDDEN = "404"
    KEPT_OUT = "403 or 404"
    TOLD_NO = "400, 409 or 415: the request makes no sense, whoever sends it"


OPEN, SIGN_IN = Outcome.OPEN, Outcome.SIGN_IN
FORBIDDEN, HIDDEN, KEPT_OUT = Outcome.FORBIDDEN, Outcome.HIDDEN, Outcome.KEPT_OUT
TOLD_NO = Outcome.TOLD_NO


@dataclass(frozen=True)
class Rule:
    anonymous: Outcome
    stranger: Outcome
    colleague: Outcome
    owner: Outcome = OPEN


PUBLIC = Rule(OPEN, OPEN, OPEN)
"""Anybody, signed in or not."""
OWN = Rule(SIGN_IN, OPEN, OPEN)
"""Whoever is signed in: it shows or changes only what is theirs."""
OTHERS = Rule(SIGN_IN, HIDDEN, HIDDEN)
"""Something that is one user's own, at the address of the owner's."""
ROLE = Rule(SIGN_IN, KEPT_OUT, OPEN)
"""Whoever holds the permission; the list holds only what they may see."""
RECORD = Rule(SIGN_IN, KEPT_OUT, HIDDEN)
"""One record: to who may not see it, it does not exist."""
MANAGER = Rule(SIGN_IN, KEPT_OUT, KEPT_OUT)
"""Needs a permission that a recruiter does not hold."""


def outcome_of(response: HttpResponse) -> Outcome | None:
    """None where the method is not allowed there at all."""
    if response.streaming:
        list(response.streaming_content)  # a file is closed once it was read
    if response.status_code == 405:
        return None
    if response.status_code == 401:
        return SIGN_IN
    if response.status_code == 302 and response["Location"].startswith(reverse(settings.LOGIN_URL)):
        return SIGN_IN
    assert response.status_code != 500, response
    known = {403: FORBIDDEN, 404: HIDDEN, 400: TOLD_NO, 409: TOLD_NO, 415: TOLD_NO}
    return known.get(response.status_code, OPEN)
