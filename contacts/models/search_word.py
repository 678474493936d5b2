from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models


class SearchWord(models.Model):
    """A word by which somebody can be found: what a misspelt one is compared with.

    Words of names, positions, organisations and cities, each once, however many people it is of.
    It says nothing of whom, and is forgotten when nobody has it any more
    (``services.search_words``). ``sound`` brings together what alphabets spell otherwise;
    ``is_romanised``: somebody writes it in another script than Latin.
    """

    word = models.CharField(primary_key=True, max_length=60, db_collation="C")
    sound = models.CharField(max_length=60)
    is_romanised = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["sound"], name="search_word_sound"),
            GinIndex(OpClass("word", name="gin_trgm_ops"), name="search_word_near"),
        ]

    def __str__(self) -> str:
        return self.word
