"""``__any``: equal to one of a list, which PostgreSQL is given as one array.

For lists of thousands: ``__in`` makes an expression of each of its values, and a statement that
is as long as they are many.
"""

from typing import Any

from django.db.models import Field, ForeignKey, Lookup


class EqualsAny(Lookup):
    lookup_name = "any"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> Any:
        return "%s", [list(value)]

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        lhs, lhs_params = self.process_lhs(compiler, connection)
        rhs, rhs_params = self.process_rhs(compiler, connection)
        return f"{lhs} = ANY({rhs})", [*lhs_params, *rhs_params]


Field.register_lookup(EqualsAny)
ForeignKey.register_lookup(EqualsAny)
