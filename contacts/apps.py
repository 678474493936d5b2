from django.apps import AppConfig


class ContactsConfig(AppConfig):
    name = "contacts"

    def ready(self) -> None:
        """What this app registers, by being imported."""
        from contacts import (  # noqa: F401, PLC0415 -- models are there only now
            about,
            columns,
            custom_columns,
            custom_import,
            group_columns,
            group_pages,
            list_columns,
            navigation,
            own_bulk_acts,
            pool_acts,
            privacy,
            receivers,
            rules,
            search_receivers,
            search_texts,
            skill_columns,
            skill_import,
            vocabularies,
        )
        from contacts.conditions import custom, people  # noqa: F401, PLC0415
        from contacts.services import (  # noqa: F401, PLC0415 -- how clashes are resolved
            clashes,
            merging,
            merging_groups,
            proposals,
        )
