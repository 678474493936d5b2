from django.urls import path

from core.views import account, health, palette, preferences, styleguide

app_name = "core"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("search/", palette.search, name="search"),
    path("settings/", preferences.settings, name="settings"),
    path("settings/profile/", account.profile, name="profile"),
    path("settings/sessions/<int:pk>/end/", account.end_session, name="end_session"),
    path("settings/preferences/", preferences.preferences, name="preferences"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
