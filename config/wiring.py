"""What happens on the right because of something on the left. Every connection of the program is here.

A signal is sent inside the transaction of the act, so that an act and all that follows from it are committed together or
not at all.

    a claim is contested  →  a case opens            (leads, visits → arbitration)
    a contract is signed  →  an open case gets it     (leads → arbitration)
                          →  its commission is booked (leads → finance)
    a ruling is signed    →  sanctions are proposed   (arbitration → penalties)
                          →  commission is booked     (arbitration → finance)
    a site closes         →  not with visitors there  (people → visits)
    somebody is told      →  a letter waits to go out (trail → people)
"""

from inspect import signature
from typing import Any


def connect() -> None:
    """Called once, when all apps are loaded."""
    from arbitration.services import attach_deal, open_collision
    from arbitration.signals import ruling_issued
    from finance.services import book_deal, book_ruling
    from leads.signals import claim_contested, deal_signed
    from penalties.services import propose_sanctions
    from people.outbox import CHANNELS
    from people.signals import site_closing
    from trail import channels
    from visits.services import keep_open_for_visitors

    pairs: list[tuple[Any, Any]] = [
        (claim_contested, open_collision),
        (deal_signed, attach_deal),
        (deal_signed, book_deal),
        (ruling_issued, propose_sanctions),
        (ruling_issued, book_ruling),
        (site_closing, keep_open_for_visitors),
    ]
    for signal, receiver in pairs:
        signal.connect(_call(receiver), weak=False, dispatch_uid=receiver.__qualname__)
    for channel in CHANNELS:
        channels.register(channel.name)


def _call(receiver: Any) -> Any:
    """A signal says all that it knows; a service is handed what it asks for."""
    wanted = signature(receiver).parameters

    def call(signal: Any, sender: Any, **facts: Any) -> Any:
        return receiver(**{name: fact for name, fact in facts.items() if name in wanted})

    return call
