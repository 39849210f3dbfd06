"""Addresses of the registry."""

from django.urls import URLPattern, path

from xiezhi.web.registry import calendars, entries, importing, views, workbook

urlpatterns: list[URLPattern] = [
    path("registry/", views.registry, name="registry"),
    path("registry/import/", importing.workbook, name="registry_import"),
    path("registry/template.xlsx", workbook.template, name="registry_template"),
    path("registry/calendar/", calendars.this_year, name="calendar"),
    path("registry/calendar/<int:year>/", calendars.year, name="calendar_year"),
    path("registry/organisations/<str:code>/", views.organisation, name="organisation"),
    path("registry/organisations/<str:code>/succession/", views.succession, name="succession"),
    path("registry/<str:kind>/", views.rows, name="registry_rows"),
]
entries.add()
