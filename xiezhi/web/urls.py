"""Addresses of pages. Each group of pages keeps its own in its folder."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("xiezhi.web.account.urls")),
    path("", include("xiezhi.web.search.urls")),
]
