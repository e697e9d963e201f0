"""`check_policy`: a line for each problem, the count last, and the exit code."""

import pytest

from arbitration.engine.check import command
from arbitration.engine.loading import canonical
from tests.engine.packing import ONE, TWO, data, rule, unique, words


@pytest.fixture(autouse=True, scope="module")
def _words():
    with words():
        yield


@pytest.fixture
def file(tmp_path):
    """Write a pack, or any text, and give its name."""

    def write(*stages, name="draft", text=None, **more):
        path = tmp_path / f"{name}.yaml"
        path.write_text(text or canonical(data(*stages, **more)).decode(), "utf-8")
        return str(path)

    return write


SOUND = unique(rule("x", "a", ONE), rule("y", "not a", TWO))
TORN = unique(rule("x", "a", ONE), rule("y", "b", TWO), otherwise=[{"escalate": "no_rule_applies"}])


def test_a_pack_without_errors_passes(file, capsys):
    assert command.main([file(SOUND), "--lang", "en"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "test@1 warning untested [s0] x takes effect in none of the test cases."
    assert lines[-1] == "1 packs: error 0, warning 2, accepted 0, info 0"


def test_an_error_fails_and_is_told_in_the_language_asked_for(file, capsys):
    assert command.main([file(TORN)]) == 1
    out = capsys.readouterr().out
    assert "test@1 错误 conflict [s0] x（归角色1） 与 y（归角色2）相冲突：「事实a」「事实b」均为是。" in out
    assert out.splitlines()[-1] == "1 份制度：错误 1，警告 3，已接受 0，说明 0"


def test_an_accepted_warning_is_told_with_its_reason(file, capsys):
    accepted = [{"check": "untested", "why": "a draft"}]
    assert command.main([file(SOUND, accepted=accepted), "--lang", "en"]) == 0
    assert (
        "test@1 accepted untested [s0] x takes effect in none of the test cases. (reason: a draft)"
        in capsys.readouterr().out
    )


def test_what_the_cases_do_not_reach_is_untested_and_further_cases_may_reach_it(file, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(command, "CASES", ())
    name = file(unique(rule("x", "", ONE)), id="home-decoration")
    (tmp_path / "cases").mkdir()
    text = "case: x\npolicy: home-decoration\nask: '2025-03-03T10:00:00'\ncustomers: [{id: c1}]\nevents: []\n"
    (tmp_path / "cases" / "x.yaml").write_text(text, "utf-8")
    assert command.main([name, "--lang", "en"]) == 0
    assert "warning 1" in capsys.readouterr().out
    assert command.main([name, "--lang", "en", "--cases", str(tmp_path / "cases")]) == 0
    assert "warning 0" in capsys.readouterr().out


def test_the_shipped_packs_can_be_named_with_their_version(capsys):
    assert command.main(["home-decoration@1", "--lang", "en"]) == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("1 packs: error 0")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: x\nid: y\n", "line 1: key 'id' is given twice"),
        ("id: [\n", "line 2: "),
        ("id: x\n", "a pack: schema is missing"),
    ],
)
def test_what_cannot_be_read_is_told_with_its_place(file, capsys, text, told):
    name = file(text=text)
    assert command.main([name]) == 2
    assert f"{name}: {told}" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("stage", "told"),
    [
        (unique(rule("x", "", {"split": {"r.one": 1000, "r.two": 9100}})), "s0.x: a split is the whole: the parts come to 101 %"),
        (unique(rule("x", "", ONE, exception_to=["x", "y"]), rule("y", "", TWO, exception_to=["x"])), "x: is an exception to itself"),
    ],
)  # fmt: skip
def test_a_mistake_of_a_pack_is_told_with_its_place(file, capsys, stage, told):
    assert command.main([file(stage)]) == 2
    assert told in capsys.readouterr().err


def test_a_float_is_told_with_its_place(file, capsys):
    text = canonical(data(SOUND)).decode().replace('"params":{}', '"params":{"p":{"value":1.5}}')
    assert command.main([file(text=text)]) == 2
    assert "params.p.value: 1.5 is a float" in capsys.readouterr().err


def test_one_unknown_pack_does_not_keep_the_others_from_being_checked(file, capsys):
    assert command.main(["nobody", file(SOUND), "missing.yaml"]) == 2
    said = capsys.readouterr()
    assert "nobody: no policy pack 'nobody'" in said.err
    assert "missing.yaml: " in said.err
    assert said.out.splitlines()[-1].startswith("1 份制度")


def test_it_asks_for_packs_or_two_versions(capsys):
    assert command.main([]) == 2
    assert command.main(["home-decoration", "--diff", "a", "b"]) == 2
    assert "name packs, --all or --diff OLD NEW" in capsys.readouterr().err


def test_two_versions_are_compared(file, capsys):
    old, new = file(SOUND, name="old"), file(unique(rule("x", "a", ONE), rule("y", "not a", ONE)), name="new")
    assert command.main(["--diff", old, new]) == 0
    assert capsys.readouterr().out.splitlines() == ["「事实a」为否：归角色2 → 归角色1。", "1 处变化"]
    assert command.main(["--diff", old, "nobody"]) == 2
