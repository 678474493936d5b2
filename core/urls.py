from django.urls import path

from core.views import account, health, palette, preferences, styleguide, tokens

app_name = "core"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("search/", palette.search, name="search"),
    path("settings/", preferences.settings, name="settings"),
    path("settings/profile/", account.profile, name="profile"),
    path("settings/sessions/<int:pk>/end/", account.end_session, name="end_session"),
    path("settings/preferences/", preferences.preferences, name="preferences"),
    path("settings/tokens/", tokens.tokens, name="tokens"),
    path("settings/tokens/new/", tokens.new, name="token_new"),
    path("settings/tokens/<uuid:uid>/rotate/", tokens.rotate, name="token_rotate"),
    path("settings/tokens/<uuid:uid>/revoke/", tokens.revoke, name="token_revoke"),
    path("styleguide/", styleguide.styleguide, name="styleguide"),
]
