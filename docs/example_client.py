"""A program that talks to Guishu with nothing but Python: registers a lead, lists registrations, checks a webhook.

GUISHU=http://127.0.0.1:8000 TOKEN=gs_… python docs/example_client.py 13912343333 张建国 crm-4711
"""

import base64
import hashlib
import hmac
import json
import os
import sys
import time
import urllib.error
import urllib.parse
import urllib.request

GUISHU, TOKEN = os.environ.get("GUISHU", "http://127.0.0.1:8000"), os.environ.get("TOKEN", "")
AGAIN = {409, 429, 500, 502, 503, 504}  # 409 only where it says how long to wait: the same request is under way


def call(method, path, body=None, key=None):
    """One request, sent again while that helps: with its Idempotency-Key it is done once however often it is sent."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json", "Accept-Language": "en"}
    headers |= {"Idempotency-Key": key} if key else {}
    data = None if body is None else json.dumps(body).encode()
    for wait in (1, 2, 4, 8, None):
        request = urllib.request.Request(f"{GUISHU}/api/v1/{path}", data, headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as refused:
            problem, later = json.load(refused), refused.headers.get("Retry-After")
            if wait is None or refused.code not in AGAIN or (refused.code == 409 and not later):
                raise SystemExit(f"{problem['code']}: {problem['detail']}") from None
            time.sleep(float(later or wait))
        except OSError:  # the answer was lost; what was asked for may have been done
            if wait is None or (method == "POST" and not key):
                raise
            time.sleep(wait)


def registrations():
    """Every receipt, the newest first, a page at a time."""
    cursor = ""
    while cursor is not None:
        page = call(
            "GET", "registrations?" + urllib.parse.urlencode({"limit": 100} | ({"cursor": cursor} if cursor else {}))
        )
        yield from page["results"]
        cursor = page["next"]


def is_from_guishu(secret, headers, body):
    """Whether this webhook was signed with our secret, within five minutes. `body`: its bytes; names of headers in lower case."""
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    digest = hmac.new(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256).digest()
    wanted = "v1," + base64.b64encode(digest).decode()
    fresh = abs(time.time() - int(headers["webhook-timestamp"])) < 300
    return fresh and any(hmac.compare_digest(wanted, one) for one in headers["webhook-signature"].split())


if __name__ == "__main__":
    number, name, key = sys.argv[1:]
    receipt = call("POST", "registrations", {"number": number, "name": name, "honorific": "先生"}, key)
    print(receipt["no"], sum(1 for _line in registrations()))
