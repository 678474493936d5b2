from django.urls import include, path

from contacts.views import editing, people, persons, privacy, units

app_name = "contacts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", editing.new, name="new"),
    path("people/<uuid:uid>/", persons.person, name="person"),
    path("people/<uuid:uid>/peek/", persons.peek, name="peek"),
    path("people/<uuid:uid>/edit/", editing.edit, name="edit"),
    path("people/<uuid:uid>/archive/", persons.archive, name="archive"),
    path("people/<uuid:uid>/restore/", persons.restore, name="restore"),
    path("people/<uuid:uid>/consent/", privacy.consent, name="consent"),
    path("people/<uuid:uid>/export/", privacy.export, name="export"),
    path("people/<uuid:uid>/erase/", privacy.erase, name="erase"),
    path("settings/units/", units.units, name="units"),
    path("settings/units/new/", units.new_unit, name="new_unit"),
    path("settings/units/<uuid:uid>/", units.edit_unit, name="edit_unit"),
    path("", include("contacts.team_urls")),
]
