"""The address of the search."""

from django.urls import URLPattern, path

from xiezhi.web.search.views import search

urlpatterns: list[URLPattern] = [path("search/", search, name="search")]
