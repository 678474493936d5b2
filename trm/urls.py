from django.urls import include, path

urlpatterns = [
    path("", include("core.urls")),
    path("", include("relationships.urls")),
    path("", include("contacts.urls")),
    path("", include("campaigns.urls")),
    path("", include("community.urls")),
    path("", include("insights.urls")),
    path("", include("integrations.urls")),
    path("accounts/", include("allauth.urls")),
    path("api/v1/", include(("trm.api", "api-v1"))),
]

# allauth answers with this where a limit is reached.
handler429 = "core.signing_in.limits.too_many_requests"
