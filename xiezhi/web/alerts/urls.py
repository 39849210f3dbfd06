"""Addresses of alerts, tasks and the documents of dispositions."""

from django.urls import URLPattern, path

from xiezhi.web.alerts import acts, bulk, documents, reveal, views

urlpatterns: list[URLPattern] = [
    path("alerts/", views.alerts, name="alerts"),
    path("alerts/bulk/", bulk.bulk, name="alerts_bulk"),
    path("alerts/<str:number>/", views.alert, name="alert"),
    path("alerts/<str:number>/reveal/<str:token>/", reveal.reveal, name="alert_reveal"),
    path("alerts/<str:number>/do/<str:name>/", acts.act, name="alert_act"),
    path("documents/<int:attachment>/", documents.document, name="document"),
    path("tasks/", views.tasks, name="tasks"),
]
