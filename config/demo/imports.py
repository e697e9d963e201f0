"""Two files that 主管 brought: one imported with rows to correct and waiting for confirmation, one tried and not imported yet."""

from datetime import datetime, timedelta

from leads.importing import background
from leads.models import ImportRun
from leads.services import begin_import, start_import
from people.workplace import Workplace
from trail import clock

OWNED = "姓名,称呼,手机号,业务员,归属开始"
REPORTED = "姓名,称呼,手机号,业务员"


def imports(manager: Workplace, sellers: list[str], at: datetime) -> None:
    """Existing ownership of before the program, and a list from a fair. `sellers`: names of two salespeople."""
    first, second = sellers[:2]
    old = [
        f"何建平,先生,13700007001,{first},2024-06-03", f"宋雅琴,女士,13700007002,{second},2024-07-15",
        f"郝志强,先生,1370000700,{first},2024-08-01", "任秀兰,女士,13700007004,李大海,2024-09-09",
    ]  # fmt: skip
    with clock.standing_at(at):
        run = _brought(manager, ImportRun.Kind.OWNERSHIP, "老客户名单.csv", OWNED, old, at)
        begin_import(here=manager, run=run, at=at)
        background.do_import.call(run.pk)
    later = at + timedelta(minutes=20)
    fair = [f"邵文斌,先生,13700007011,{first}", f"尹丽华,女士,13700007012,{second}", f"邵文斌,先生,13700007011,{first}"]
    with clock.standing_at(later):
        _brought(manager, ImportRun.Kind.LEADS, "展会名单.csv", REPORTED, fair, later)


def _brought(here: Workplace, kind: str, name: str, head: str, rows: list[str], at: datetime) -> ImportRun:
    run = start_import(here=here, kind=kind, file_name=name, content="\n".join([head, *rows]).encode(), at=at)
    background.try_import.call(run.pk)
    return ImportRun.objects.get(pk=run.pk)
