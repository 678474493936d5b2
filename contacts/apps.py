from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        from contacts import rules  # noqa: F401, PLC0415 -- registers permissions
