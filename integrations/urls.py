from django.urls import path

from integrations.views import filing, mail

app_name = "integrations"
urlpatterns = [
    path("mail/", mail.unknown, name="mail"),
    path("mail/<uuid:uid>/person/", mail.place, name="mail-place"),
    path("mail/<uuid:uid>/set-aside/", mail.set_aside, name="mail-set-aside"),
    path("mail/<uuid:uid>/take-back/", mail.take_back, name="mail-take-back"),
    path("mail/undo/<str:token>/", mail.undo, name="mail-undo"),
    path("settings/filing/", filing.filing, name="filing"),
    path("settings/filing/renew/", filing.renew, name="filing-renew"),
]
