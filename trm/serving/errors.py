class ServingRefused(Exception):
    """The product cannot start, or go on. The message is the one line that is shown."""
