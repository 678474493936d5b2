"""The mail catcher of ``make run``: every mail that TRM sends ends here, and can be looked at."""
