from django.urls import path

from campaigns import links
from community.views import asking, preferences, profile

app_name = "community"
urlpatterns = [
    path(f"{links.PREFIX}/<str:token>/", preferences.preferences, name="preferences"),
    path(f"{links.PREFIX}/<str:token>/profile/", profile.profile, name="profile"),
    path("settings/profile-ask/", asking.profile_ask, name="profile_ask"),
]
