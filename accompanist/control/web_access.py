"""Who may open the stage view: this machine, or with a pairing word others too; no foreign pages.

A web page from elsewhere can make the performer's own browser ask anything of this machine. It is
kept out because the browser says where it comes from (``Origin``), and because a name that its
makers point at this machine is none of ours (``Host``).
"""

import hmac
import ipaddress
import re
import secrets
import socket
from urllib.parse import parse_qs, urlsplit

WEB_PORT = 8080

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Those that nobody confuses on a small keyboard."""

_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[a-z0-9.-]+)(?::[0-9]+)?")
_PAIR = "pair"


def new_pairing() -> str:
    """Return a word that nobody guesses: 31 to the power of 8 are as likely."""
    return "".join(secrets.choice(_LETTERS) for _ in range(8))


def address_of(port: int, pairing: str) -> str:
    """What a performer types into a browser; with a pairing word, from another machine."""
    if not pairing:
        return f"http://127.0.0.1:{port}/"
    return f"http://{_lan_host()}:{port}/?{_PAIR}={pairing}"


def is_ours(host: str, *, lan: bool) -> bool:
    """Whether a ``Host`` header names this machine in a way that no stranger can arrange."""
    named = _HOST.fullmatch(host.lower())
    name = named[1].strip("[]") if named else ""
    if name in _LOOPBACK:
        return True
    own = socket.gethostname().lower()
    return lan and (_is_number(name) or name in (own, f"{own}.local"))


def is_own_page(origin: str, host: str) -> bool:
    """Whether a request comes from a page that was served under that very name."""
    return origin == f"http://{host}"


def is_paired(path: str, pairing: str) -> bool:
    """Whether an address carries the pairing word, where one is needed."""
    if not pairing:
        return True
    given = parse_qs(urlsplit(path).query).get(_PAIR, [""])[0]
    return hmac.compare_digest(given.encode(), pairing.encode())


def _is_number(name: str) -> bool:
    """Whether a name is an address in numbers."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def _lan_host() -> str:
    """Address of this machine on the network that leads out, or its name where none does."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # set aside for examples; nothing is sent
            host: str = probe.getsockname()[0]
        except OSError:
            return f"{socket.gethostname()}.local"
    return host
