"""Every path of the service. Paths of the API have no trailing slash."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from config import docs, health
from review import dashboard

api: list[URLPattern | URLResolver] = [
    path("openapi.json", docs.OpenAPI.as_view(), name=docs.SCHEMA),
    path("", include("accounts.api.urls")),
    path("", include("extraction.api.urls")),  # before documents: /documents/upload is no document's id
    path("", include("documents.api.urls")),
    path("", include("exports.api.urls")),
    path("", include("review.api.urls")),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", docs.Landing.as_view(), name="landing"),
    path("api/v1/", include(api)),
    path("docs", docs.Swagger.as_view(), name="docs"),
    path("redoc", docs.Redoc.as_view(), name="redoc"),
    path("health", health.Health.as_view(), name="health"),
    path("health/ready", health.Ready.as_view(), name="ready"),
    path("admin/figures/<slug:name>.csv", admin.site.admin_view(dashboard.download), name="dashboard_csv"),
    path("admin/", admin.site.urls),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.internal_error"
