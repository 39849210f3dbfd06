"""Addresses of the first page and of the menu."""

from django.urls import URLPattern, path

from xiezhi.web.overview import entries, views

urlpatterns: list[URLPattern] = [
    path("", views.overview, name="overview"),
    path("menu/", views.menu, name="menu"),
]
entries.add()
