"""A month in pictures: by team, where its splits come from, and what the teams' funds hold."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from finance import reads
from finance.plots import plot
from finance.reads.figures import figures
from leads.templatetags.guishu import month as in_words
from people.access import WorkRequest, needs
from people.roles import Right


@needs(Right.SPLITS)
@require_GET
def period_figures(request: WorkRequest, month: str) -> HttpResponse:
    """Bars drawn here, each with its table."""
    period = reads.month(month)
    told, (before, after) = figures(request.workplace.project, period), reads.around(period)
    plots = [
        plot(_("分成来源"), [(str(source.label), fen, deals) for source, fen, deals in told.sources]),
        plot(_("营销经费余额"), [(in_words(one), fen, 0) for one, fen in told.funds]),
    ]
    shown = {
        "period": period, "before": before, "after": after, "told": told, "plots": plots,
        "teams": plot(_("按团队"), [(name, fens[-1], 0) for name, fens in told.teams]),
    }  # fmt: skip
    return render(request, "finance/figures.html", shown)
