"""What a column of a file may be: the fields of a person that an import can fill.

Each reads one cell into a draft and says what it could not read. What higher apps accept is
in ``targets``; both are named by a key in the mapping of a run.
"""

from contacts.imports.columns import more, names, places, reach
from contacts.imports.columns.shape import Column, Reading, Take

__all__ = ["BY_KEY", "COLUMNS", "Column", "Reading", "Take"]

COLUMNS = (*names.COLUMNS, *reach.COLUMNS, *places.COLUMNS, *more.COLUMNS)
BY_KEY = {column.key: column for column in COLUMNS}
