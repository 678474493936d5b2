from django.apps import AppConfig


class InsightsConfig(AppConfig):
    name = "insights"

    def ready(self) -> None:
        from insights import rules  # noqa: F401, PLC0415 -- registers permissions
