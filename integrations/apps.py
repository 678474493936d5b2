from django.apps import AppConfig


class IntegrationsConfig(AppConfig):
    name = "integrations"

    def ready(self) -> None:
        """What this app registers with those below it, by being imported."""
        from integrations import (  # noqa: F401, PLC0415
            merging,
            navigation,
            privacy,
            receivers,
        )
