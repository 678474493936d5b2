from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "campaigns"

    def ready(self) -> None:
        """What this app registers with those below it, by being imported."""
        from campaigns import (  # noqa: F401, PLC0415
            bulk_acts,
            conditions,
            merging,
            pages,
            privacy,
            receivers,
            rules,
            stage_acts,
            verbs,
        )
