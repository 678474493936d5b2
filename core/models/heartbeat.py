from django.db import models


class Heartbeat(models.Model):
    """When a part of the house last showed that it works: a worker that ran beat's task."""

    name = models.CharField(max_length=50, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} at {self.at:%Y-%m-%d %H:%M:%S}"
