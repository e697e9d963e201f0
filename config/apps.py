"""config is an app only so that the wiring is connected once, when everything is loaded."""

from django.apps import AppConfig


class ConfigApp(AppConfig):
    name = "config"

    def ready(self) -> None:
        from config import wiring

        wiring.connect()
