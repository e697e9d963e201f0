"""Work on policies that takes longer than a page may: simulations. A job that is killed begins anew; it writes one row only."""

from django.utils.translation import gettext_lazy as _

from arbitration.engine import PackError
from arbitration.models import Simulation
from arbitration.policies import simulating
from trail import clock
from trail.jobs import job

State = Simulation.State


@job(title=_("试算制度草稿"))
def simulate(run_id: int) -> None:
    """Work a simulation out, with its progress to be seen meanwhile."""
    mine = Simulation.objects.filter(pk=run_id)
    run = mine.exclude(state=State.DONE).select_related("draft__base").first()
    if run is None:
        return
    if run.draft.version != run.draft_version:  # it was changed before anybody began
        mine.update(state=State.FAILED, finished_at=clock.now())
        return
    mine.update(state=State.RUNNING, done=0)

    def tell(done: int) -> None:
        mine.update(done=done)

    try:
        result = simulating.sweep(run, tell) if run.parameter else simulating.simulate(run, tell)
    except PackError:  # the draft is no policy as it stands
        mine.update(state=State.FAILED, finished_at=clock.now())
        return
    mine.update(state=State.DONE, done=run.total, result=result, finished_at=clock.now())
