"""The small city as a newcomer meets it: built by the command, served by real processes, walked by everyone."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.cookiejar import CookieJar
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

pytestmark = [pytest.mark.allow_hosts(["127.0.0.1"]), pytest.mark.timeout(600), pytest.mark.xdist_group("demo")]
XIEZHI = (sys.executable, "-m", "xiezhi.cli")
PASSWORD = "river-lantern-Ochre-41"  # noqa: S105  of accounts that last as long as the test
ROLES = ("officer", "second", "approver", "liaison", "clerk", "leader", "system", "security", "audit")


@dataclass(frozen=True)
class Served:
    """A city that is served: its folder, its address, and each role's sign-in name and link."""

    data: Path
    site: str
    people: dict[str, tuple[str, str]]
    built: str


class Visitor:
    """A browser without pictures: it keeps cookies and follows redirects."""

    def __init__(self, site: str) -> None:
        self.site = site
        self._jar = CookieJar()
        self._open = build_opener(HTTPCookieProcessor(self._jar)).open

    def get(self, path: str) -> tuple[int, str]:
        return self._send(Request(self.site + path))  # noqa: S310  loopback

    def post(self, path: str, **fields: str) -> tuple[int, str]:
        _, page = self.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        body = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._send(Request(self.site + path, data=body, headers={"Referer": self.site + path}))  # noqa: S310

    def _send(self, request: Request) -> tuple[int, str]:
        try:
            with self._open(request, timeout=60) as answer:
                return answer.status, answer.read().decode(errors="replace")
        except HTTPError as error:
            return error.code, error.read().decode(errors="replace")


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def _started(data: Path, *command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603  our own command
        [*XIEZHI, *command],
        env={**os.environ, "XIEZHI_DATA": str(data)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def _wait(site: str) -> None:
    until = time.monotonic() + 120
    while True:
        try:
            assert Visitor(site).get("/account/login/")[0] == 200
        except URLError:
            assert time.monotonic() < until, "nothing answers"
            time.sleep(0.2)
        else:
            return


def _end(process: subprocess.Popen[str]) -> float:
    begun = time.monotonic()
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=60)
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
    return time.monotonic() - begun


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    data = tmp_path_factory.mktemp("small-city")
    built = subprocess.run(  # noqa: S603  our own command
        [*XIEZHI, "demo", "--scale", "0.02", "--no-serve"],
        env={**os.environ, "XIEZHI_DATA": str(data)},
        check=True,
        capture_output=True,
        text=True,
    )
    port = _free_port()
    process = _started(data, "demo", "--port", str(port))
    assert process.stdout is not None
    lines = [process.stdout.readline().rstrip("\n").split("\t") for _ in ROLES]
    people = {role: (line[2], line[3]) for role, line in zip(ROLES, lines, strict=True)}
    site = f"http://127.0.0.1:{port}"
    _wait(site)
    yield Served(data, site, people, built.stdout)
    assert _end(process) < 30


@pytest.fixture(scope="module")
def entered(served: Served) -> dict[str, Visitor]:
    visitors = {}
    for role, (username, link) in served.people.items():
        visitor = visitors[role] = Visitor(served.site)
        path = link.removeprefix(served.site)
        status, page = visitor.post(path, password1=PASSWORD, password2=PASSWORD)
        assert (status, "errorlist" in page) == (200, False)
        status, page = visitor.post("/account/login/", login=username, password=PASSWORD)
        assert (status, "/account/logout/" in page) == (200, True), role
    return visitors


def test_each_role_has_a_link_and_running_again_gives_fresh_ones(served: Served) -> None:
    first = [line.split("\t") for line in served.built.splitlines()]
    assert [line[2] for line in first] == [username for username, _ in served.people.values()]
    assert {line[3].rpartition("/account/")[2] for line in first}.isdisjoint(
        link.rpartition("/account/")[2] for _, link in served.people.values()
    )
    assert Visitor(served.site).get("/account/link/" + first[0][3].split("/")[-2] + "/")[0] == 410


@pytest.mark.parametrize("role", ROLES)
def test_every_entry_of_the_menu_opens(entered: dict[str, Visitor], role: str) -> None:
    visitor = entered[role]
    status, page = visitor.get("/")
    assert status == 200
    menu = re.search(r"<nav.*?</nav>", page, re.DOTALL)
    assert menu is not None
    addresses = sorted(set(re.findall(r'href="(/[^"#]*)"', menu[0])))
    assert addresses
    assert {address: visitor.get(address.replace("&amp;", "&"))[0] for address in addresses} == dict.fromkeys(
        addresses, 200
    )


def test_what_was_planted_is_found_and_nothing_else(served: Served) -> None:
    answer = subprocess.run(  # noqa: S603  our own command
        [*XIEZHI, "demo", "score", "--json"],
        env={**os.environ, "XIEZHI_DATA": str(served.data)},
        check=True,
        capture_output=True,
        text=True,
    )
    lines = [json.loads(line) for line in answer.stdout.splitlines()]
    assert len(lines) == 19
    assert [line for line in lines if line["missed"] or line["false_alarms"] or not line["planted"]] == []


def test_findings_of_a_check_with_the_installations_key_are_the_installations(served: Served) -> None:
    folder = served.data / "demo"
    day = json.loads((folder / "city.json").read_text())["today"]
    files = sorted(str(path) for path in folder.glob("*.csv"))
    key = str(served.data / "keys" / "vault")
    answer = subprocess.run(  # noqa: S603  our own command
        [*XIEZHI, "check", "approvals", *files, "--key", key, "--as-of", day, "--json"],
        check=True,
        capture_output=True,
        text=True,
    )
    checked = sorted(json.loads(line)["digest"] for line in answer.stdout.splitlines())
    kept = sorted(json.loads(line)["digest"] for line in (folder / "findings.jsonl").read_text().splitlines())
    assert checked == kept


def test_a_folder_of_another_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "xiezhi.sqlite3").write_bytes(b"somebody's")
    answer = subprocess.run(  # noqa: S603  our own command
        [*XIEZHI, "demo", "--no-serve"],
        env={**os.environ, "XIEZHI_DATA": str(tmp_path)},
        check=False,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 3
    assert "holds an installation already" in answer.stderr
    assert (tmp_path / "xiezhi.sqlite3").read_bytes() == b"somebody's"


def test_serve_and_worker_end_when_they_are_told_to(tmp_path: Path) -> None:
    port = _free_port()
    server = _started(tmp_path, "serve", "--port", str(port), "--no-worker")
    try:
        _wait(f"http://127.0.0.1:{port}")
        worker = _started(tmp_path, "worker")
        time.sleep(3)
        assert worker.poll() is None
        assert _end(worker) < 30
    finally:
        assert _end(server) < 30
