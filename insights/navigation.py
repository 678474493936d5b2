from django.utils.translation import gettext_lazy as _

from core import navigation
from core.navigation import Section

navigation.register(
    navigation.Item(
        section=Section.MAIN,
        label=_("Insights"),
        url_name="insights:dashboard",
        icon="chart-column",
        position=80,
        permission="insights.view_insights",
        shortcut="i",
    )
)
