"""``make gallery``: every page in both themes, both languages, wide and narrow, from the demo."""
