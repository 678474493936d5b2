from django.urls import include, path

from contacts.views import editing, imports, people, persons, privacy, units

app_name = "contacts"
urlpatterns = [
    path("people/", people.people, name="people"),
    path("people/new/", editing.new, name="new"),
    path("people/import/", imports.imports, name="imports"),
    path("people/import/<uuid:uid>/", imports.import_run, name="import_run"),
    path("people/import/<uuid:uid>/progress/", imports.import_progress, name="import_progress"),
    path("people/import/<uuid:uid>/check/", imports.check_import, name="check_import"),
    path("people/import/<uuid:uid>/start/", imports.start_import, name="start_import"),
    path("people/import/<uuid:uid>/columns/", imports.change_import, name="change_import"),
    path("people/import/<uuid:uid>/discard/", imports.discard_import, name="discard_import"),
    path("people/import/<uuid:uid>/refused/", imports.refused_rows, name="refused_rows"),
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
