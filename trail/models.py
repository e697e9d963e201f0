"""What happened, who did it, and proof that nobody rewrote it.

`trail` knows nothing of customers or people: it keeps names of things and their ids as text.
"""

import uuid
from typing import Any

from django.db import models
from django.utils.translation import gettext

from trail.sentences import in_words


class Entry(models.Model):
    """One line of the audit log: who did what to which thing, when and from where. Append-only.

    `detail` never holds personal data: ids, codes and counts only.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=64, help_text="user id, or the name of a job or command")
    action = models.CharField(max_length=48, help_text="what was done, as object.verb")
    subject = models.CharField(max_length=96, help_text="what it was done to, as kind:id")
    project = models.CharField(max_length=32, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)

    class Meta:
        indexes = [
            # The log of one thing, newest first.
            models.Index(fields=["subject", "-at"], name="entry_of_subject"),
            # The audit page of a project, newest first.
            models.Index(fields=["project", "-at"], name="entry_of_project"),
            # … what one person did, and how often something was done: searched, and counted by the alarms.
            models.Index(fields=["actor", "-at"], name="entry_of_actor"),
            models.Index(fields=["action", "-at"], name="entry_of_action"),
        ]


class Mark(models.Model):
    """The digest of one row of a guarded table, when it was written and at each change. Written by triggers alone; append-only.

    Rows of `AppendOnly(…, marked=True)` have them. A digest is SHA-256 over the row as canonical JSON: no personal data is in it.
    """

    table_name = models.CharField(max_length=63)
    row_id = models.BigIntegerField()
    digest = models.BinaryField(max_length=32, help_text="SHA-256 of the whole row")
    was = models.JSONField(
        null=True,
        help_text="of a change: the columns that changed, and what they held before; of texts the salted digest",
    )
    salt = models.BinaryField(
        max_length=16, null=True, help_text="of a row with texts that may be erased; gone with them"
    )
    erasing = models.BigIntegerField(null=True, help_text="of texts taken out or put back: by which `Erasing`")

    class Meta:
        indexes = [models.Index(fields=["table_name", "row_id"], name="mark_of_row")]


class Seal(models.Model):
    """Marks put under seal, and chained to the seal before: none of them can be taken out or written anew. Append-only."""

    number = models.PositiveIntegerField(unique=True)
    after = models.BigIntegerField(help_text="the marks behind this one …")
    upto = models.BigIntegerField(help_text="… up to this one, by id")
    count = models.PositiveIntegerField(help_text="how many; an act that was undone leaves a gap")
    rows = models.TextField(help_text="which rows they mark, such as `finance_entry 1-40 42`, a line for each table")
    content = models.BinaryField(max_length=32, help_text="SHA-256 over the marks in order")
    at = models.DateTimeField()
    before = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32, help_text="SHA-256 over all this, and the digest of the seal before")


class Once(models.Model):
    """An act already done under a key that the browser made: a second tap gets the first answer."""

    key = models.UUIDField(primary_key=True, default=uuid.uuid4)
    actor = models.CharField(max_length=64)
    act = models.CharField(max_length=48)
    answer = models.TextField(blank=True)
    at = models.DateTimeField()
    body = models.BinaryField(max_length=32, null=True, help_text="digest of what was asked for, where a program asked")
    status = models.PositiveSmallIntegerField(null=True, help_text="HTTP status of the answer to a program")
    sealed = models.BinaryField(null=True, help_text="the answer to a program, sealed: it may name a customer")


class MessageQuery(models.QuerySet["Message"]):
    """Whose, and what waits."""

    def to(self, person: object) -> "MessageQuery":
        """Those for this person, by user id."""
        return self.filter(to=str(person))

    def waiting(self) -> "MessageQuery":
        """What somebody is asked to do and nobody has done."""
        return self.filter(to_do=True, done_at__isnull=True)


class Message(models.Model):
    """One thing that one person must hear of (站内消息). It carries no telephone number and no full name."""

    to = models.CharField(max_length=64, help_text="user id")
    project = models.CharField(max_length=32, blank=True)
    kind = models.CharField(max_length=48)
    sentence = models.CharField(max_length=200, help_text="msgid of the sentence, translated for its reader")
    facts = models.JSONField(default=dict)
    link = models.CharField(max_length=200, blank=True)
    to_do = models.BooleanField(default=False, help_text="要我做; otherwise 知会")
    at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True, help_text="when what it asks for was done, by whomever")
    objects: Any = MessageQuery.as_manager()

    class Meta:
        indexes = [
            # The inbox, newest first.
            models.Index(fields=["to", "-at"], name="message_of_reader"),
            # The badge, and what stands first in the inbox: what waits for its reader.
            models.Index(
                fields=["to", "-at"], name="message_waits", condition=models.Q(to_do=True, done_at__isnull=True)
            ),
            # What a case that is ruled, or a visitor who leaves, had asked of people.
            models.Index(fields=["link"], name="message_to_do", condition=models.Q(to_do=True, done_at__isnull=True)),
        ]

    def __str__(self) -> str:
        """The sentence, in the language of the moment."""
        facts = self.facts
        if what := facts.get("what"):  # a word of the program's own, such as the kind of a periodic work
            facts = facts | {"what": gettext(what)}
        return in_words(self.sentence, facts)

    @property
    def waits(self) -> bool:
        """Whether its reader is asked to do something that nobody has done."""
        return self.to_do and self.done_at is None


class Delivery(models.Model):
    """A message on its way out of the program through one channel, drained in order for each recipient.

    At least once: a worker that is killed between sending and noting it sends again.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        SENT = "sent"
        SKIPPED = "skipped", "not wanted, or no address"
        FAILED = "failed", "given up after the last try"

    message = models.ForeignKey(Message, models.CASCADE, related_name="deliveries")
    to = models.CharField(max_length=64, help_text="user id, as in the message")
    channel = models.CharField(max_length=16)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(help_text="not before: quiet hours, digest, back-off")
    tries = models.PositiveSmallIntegerField(default=0)
    why = models.CharField(max_length=200, blank=True, help_text="what the last try said; no personal data")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="delivery_once_a_channel")]
        indexes = [
            # The next for each recipient.
            models.Index(fields=["channel", "to", "id"], condition=models.Q(state="waiting"), name="delivery_waiting"),
            # What did not arrive, newest first.
            models.Index(fields=["-done_at"], condition=models.Q(state="failed"), name="delivery_failed"),
            # What became of the last days' letters.
            models.Index(fields=["-done_at"], condition=models.Q(done_at__isnull=False), name="delivery_settled"),
        ]


class Allowance(models.Model):
    """How much of a limited thing was used since the window began; counted in one statement, so never past the limit."""

    key = models.CharField(max_length=120, primary_key=True)
    since = models.DateTimeField()
    used = models.PositiveIntegerField()


class Renaming(models.Model):
    """Rows that name one thing may be made to name another: two records of one customer were merged, or parted again.

    Written before the rows are moved, and good for its own transaction only (trail_append_only looks for it). Append-only,
    so that every merge stays on record.
    """

    was = models.CharField(max_length=64)
    becomes = models.CharField(max_length=64)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=models.Func(function="trail_transaction"))

    class Meta:
        indexes = [
            models.Index(fields=["transaction"], name="renaming_of_transaction")
        ]  # the guard asks for it row by row


class Erasing(models.Model):
    """What says who somebody is goes out of the rows that name them, or comes back (PIPL 47): so the guards let texts be changed.

    Written before the rows are changed, and good for its own transaction only. Append-only and marked; it says nothing of who it was.
    """

    class Kind(models.TextChoices):
        FROZEN = "frozen", "taken out and kept, sealed"
        RELEASED = "released", "put back as it was"
        ERASED = "erased", "gone for good"

    subject = models.CharField(max_length=96, help_text="whom, as kind:id")
    kind = models.CharField(max_length=8, choices=Kind)
    by = models.CharField(max_length=64)
    at = models.DateTimeField()
    transaction = models.BigIntegerField(db_default=models.Func(function="trail_transaction"))

    class Meta:
        indexes = [models.Index(fields=["transaction"], name="erasing_of_transaction")]  # the guard asks row by row


class RetentionTerm(models.Model):
    """For how many days a class of data is kept, where somebody set it (trail/retention.py); who did and why is in the log."""

    code = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField()
    by = models.CharField(max_length=64)
    at = models.DateTimeField()


class OutlivedCount(models.Model):
    """How many of a class of data the next run lets go of, as it was counted last: of a million customers that takes seconds."""

    code = models.CharField(max_length=40, primary_key=True)
    days = models.PositiveIntegerField(help_text="for how long the class was kept then: it holds for that time only")
    count = models.PositiveIntegerField()
    at = models.DateTimeField()


class Periodic(models.Model):
    """When a periodic job runs next and ran last. The jobs themselves are declared in code (trail/jobs.py)."""

    name = models.CharField(max_length=80, primary_key=True)
    next_at = models.DateTimeField()
    last_at = models.DateTimeField(null=True)


class WorkerSign(models.Model):
    """A worker's sign of life. What a worker had in hand when it fell silent is done again by another."""

    id = models.CharField(max_length=64, primary_key=True)
    host = models.CharField(max_length=80)
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
