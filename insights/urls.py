from django.urls import path

from insights.views import dashboard, funnel, life_cycle, relations

app_name = "insights"
urlpatterns = [
    path("insights/", dashboard.dashboard, name="dashboard"),
    path("insights/life-cycle/", life_cycle.life_cycle, name="life-cycle"),
    path("insights/funnel/", funnel.funnel, name="funnel"),
    path("insights/two-sides/", relations.two_sides, name="two-sides"),
    path("insights/continuity/", relations.exposure, name="continuity"),
    path("insights/touch/", relations.touch, name="touch"),
]
