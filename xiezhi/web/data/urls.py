"""Addresses of data quality."""

from django.urls import URLPattern, path

from xiezhi.web.data import entries, handing, lists, mending

urlpatterns: list[URLPattern] = [
    path("data/", lists.sources, name="data"),
    path("data/sources/<str:code>/", handing.source, name="source"),
    path("data/progress/<str:token>/", handing.progress, name="data_progress"),
    path("data/batches/", lists.batches, name="batches"),
    path("data/batches/<int:number>/", lists.batch, name="batch"),
    path("data/batches/<int:number>/decide/", handing.decide, name="decide_batch"),
    path("data/quarantine/", lists.quarantine, name="quarantine"),
    path("data/quarantine/<int:key>/", mending.row, name="quarantined_row"),
]
entries.add()
