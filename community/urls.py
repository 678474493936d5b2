from django.urls import path

from campaigns import links
from community.views import preferences

app_name = "community"
urlpatterns = [
    path(f"{links.PREFIX}/<str:token>/", preferences.preferences, name="preferences"),
]
