"""Which addresses may be reached: public ones, on web ports, judged after the name is resolved."""

import ipaddress
import socket
import threading
import time
from ipaddress import IPv4Address, IPv6Address

import httpx2
from django.conf import settings

from blog.fetching.refusals import AddressForbidden, AddressInvalid, TimedOut, Unreachable

IPAddress = IPv4Address | IPv6Address

WEB_PORTS = frozenset({80, 443, 8080, 8443})
MAX_URL_LENGTH = 2_000

_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")
# Public by the registries, but answered by the machine or the cloud we run on.
_NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("168.63.129.16/32", "192.88.99.0/24", "192.0.0.0/24"),
        *("64:ff9b:1::/48", "fec0::/10", "3fff::/20"),
    )
)


def parse(address: str) -> httpx2.URL:
    """Return the address as a URL in ASCII form. Raises AddressInvalid."""
    address = address.strip()
    try:
        url = httpx2.URL(address)
    except (httpx2.InvalidURL, UnicodeError, ValueError, TypeError):
        raise AddressInvalid(f"{shown(address)} is not a web address.") from None
    if url.scheme not in ("http", "https") or not url.raw_host:
        raise AddressInvalid(
            f"{shown(address)} is not a web address: it must begin with http:// or https://."
        )
    if url.userinfo:
        raise AddressInvalid("An address with a user name or password in it is not fetched.")
    if url.port is not None and not 0 < url.port < 65_536:
        raise AddressInvalid(f"{shown(address)} has a port number that does not exist.")
    if len(address) > MAX_URL_LENGTH or not _is_clean(address):
        raise AddressInvalid(f"{shown(address)} is too long or has characters that do not belong.")
    return url.copy_with(fragment=None)


def shown(address: object) -> str:
    """An address as it may stand in a message: one line, without user name, not endless."""
    text = "".join(character for character in str(address).strip() if character.isprintable())
    if "@" in text.split("?")[0]:
        text = text.rsplit("@", 1)[1]
    return f"{text[:199]}…" if len(text) > 200 else text or "An empty line"


def resolve(host: str, port: int, *, deadline: float) -> list[IPAddress]:
    """Return the addresses of a host, each one checked, in the resolver's order.

    One forbidden address among public ones refuses the host: a name that answers with both is
    either broken or an attack. `deadline` is on the monotonic clock.
    Raises AddressForbidden, Unreachable, TimedOut.
    """
    addresses = _look_up(host, port, deadline=deadline)
    if {host, f"{host}:{port}"} & set(settings.FETCH_ALLOWED_PRIVATE_HOSTS):
        return addresses
    networks = _allowed_networks()
    for address in addresses:
        if any(address in network for network in networks):
            continue
        if not is_public(address):
            raise AddressForbidden(
                f"{shown(host)} leads to a private network, which AutoBlog never reads. "
                "Use an address on the public web."
            )
        if port not in WEB_PORTS:
            raise AddressForbidden(
                f"{shown(host)}:{port} is not a usual web port (80, 443, 8080 or 8443)."
            )
    return addresses


def is_public(address: IPAddress) -> bool:
    """Whether an address, and each address hidden in it, belongs to the public internet."""
    return all(_is_plainly_public(one) for one in _unwrapped(address))


def _is_plainly_public(address: IPAddress) -> bool:
    return (
        address.is_global
        and not address.is_multicast
        and not address.is_reserved
        and not address.is_unspecified
        and not any(address in network for network in _NEVER)
    )


def _unwrapped(address: IPAddress) -> list[IPAddress]:
    """The addresses a packet could really reach: IPv6 transition forms carry an IPv4 one."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address.sixtofour:
        return [address.sixtofour]
    if address.teredo:
        return list(address.teredo)
    return [address]


def _allowed_networks() -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    """The entries of the setting that are networks; the others name a host or host:port."""
    entries = settings.FETCH_ALLOWED_PRIVATE_HOSTS
    return [ipaddress.ip_network(entry) for entry in entries if "/" in entry]


def _look_up(host: str, port: int, *, deadline: float) -> list[IPAddress]:
    """Ask the resolver in a thread, because it knows no deadline of its own."""
    answer: list[list[IPAddress] | OSError] = []

    def ask() -> None:
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            answer.append([ipaddress.ip_address(entry[4][0]) for entry in found])
        except (OSError, ValueError) as error:  # ValueError: a zone id, an over-long label
            answer.append(OSError(str(error)))

    thread = threading.Thread(target=ask, name="resolve", daemon=True)
    thread.start()
    thread.join(max(0.0, deadline - time.monotonic()))
    if not answer:
        raise TimedOut(f"The name {shown(host)} could not be looked up in time. Try again later.")
    if isinstance(answer[0], OSError) or not answer[0]:
        raise Unreachable(f"There is no site named {shown(host)}. Check the address.")
    return list(dict.fromkeys(answer[0]))


def _is_clean(address: str) -> bool:
    return not any(character.isspace() or not character.isprintable() for character in address)
