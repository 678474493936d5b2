from django.utils.translation import gettext_lazy as _

from core.permissions import declare

declare("community.ask_profiles", _("Have people asked whether what we hold is still right"))
