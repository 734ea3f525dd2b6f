from django.urls import path

from documents.api import views

urlpatterns = [
    path("documents", views.DocumentList.as_view(), name="documents"),
    path("documents/<str:document_id>", views.DocumentDetail.as_view(), name="document"),
    path("documents/<str:document_id>/file", views.DocumentFile.as_view(), name="file"),
]
