from django.utils.translation import gettext_lazy as _

from core.permissions import declare

declare("insights.view_insights", _("See figures"))
