from django.apps import AppConfig


class CommunityConfig(AppConfig):
    name = "community"

    def ready(self) -> None:
        """What this app registers with those below it, by being imported."""
        from community import navigation, privacy, rules  # noqa: F401, PLC0415
