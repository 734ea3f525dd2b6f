from django.urls import path

from exports.api.views import view_of
from exports.formats import FORMATS

urlpatterns = [
    path(f"documents/<str:document_id>/export/{name}", view_of(chosen).as_view(), name=f"export_{name}")
    for name, chosen in FORMATS.items()
]
