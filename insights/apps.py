from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"

    def ready(self) -> None:
        """What this app registers with those below it, by being imported."""
        from insights import lists, navigation, privacy, rules, talk_lists  # noqa: F401, PLC0415
