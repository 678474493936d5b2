from django.apps import AppConfig


class TrmConfig(AppConfig):
    name = "trm"
