from django.urls import path

from review.api import views

urlpatterns = [
    path("documents/<str:document_id>/result", views.Result.as_view(), name="result"),
    path("documents/<str:document_id>/corrections", views.Corrections.as_view(), name="corrections"),
    path("review/tasks", views.Tasks.as_view(), name="tasks"),
    path("review/tasks/next", views.Next.as_view(), name="next_task"),
    path("review/tasks/<str:task_id>", views.Task.as_view(), name="task"),
    path("review/tasks/<str:task_id>/claim", views.Claim.as_view(), name="claim_task"),
    path("review/tasks/<str:task_id>/renew", views.Renew.as_view(), name="renew_task"),
    path("review/tasks/<str:task_id>/release", views.Release.as_view(), name="release_task"),
    path("review/tasks/<str:task_id>/fields", views.Fields.as_view(), name="correct_task"),
    path("review/tasks/<str:task_id>/approve", views.Approve.as_view(), name="approve_task"),
    path("review/tasks/<str:task_id>/reject", views.Reject.as_view(), name="reject_task"),
    path("review/tasks/<str:task_id>/postpone", views.Postpone.as_view(), name="postpone_task"),
    path("review/tasks/<str:task_id>/reviewers", views.Reviewers.as_view(), name="task_reviewers"),
    path("review/tasks/<str:task_id>/assign", views.Assign.as_view(), name="assign_task"),
    path("review/tasks/<str:task_id>/reopen", views.Reopen.as_view(), name="reopen_task"),
]
