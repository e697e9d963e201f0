"""The API is complete: what somebody does on a page a program can do, or tests/api/jobs.yaml says why not. And of one make throughout."""

import io
import json
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

from people.access import PUBLIC, SIGNED_IN
from tests.test_access import LINES

SAID = (Path(__file__).parent / "jobs.yaml").read_text("utf-8")
JOBS = yaml.safe_load(SAID)
POSTS = {line.name: line for line in LINES if line.method == "POST"}
PAGES = {name for name, line in POSTS.items() if not line.for_programs}


def test_each_page_that_does_something_has_its_address_of_the_api_or_a_reason():
    said = [name for names in JOBS["because"].values() for name in names] + list(JOBS["api"])
    assert len(said) == len(set(said)), "said twice"
    assert PAGES - set(said) == set(), "no line in tests/api/jobs.yaml"
    assert set(said) - PAGES == set(), "there is no such page"
    assert set(JOBS["because"]) == set(JOBS["reasons"])


def test_each_part_of_the_table_stands_in_it_once():
    """Of two parts of one name YAML keeps the last and says nothing."""
    parts = [key.value for key, _ in yaml.compose(SAID).value]
    assert parts == list(JOBS)


def test_an_address_that_is_named_serves_posts_and_lets_in_whoever_the_page_lets_in():
    for page, name in JOBS["api"].items():
        assert POSTS[name].for_programs, name
        roles = POSTS[page].who - {PUBLIC, SIGNED_IN}
        assert roles <= POSTS[name].who, (page, name, roles - POSTS[name].who)


def test_nothing_over_the_api_makes_tokens_or_changes_roles_or_passwords():
    """CVE-2022-31168, CVE-2023-39349: what a token may do it cannot widen."""
    words = {word for line in LINES if line.for_programs for word in line.at.split("/")[3:]}
    assert not words & {"tokens", "roles", "memberships", "password", "second-factor"}


@pytest.fixture(scope="module")
def document():
    out = io.StringIO()
    call_command("spectacular", "--format", "openapi-json", stdout=out)
    return json.loads(out.getvalue())


def properties(document, schema):
    """The properties of an answer, by name."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    return schema.get("properties", {})


def lists(document):
    """Every GET that answers with `results`, and what else it answers with."""
    for path, methods in document["paths"].items():
        answer = methods.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json")
        found = properties(document, answer["schema"]) if answer else {}
        if "results" in found:
            yield path, methods["get"], set(found)


def test_every_list_goes_on_by_a_cursor_or_is_whole_by_its_nature(document):
    found = list(lists(document))
    assert len(found) > 20
    without = {path for path, get, names in found if "next" not in names}
    assert without == set(JOBS["whole"]), without
    for path, get, names in found:
        asked = {one["name"] for one in get.get("parameters", ())}
        assert ("next" in names) == ("cursor" in asked or "after" in asked), path


def test_every_refusal_is_a_problem_with_a_code_and_every_operation_names_them(document):
    problem = document["components"]["schemas"]["Problem"]
    assert {"code", "status", "detail", "title", "type"} <= set(problem["required"])
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            refusals = {status: said for status, said in operation["responses"].items() if status[0] in "45d"}
            assert {"401", "404", "422", "429", "default"} <= set(refusals), path
            assert ("409" in refusals) == (method == "post"), path
            assert (
                ("412" in refusals)
                == ("428" in refusals)
                == any(p["name"] == "If-Match" for p in operation.get("parameters", ()))
            )
            for said in refusals.values():
                assert said["content"]["application/problem+json"]["schema"]["$ref"].endswith("/Problem"), path


def test_every_event_of_a_webhook_is_described(document):
    from people.hooks import EVENTS

    assert set(document["webhooks"]) == set(EVENTS)
    for kind, told in document["webhooks"].items():
        body = properties(document, told["post"]["requestBody"]["content"]["application/json"]["schema"])
        assert set(body) == {"type", "timestamp", "data"}
        assert set(properties(document, body["data"])) == {
            "project", EVENTS[kind].names, "link", "resource", *EVENTS[kind].facts,
        }  # fmt: skip
