"""Files that prove an accusation. Each hangs on the piece of evidence that says what it shows, and is judged with it."""

from django.db import models

from penalties.models.accusation import AccusationStep


class AccusationFile(models.Model):
    """A file that who reported brought: a picture or a PDF by its content. Append-only; what is in it lies apart."""

    step = models.OneToOneField(AccusationStep, models.PROTECT, related_name="file")
    name = models.CharField(max_length=60, help_text="made by us, without what it was called")
    media_type = models.CharField(max_length=80, help_text="by its content, never by its name")
    size = models.PositiveIntegerField(help_text="bytes of the original")
    sha256 = models.BinaryField(max_length=32, help_text="of the original, as it was sent")

    def __str__(self) -> str:
        return self.name


class AccusationFileContent(models.Model):
    """Its bytes, sealed: the original, and what is shown of it, re-encoded. Apart, so that lists stay light."""

    file = models.OneToOneField(AccusationFile, models.PROTECT, primary_key=True, related_name="content")
    original = models.BinaryField()
    shown = models.BinaryField(null=True)
