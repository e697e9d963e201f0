"""G21: whatever address somebody names, nothing inside is ever connected; what is sent goes where it was checked to go."""

import socket
from threading import Thread

import pytest

from people import outgoing
from people.outgoing import NotReached, is_open, look, post
from tests.listening import certificate_for, listener, stalling

OUTSIDE = "93.184.216.34"


@pytest.fixture(scope="module")
def heard():
    with listener() as one:
        yield one


@pytest.fixture
def resolver(monkeypatch):
    """`resolver({"host": [["first answer"], ["second answer"]]})`; whatever is not named is looked up as ever."""
    real, asked = socket.getaddrinfo, []

    def known(answers):
        left = {host: list(said) for host, said in answers.items()}

        def getaddrinfo(host, port, *args, **kwargs):
            if host not in left:
                return real(host, port, *args, **kwargs)
            asked.append(host)
            addresses = left[host].pop(0) if len(left[host]) > 1 else left[host][0]
            return [row for address in addresses for row in real(address, port, *args, **kwargs)]

        monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
        return asked

    return known


def sent(address, **more):
    """The code of why not; empty where it arrived."""
    try:
        return "" if post(address, body=b"{}", headers={}, **more).taken else "answered"
    except NotReached as wrong:
        return wrong.code


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0", "0.0.0.0", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "127.0.0.1.", "[0:0:0:0:0:ffff:7f00:1]"],
)  # fmt: skip
def test_no_way_of_writing_this_machine_is_connected(heard, host):
    before = heard.connected
    assert sent(f"https://{host}:{heard.port}/") in {"inside", "unknown_host"}
    assert heard.connected == before


@pytest.mark.parametrize(
    "address",
    ["10.0.0.1", "172.16.3.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "100.100.100.200", "224.0.0.1", "255.255.255.255",
        "240.0.0.1", "192.0.2.1", "198.18.0.1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1", "::", "::1",
        "::ffff:10.0.0.1", "::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a00:1::", "2001:0:1::1", "2001:db8::1",
        "fec0::1", "::ffff:0:127.0.0.1"],
)  # fmt: skip
def test_what_is_not_of_the_open_internet_is_closed(address):
    assert not is_open(address)


@pytest.mark.parametrize("address", [OUTSIDE, "1.1.1.1", "2606:4700::1111", "64:ff9b::101:101", "::ffff:1.1.1.1"])
def test_what_is_of_the_open_internet_is_open(address):
    assert is_open(address)


@pytest.mark.parametrize(
    ("address", "code"),
    [("http://example.com/", "https"), ("ftp://example.com/", "address"), ("//example.com/", "address"), ("https:///x", "address"),
        ("https://li:secret@example.com/", "address"), ("https://example.com\\@127.0.0.1/", "address"), ("javascript:alert(1)", "address"),
        ("https://example.com/#x", "address"), ("https://exa mple.com/", "address"), ("https://example.com:0/", "address"),
        ("https://example.com:99999/", "address"), ("https://[::1/", "address"), ("https://例子.cn/", "address"),
        ("https://example.com/\r\nHost: x", "address"), ("https://" + "a" * 300 + ".com/", "address"), ("", "address")],
)  # fmt: skip
def test_an_address_is_written_plainly_or_not_at_all(address, code):
    with pytest.raises(NotReached) as wrong:
        look(address)
    assert wrong.value.code == code


def test_one_closed_address_among_open_ones_closes_the_name(resolver, heard):
    resolver({"hooks.example.com": [[OUTSIDE, "127.0.0.1"]]})
    before = heard.connected
    assert sent(f"https://hooks.example.com:{heard.port}/") == "inside"
    assert heard.connected == before


def test_a_name_that_is_open_first_and_closed_then_is_asked_once(resolver, heard, monkeypatch):
    """DNS rebinding: what is connected is the address that was checked."""
    tried = []
    real = socket.create_connection
    monkeypatch.setattr(
        socket,
        "create_connection",
        lambda place, **more: (tried.append(place), real((heard.place.split(":")[0], 1), **more)),
    )
    asked, before = resolver({"rebind.example.com": [[OUTSIDE], ["127.0.0.1"]]}), heard.connected
    assert sent(f"https://rebind.example.com:{heard.port}/") == "refused"
    assert asked == ["rebind.example.com"]
    assert tried == [(OUTSIDE, heard.port)]
    assert heard.connected == before


@pytest.fixture
def house(settings, heard):
    """The operator lets this listener be reached, though it lies inside."""
    settings.GUISHU_HOOKS_INSIDE = frozenset({heard.place})
    heard.got.clear()
    heard.answers.clear()
    return heard


def test_a_redirect_is_an_answer_and_nobody_follows_it(house):
    with listener() as inner:
        house.answer(302, headers={"Location": f"http://{inner.place}/secret"})
        answer = post(f"http://{house.place}/in?x=1", body=b"{}", headers={})
        assert (answer.status, answer.taken, inner.connected) == (302, False, 0)
    assert house.got[0].path == "/in?x=1"


def test_what_the_operator_let_in_is_that_host_at_that_port_only(house):
    with listener() as other:
        assert sent(f"http://{house.place}/") == ""
        assert sent(f"http://{other.place}/") == "https"
        assert sent(f"https://{other.place}/") == "inside"
        assert sent(f"http://localhost:{house.port}/") == "https"
        assert other.connected == 0


def test_of_an_answer_only_its_beginning_is_read(house):
    house.answer(200, body=b"x" * 100_000)
    assert len(post(f"http://{house.place}/", body=b"{}", headers={}).body) == outgoing.MOST


def test_no_proxy_of_the_environment_is_used(house, monkeypatch):
    with listener() as proxy:
        for name in ("http_proxy", "https_proxy", "all_proxy"):
            monkeypatch.setenv(name, f"http://{proxy.place}")
        assert sent(f"http://{house.place}/") == ""
        assert proxy.connected == 0


def test_only_hosts_of_a_list_where_there_is_one(resolver):
    resolver({"qyapi.weixin.qq.com": [[OUTSIDE]], "evil.example.com": [[OUTSIDE]]})
    hosts = frozenset({"qyapi.weixin.qq.com"})
    assert look("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=x", only=hosts).addresses == (OUTSIDE,)
    for wrong in ("https://evil.example.com/", "https://qyapi.weixin.qq.com.evil.example.com/"):
        with pytest.raises(NotReached) as refused:
            look(wrong, only=hosts)
        assert refused.value.code == "host"


def test_tls_is_spoken_with_whom_the_name_belongs_to(tmp_path, settings, resolver, monkeypatch):
    """The connection goes to the checked address, certificate and Host are those of the name."""
    resolver({"hooks.example.com": [["127.0.0.1"]], "other.example.com": [["127.0.0.1"]]})
    certificate = certificate_for(tmp_path, "hooks.example.com")
    with listener(certificate) as one:
        settings.GUISHU_HOOKS_INSIDE = frozenset({f"hooks.example.com:{one.port}", f"other.example.com:{one.port}"})
        assert sent(f"https://hooks.example.com:{one.port}/") == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
        assert sent(f"https://hooks.example.com:{one.port}/a") == ""
        assert sent(f"https://other.example.com:{one.port}/b") == "certificate"
        assert [got.path for got in one.got] == ["/a"]
        assert one.got[0].headers["host"] == f"hooks.example.com:{one.port}"


def test_whoever_drips_is_cut_off_when_the_time_is_over(settings, monkeypatch):
    """Each byte comes in time, and it takes ten minutes: the time counts for all of it."""
    monkeypatch.setattr(outgoing, "TIMEOUT", 0.3)
    with stalling(drips=True) as one:
        settings.GUISHU_HOOKS_INSIDE = frozenset({one.place})
        assert sent(f"http://{one.place}/") == "timeout"


def test_what_answers_nothing_of_http_is_no_answer(settings):
    with socket.create_server(("127.0.0.1", 0)) as server:
        place = f"127.0.0.1:{server.getsockname()[1]}"
        settings.GUISHU_HOOKS_INSIDE = frozenset({place})
        thread = Thread(target=lambda: server.accept()[0].close(), daemon=True)
        thread.start()
        assert sent(f"http://{place}/") in {"answer", "unreachable"}
        thread.join()
