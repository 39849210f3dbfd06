"""Addresses of notices."""

from django.urls import URLPattern, path

from xiezhi.web.notices import entries, views

urlpatterns: list[URLPattern] = [
    path("notices/", views.notices, name="notices"),
    path("notices/read/", views.mark_read, name="read_notices"),
]
entries.add()
