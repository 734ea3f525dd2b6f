from django.urls import path

from extraction.api import pages, rules, views

urlpatterns = [
    path("documents/upload", views.Upload.as_view(), name="upload"),
    path("documents/<str:document_id>/reprocess", views.Reprocess.as_view(), name="reprocess"),
    path("documents/<str:document_id>/validation", views.Validation.as_view(), name="validation"),
    path("documents/<str:document_id>/jobs", views.DocumentJobs.as_view(), name="document_jobs"),
    path("documents/<str:document_id>/pages", pages.Pages.as_view(), name="pages"),
    path("documents/<str:document_id>/pages/<int:number>/words", pages.PageWords.as_view(), name="page_words"),
    path("documents/<str:document_id>/pages/<int:number>/image", pages.PageImage.as_view(), name="page_image"),
    path("rules", rules.Rules.as_view(), name="rules"),
    path("rules/<str:code>", rules.RuleOf.as_view(), name="rule"),
    path("jobs/<str:job_id>", views.Job.as_view(), name="job"),
]
