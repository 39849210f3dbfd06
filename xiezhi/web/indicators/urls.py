"""Addresses of indicators."""

from django.urls import URLPattern, path

from xiezhi.web.indicators import entries, views

urlpatterns: list[URLPattern] = [
    path("indicators/", views.indicators, name="indicators"),
    path("indicators/<str:field>/<str:name>/", views.indicator, name="indicator"),
]
entries.add()
