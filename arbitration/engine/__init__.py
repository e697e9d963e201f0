"""The part that decides: pure Python, no Django, no clock, no chance. Same case, policy and parameters, same ruling.

case = decode_case(mapping); pack = load_pack("home-decoration"); ruling = decide(case, pack); ruling.as_dict()
"""

from arbitration.engine.case import Case, CaseError
from arbitration.engine.decide import decide
from arbitration.engine.decode import decode_case
from arbitration.engine.loading import PackError
from arbitration.engine.pack import Pack, load_pack, pack_ids
from arbitration.engine.ruling import Ruling

__all__ = ["Case", "CaseError", "Pack", "PackError", "Ruling", "decide", "decode_case", "load_pack", "pack_ids"]
