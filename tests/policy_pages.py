"""设置 → 制度 as a browser would use it, and what came of it."""

from uuid import uuid4

from arbitration.models import PolicyInForce

HOME = "home-decoration"


def form_of(client, pack):
    """What the page of a policy would send as it stands."""
    form = client.get(f"/settings/policies/{pack}").context["form"]
    sent = {field.html_name: field.value() for field in form}
    return {name: "" if value is None else value for name, value in sent.items()} | {"key": str(uuid4())}


def start(client, pack, **changed):
    """Put a policy in force from its page, with some of it changed."""
    return client.post(f"/settings/policies/{pack}/start", form_of(client, pack) | changed)


def in_force(project):
    """Id and version of each policy in force."""
    return {(row.policy.pack, row.policy.version) for row in PolicyInForce.objects.filter(project=project, until=None)}


def page(response):
    """What the page says."""
    return response.content.decode()
