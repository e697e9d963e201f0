"""Every shipped policy rules on a case of the application as on the file that the specification has of it (issue 7, part 3).

The table names, for each pack, a case of the specification; `laying.py` lays it by the services behind the pages.
"""

import pytest

from arbitration.cases.proposals import propose
from arbitration.engine import load_pack, pack_ids
from tests.arbitration.laying import Laid

pytestmark = pytest.mark.django_db

# Pack → the case, and the policy over which one that decides nothing is laid.
CASES = {
    "walk-in-store": ("D01-3.b1f-T2", ""), "query-first": ("D02-3.2-T1", "home-decoration"),
    "property-sharing": ("D03-2.3a-T1", ""), "cooperative": ("D04-3.5-T1", ""), "crm-ownership": ("D05-4.2c-T1", ""),
    "complaint-handling": ("D06-5.1-T1", "home-decoration"), "channel-contract": ("D07-7.3-T1", ""),
    "first-report": ("D08-5.5-T1", ""), "home-decoration": ("D09-4b-T1", ""), "media-slots": ("D10-1.4b-T1", ""),
    "channel-project@1": ("D11-M4-T1", ""), "shared-platform": ("D12-6.2a-T1", ""), "first-contact": ("D13-5.3-T1", ""),
    "collision-control": ("D14-2.1-T1", ""), "double-sale": ("D15-3a-T1", ""),
    "site-incidents": ("D16-3.2.1-T1", "home-decoration"), "sales-office": ("D17-2.4-T1", ""),
    "intent-table": ("D18-2a-T1", ""), "order-priority": ("D19-2.2-T1", ""), "sample-protection": ("D20-1c-T1", ""),
    "channel-project@2": ("D21-M4-T1", ""),
}  # fmt: skip


def test_the_table_has_every_shipped_pack():
    assert sorted(CASES) == pack_ids()


@pytest.mark.parametrize("pack", CASES)
def test_a_case_of_the_application_is_ruled_as_the_specification_has_it(pack):
    name, base = CASES[pack]
    laid = Laid(name, base)
    expected, proposal = laid.given["expect"], propose(laid._opened(), laid.ask)
    assert proposal.ruling is not None
    assert load_pack(pack).sha256 in {one.sha256 for one in (proposal.pack, *proposal.overlays)}
    assert differences(laid, proposal, expected, base) == []


def differences(laid, proposal, expected, base):
    """What the ruling has otherwise than expected, in words."""
    ruling, tokens = proposal.ruling, proposal.file.tokens
    ids = {name: tokens.people.get(here.user.pk) for name, here in laid.people.items()} | laid.refs | {"case": "case"}
    ids |= {name: tokens.customers.get(customer.pk) for name, customer in laid.customers.items()}
    told = [f"{rule} did not fire" for rule in expected.get("fired", []) if rule not in ruling["fired"]]
    told += [f"{rule} fired" for rule in expected.get("not_fired", []) if rule in ruling["fired"]]
    if "status" in expected and not base and ruling["status"] != expected["status"]:
        told.append(f"status is {ruling['status']} {ruling.get('missing')} {ruling.get('reason')}")
    if expected.get("owner") and ruling["owner"] != ids[expected["owner"]]:
        told.append(f"owner is {ruling['owner']}")
    if "shares" in expected and ruling["shares"] != {ids[who]: bp for who, bp in expected["shares"].items()}:
        told.append(f"shares are {ruling['shares']}")
    for part in ("findings", "duties"):
        for row in expected.get(part, []):
            wanted = {
                k: ids.get(v, v) if k in ("about", "who") else v
                for k, v in row.items()
                if k in ("clause", "about", "result", "who", "state")
            }
            if not any(wanted.items() <= found.items() for found in ruling[part]):
                told.append(f"no {wanted} in {part}: {[f for f in ruling[part] if f['clause'] == row.get('clause')]}")
    return told
