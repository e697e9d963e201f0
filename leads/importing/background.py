"""Imports in the background: a worker that is killed leaves the rest to another, which goes on behind the last batch."""

from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from leads.importing import ending, running
from leads.models import ImportRun
from trail import clock
from trail.jobs import job
from trail.refusals import Refusal

State = ImportRun.State


def let_be(run_id: int, language: str = "") -> None:
    """Nobody tries the task of this run again: the run has ended, too, and its page says so."""
    run = ImportRun.objects.select_related("by").filter(pk=run_id).first()
    if run is None:
        return
    with translation.override(language or run.by.language or None):
        said = gettext("没有导完，管理员也没有再试。存下的行都在；其余的改好再传一次")
    ending.stop(run, Refusal("import_dropped", said), at=clock.now())


@job(title=_("试导入一个文件"), dropped=let_be)
def try_import(run_id: int, language: str = "") -> None:
    """Look at every row of a file and say what it would come to, in the language in which it was brought."""
    _work(run_id, State.TRYING, language)


@job(title=_("导入一个文件"), dropped=let_be)
def do_import(run_id: int, language: str = "") -> None:
    """Store every row of a file that can be."""
    _work(run_id, State.RUNNING, language)


def _work(run_id: int, state: str, language: str) -> None:
    run = ImportRun.objects.select_related("by", "project").filter(pk=run_id, state=state).first()
    if run is None:  # somebody took it back, or another worker has ended it
        return
    with translation.override(language or run.by.language or None):
        try:
            if running.work_through(run, dry=state == State.TRYING):
                ending.end(run, at=clock.now())
        except Refusal as refusal:
            ending.stop(run, refusal, at=clock.now())
