from django.urls import path

from insights.views import dashboard, life_cycle

app_name = "insights"
urlpatterns = [
    path("insights/", dashboard.dashboard, name="dashboard"),
    path("insights/life-cycle/", life_cycle.life_cycle, name="life-cycle"),
]
