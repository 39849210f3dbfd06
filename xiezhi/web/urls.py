"""Addresses of pages. Each group of pages keeps its own in its folder."""

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("xiezhi.web.overview.urls")),
    path("", include("xiezhi.web.alerts.urls")),
    path("", include("xiezhi.web.fields.urls")),
    path("", include("xiezhi.web.account.urls")),
    path("", include("xiezhi.web.notices.urls")),
    path("", include("xiezhi.web.search.urls")),
    path("", include("xiezhi.web.indicators.urls")),
    path("", include("xiezhi.web.data.urls")),
    path("", include("xiezhi.web.registry.urls")),
]
