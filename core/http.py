"""Requests as they are once signed in. For annotations; nothing makes these at run time."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails
from rest_framework.request import Request

from core.models import ApiToken, User


class UserRequest(HttpRequest):
    user: User
    htmx: HtmxDetails


class UserApiRequest(Request):
    user: User
    auth: ApiToken
