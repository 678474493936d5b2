from django.urls import path

from contacts.views import audit, invitation, roles, team

urlpatterns = [
    path("accounts/invitation/<str:token>/", invitation.accept, name="accept_invitation"),
    path("settings/team/", team.overview, name="team"),
    path("settings/team/invite/", team.invite, name="invite"),
    path("settings/team/invitations/<uuid:uid>/resend/", team.resend, name="resend_invitation"),
    path("settings/team/invitations/<uuid:uid>/revoke/", team.revoke, name="revoke_invitation"),
    path("settings/team/<uuid:uid>/", team.colleague, name="colleague"),
    path("settings/team/<uuid:uid>/close/", team.close, name="close_account"),
    path("settings/team/<uuid:uid>/reopen/", team.reopen, name="reopen_account"),
    path("settings/team/<uuid:uid>/roles/<uuid:grant_uid>/take/", team.take_role, name="take_role"),
    path("settings/roles/", roles.matrix, name="roles"),
    path("settings/roles/new/", roles.new, name="new_role"),
    path("settings/roles/<uuid:uid>/", roles.edit, name="role"),
    path("settings/audit/", audit.log, name="audit"),
    path("settings/audit/export/", audit.export, name="audit_export"),
]
