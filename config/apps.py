"""config is an app only so that wiring and schedule are read once, when everything is loaded."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import schedule, wiring

        wiring.connect()
        schedule.declare()
