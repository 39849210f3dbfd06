"""Addresses of fields, of lists of their subjects, and of one subject."""

from django.urls import URLPattern, path, register_converter

from xiezhi.web.fields import entries, reveal, views
from xiezhi.web.fields.converters import TokenConverter

register_converter(TokenConverter, "token")
urlpatterns: list[URLPattern] = [
    path("fields/<str:field>/", views.overview, name="field"),
    path("fields/<str:field>/<str:kind>/", views.subjects, name="subjects"),
    path("fields/<str:field>/<str:kind>/<path:key>/reveal/<token:token>/", reveal.reveal, name="subject_reveal"),
    path("fields/<str:field>/<str:kind>/<path:key>/", views.subject, name="subject"),
]
entries.add()
