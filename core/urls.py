from django.urls import path

from core.views import account, health, outbox, palette, preferences, styleguide, tokens

app_name = "core"
urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<slug:mail_id>/", outbox.mail, name="outbox_mail"),
    path("outbox/<slug:mail_id>/html/", outbox.mail_html, name="outbox_mail_html"),
    path(
        "outbox/<slug:mail_id>/attachments/<int:number>/",
        outbox.attachment,
        name="outbox_attachment",
    ),
    path("outbox/<slug:mail_id>/unsubscribe/", outbox.unsubscribe, name="outbox_unsubscribe"),
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
