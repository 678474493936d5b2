"""Dates and times as they are written in Dutch: months in small letters, also the short ones."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j b Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j b Y, H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j F"
# Ours: Django has no short ones without a day or a year, and none to the second.
SHORT_MONTH_DAY_FORMAT = "j b"
SHORT_YEAR_MONTH_FORMAT = "b Y"
SHORT_MOMENT_FORMAT = "j b, H:i"
EXACT_DATETIME_FORMAT = "j b Y, H:i:s"
