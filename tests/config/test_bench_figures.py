"""What may be measured where, and what is made of the figures."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from config.bench import callers, history, plotting, scene, sizes
from config.bench.outside import likeness
from config.bench.rows import Row, p95, span
from config.seed import house
from people.models import Installation, Project
from tests import make
from tests.bench import ROW, measured

# ── what may be measured, and where ──


@pytest.mark.django_db
@pytest.mark.parametrize("used", ["installation", "project"])
def test_a_database_that_people_use_is_left_alone(used, tmp_path):
    if used == "project":
        Project.objects.create(code="store", name="店")
    else:
        Installation.objects.create(administrator=make.store().admin.user, at=make.MOMENT)
    with pytest.raises(CommandError, match="--throwaway"):
        measured("register", file=tmp_path / "none.jsonl")
    assert not Project.objects.filter(code=house.CODE).exists()
    scene.must_be_thrown_away(throwaway=True)


@pytest.mark.django_db
def test_a_seeded_database_may_be_thrown_away(at_noon):
    scene.project_for(2)
    scene.must_be_thrown_away(throwaway=False)
    assert scene.project_for(9) == Project.objects.get()


@pytest.mark.django_db
def test_what_is_taken_back_may_be_measured_anywhere(store, tmp_path):
    file = tmp_path / "history.jsonl"
    found = measured("backtest", "import", "export", file=file, stored=50, rows=40, lines=16)
    assert [row["name"] for row in found[:2]] == ["calibrating loop", "backtest from Postgres"]
    assert all(row.keys() >= ROW for row in found)
    assert [line["size"] for line in history.lines(file)] == [None] * 3
    assert not Project.objects.filter(code=house.CODE).exists()


def test_an_answer_that_was_not_to_come_ends_the_run(site, committed):
    caller = callers.Caller(int(site.rpartition(":")[2]))
    with pytest.raises(RuntimeError, match="GET /healthz: 200 instead of 404"):
        caller.ask("GET", "/healthz", None, {}, 404)


def test_what_one_of_many_raises_is_raised():
    done = []
    with pytest.raises(ZeroDivisionError):
        callers.at_once([lambda: done.append(1), lambda: 1 // 0])
    assert done == [1]


# ── figures ──


def test_of_twenty_requests_one_may_be_slower_than_the_95th_percentile():
    assert p95([*range(1, 21)]) == 19
    assert p95([7]) == 7


def test_a_span_is_told_in_milliseconds_beside_something_else():
    row = span("page", 300, [0.1] * 19 + [0.9], beside=0.05)
    assert (row.value, row.median, row.ratio, row.reached) == (100, 100, 2, True)
    assert not span("page", 300, [0.4] * 5, beside=0.05).reached


def test_sizes_are_compared_with_the_smallest_by_median_and_by_rate():
    def at(ms, rate):
        return [Row("page", "p95 ≤ 300 ms", 9, "ms", 1, True, ms), Row("reports", "≥ 5% of raw", rate, "/s", 1, True)]

    found = {row.name: row for row in sizes.compared({1_000: at(11, 90), 100: at(10, 100), 10_000: at(13, 80)})}
    assert {name: (round(row.value, 2), row.reached) for name, row in found.items()} == {
        "page, at 1,000 to 100 customers": (1.1, True), "reports, at 1,000 to 100 customers": (0.9, True),
        "page, at 10,000 to 100 customers": (1.3, False), "reports, at 10,000 to 100 customers": (0.8, False),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "likely"),
    [
        ([1, 2, 3], [4, 5, 6], 0.0495), ([1, 3, 5], [2, 4, 6], 0.5127), ([1, 1, 2], [1, 2, 2], 0.4561), ([7, 7], [7, 7], 1),
        ([1, 4], [2, 3], 1),
    ],
)  # fmt: skip
def test_how_likely_two_samples_are_of_one_thing(one, other, likely):
    assert round(likeness(one, other), 4) == round(likeness(other, one), 4) == likely


def test_plots_show_the_last_run_of_each_size(tmp_path):
    file = tmp_path / "history.jsonl"
    for size, ms in ((100, 99.0), (1_000, 20.0), (100, 10.0)):
        rows = [Row("search: surname", "p95 ≤ 50 ms", 2 * ms, "ms", ms / 5, True, ms), Row("raw", "", 1, "/s", 1, None)]
        history.append(file, "search", size, rows)
    history.append(file, "desk", 100, [])
    call_command("bench", "plots", history=file, to=tmp_path, stdout=StringIO())
    drawn = (tmp_path / "bench-search.svg").read_text("utf-8")
    (line,) = plotting.plot("", plotting.latest(file, "search"), rate=False)["lines"]
    assert line.points == [(56, 151), (470, 36)]  # ten is half of twenty
    assert f'points="{line.path}"' in drawn
    assert "surname" in drawn
    assert not (tmp_path / "bench-desk.svg").exists()  # one size is no line
