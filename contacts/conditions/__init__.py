"""What a rule may ask about people: typed conditions, joined by all, any and none.

``operators`` says what can be asked of each type, ``registry`` holds the allow-list, ``building``
makes conditions of columns and of rows. Of a rule, ``shape`` is how it is kept, ``faults`` what
may be wrong with it, ``sentences`` how one reads it; ``rule`` checks whole ones and asks them of
people.
"""
