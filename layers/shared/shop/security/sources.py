"""Where requests come from."""

import hashlib
import hmac
from ipaddress import IPv6Address, ip_address

from shop.security.keyring import Keyring

_NETWORK_BITS = 64


def pseudonym(address: str, keyring: Keyring) -> str:
    """What is kept of a client's IP address: told apart, but not readable. Of IPv6, the network that one client has."""
    try:
        parsed = ip_address(address)
    except ValueError:
        network = address
    else:
        network = str(int(parsed) >> _NETWORK_BITS) if isinstance(parsed, IPv6Address) else str(parsed)
    return hmac.new(keyring.derive("sources"), network.encode(), hashlib.sha256).hexdigest()[:32]
