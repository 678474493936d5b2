"""Dates and times as they are written in British English; Django's "en" is American."""

DATE_FORMAT = "j F Y"
SHORT_DATE_FORMAT = "j M Y"
DATETIME_FORMAT = "j F Y, H:i"
SHORT_DATETIME_FORMAT = "j M Y, H:i"
TIME_FORMAT = "H:i"
MONTH_DAY_FORMAT = "j F"
# Ours: Django has no short ones without a day or a year, and none to the second.
SHORT_MONTH_DAY_FORMAT = "j M"
SHORT_YEAR_MONTH_FORMAT = "M Y"
SHORT_MOMENT_FORMAT = "j M, H:i"
EXACT_DATETIME_FORMAT = "j M Y, H:i:s"
FIRST_DAY_OF_WEEK = 1
DATE_INPUT_FORMATS = ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d %B %Y", "%d %b %Y"]
