"""What a rule may ask about people: typed conditions, joined by all, any and none.

``operators`` says what can be asked of each type, ``registry`` holds the allow-list, ``rule``
checks, reads and applies whole rules, ``building`` makes conditions of columns and of rows.
"""
