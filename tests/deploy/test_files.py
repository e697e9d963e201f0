"""The files of deploy/ hold together: what one names is there, and the page about them leaves none out."""

import re
from pathlib import Path

import yaml

from tests.deploy.places import BASE

DEPLOY = BASE / "deploy"
PAGE = (BASE / "docs" / "deploy.md").read_text("utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())


def test_the_page_names_every_file():
    named = {file.name for file in DEPLOY.iterdir() if file.is_file() and file.name in PAGE}
    assert named == {file.name for file in DEPLOY.iterdir() if file.is_file()}


def test_what_the_images_copy_is_there():
    copied = re.findall(
        r"^COPY (deploy/\S+(?: deploy/\S+)*) ", (DEPLOY / "Dockerfile").read_text("utf-8"), re.MULTILINE
    )
    files = " ".join(copied).split()
    assert len(files) > 5
    assert all((BASE / file).is_file() for file in files)


def test_every_variable_of_the_examples_is_explained():
    explained = (BASE / "docs" / "running.md").read_text("utf-8") + (DEPLOY / "gunicorn.conf.py").read_text("utf-8")
    for name in ("guishu.env.example", "web.env.example"):
        variables = re.findall(r"^([A-Z_]+)=", (DEPLOY / name).read_text("utf-8"), re.MULTILINE)
        assert variables
        assert [one for one in variables if one not in explained] == []


def test_the_pooler_writes_where_its_package_made_folders():
    said = (DEPLOY / "pgbouncer.ini").read_text("utf-8")
    assert {str(Path(path).parent) for path in re.findall(r"^(?:pid|log)file = (.+)$", said, re.MULTILINE)} == {
        "/run/postgresql",
        "/var/log/postgresql",
    }


def test_each_folder_that_a_unit_needs_is_made_by_a_step():
    needed = {
        path for unit in UNITS for path in re.findall(r"^ReadWritePaths=(.+)$", unit.read_text("utf-8"), re.MULTILINE)
    }
    assert needed == {"/srv/backups"}
    assert "install -d -o guishu -g guishu -m 0700 /srv/backups" in PAGE


def test_only_the_web_server_is_told_of_the_pooler():
    pooled = {
        file.name for file in DEPLOY.glob("*.env.example") if "GUISHU_POOLED=1" in file.read_text("utf-8").splitlines()
    }
    assert pooled == {"web.env.example"}
    reads = {unit.name for unit in UNITS if "web.env" in unit.read_text("utf-8")}
    assert reads == {"guishu-web.service"}
    services = yaml.safe_load((DEPLOY / "compose.yml").read_text("utf-8"))["services"]
    assert {name for name, one in services.items() if "web.env" in one.get("env_file", [])} == {"web1", "web2"}


def test_a_standby_that_lacks_anything_does_not_take_over():
    said = yaml.safe_load((DEPLOY / "patroni.yml").read_text("utf-8"))["bootstrap"]["dcs"]
    assert said["synchronous_mode"] is True
    assert said["loop_wait"] + 2 * said["retry_timeout"] <= said["ttl"], "else Patroni steps down for a hiccup of etcd"
