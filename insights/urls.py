from django.urls import path

from insights.views import dashboard

app_name = "insights"
urlpatterns = [path("insights/", dashboard.dashboard, name="dashboard")]
