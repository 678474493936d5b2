"""What ``make run`` does: servers of our own where none are given, and the product on top.

Nothing here reads Django's settings: they need the addresses of servers that are not there yet.
"""
