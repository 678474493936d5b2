from django.apps import AppConfig
from django.conf import settings
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class CoreConfig(AppConfig):
    name = "core"

    def ready(self) -> None:
        # Models are there only now.
        from core import lookups, personal  # noqa: F401, PLC0415 -- register what is theirs
        from core.navigation import Item, Section, register  # noqa: PLC0415
        from core.signing_in import receivers  # noqa: F401, PLC0415 -- connects them

        # What each app says in the audit log.
        autodiscover_modules("acts")

        # There is one only where the mail catcher of `make run` is.
        if settings.OUTBOX_DIR:
            register(
                Item(
                    section=Section.BELOW,
                    label=_("Outbox"),
                    url_name="core:outbox",
                    icon="mailbox",
                    position=80,
                    permission="core.operate",
                )
            )
        register(
            Item(
                section=Section.BELOW,
                label=_("Settings"),
                url_name="core:settings",
                icon="settings",
                position=90,
                shortcut="s",
            )
        )
        register(
            Item(
                section=Section.SETTINGS,
                label=_("Preferences"),
                url_name="core:preferences",
                icon="sliders-horizontal",
                position=10,
                purpose=_("Language, theme and time zone"),
            )
        )
        register(
            Item(
                section=Section.SETTINGS,
                label=_("Profile"),
                url_name="core:profile",
                icon="circle-user-round",
                position=5,
                purpose=_("Your name, as colleagues see it"),
            )
        )
        register(
            Item(
                section=Section.SETTINGS,
                label=_("Signing in"),
                url_name="mfa_index",
                icon="fingerprint",
                position=15,
                purpose=_("Password, passkeys, codes, devices"),
            )
        )
        register(
            Item(
                section=Section.SETTINGS,
                label=_("API tokens"),
                url_name="core:tokens",
                icon="key-round",
                position=60,
                permission="core.use_api",
                purpose=_("Keys for programs that work with TRM in your name"),
            )
        )
