"""The band's OSC port, found by surfaces on the network without anyone typing an address.

It is announced by multicast DNS as a service `_osc._udp`, which TouchOSC and others list. That
takes a second or two and goes on beside everything else. Where it cannot be done surfaces still
reach the port by host and number.
"""

import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from accompanist.app.called import installing
from accompanist.app.terminal import say

SERVICE = "_osc._udp.local."

_REMEDY = (
    f"surfaces find the band by themselves once there is zeroconf; run: {installing('zeroconf')}"
)
_NOWHERE = "no network was found to announce the band on; join one and start again"


@contextmanager
def announced(port: int, addresses: Sequence[str] | None = None) -> Iterator[None]:
    """Announce a UDP port while the block lasts, or say why surfaces must be told where it is.

    Parameters
    ----------
    port
        The port.
    addresses
        IPv4 addresses of this machine to announce it at; all that others may reach unless given.
    """
    reachable = own_addresses() if addresses is None else list(addresses)
    announcer = _announcer(reachable)
    if announcer is None:
        yield
        return
    announcing = threading.Thread(target=_announce, args=(announcer, port, reachable), daemon=True)
    announcing.start()
    try:
        yield
    finally:
        announcing.join()
        announcer.close()


def own_addresses() -> list[str]:
    """IPv4 addresses of this machine at which others may reach it."""
    with suppress(ImportError):
        import ifaddr

        found = [str(ip.ip) for card in ifaddr.get_adapters() for ip in card.ips if ip.is_IPv4]
        return [address for address in found if not address.startswith("127.")]
    return []


def _announcer(addresses: list[str]) -> Any:  # noqa: ANN401 - of a library that may be missing
    """Return who announces; none, with a word why, where nothing can be announced."""
    try:
        import zeroconf
    except ImportError:
        say(_REMEDY)
        return None
    with suppress(OSError):
        if addresses:
            return zeroconf.Zeroconf(addresses, ip_version=zeroconf.IPVersion.V4Only)
    say(_NOWHERE)
    return None


def _announce(announcer: Any, port: int, addresses: list[str]) -> None:  # noqa: ANN401
    import zeroconf

    host = socket.gethostname().partition(".")[0] or "accompanist"
    service = zeroconf.ServiceInfo(
        SERVICE,
        f"accompanist on {host}.{SERVICE}",
        port=port,
        parsed_addresses=addresses,
        server=f"{host}.local.",
    )
    # Two bands on one network are two services.
    with suppress(zeroconf.Error):
        announcer.register_service(service, allow_name_change=True)
