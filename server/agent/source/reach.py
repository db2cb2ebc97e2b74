"""Whether this kernel reaches an address."""

import socket
import threading
import time

from .quietly import quietly

REACH_SECONDS = 2.0


def reach(address):
    """Why nothing answers at this host and port, or None."""
    try:
        with socket.create_connection((address["host"], int(address["port"])), timeout=REACH_SECONDS):
            return None
    except socket.timeout:
        return f"no answer within {REACH_SECONDS:.0f} s"
    except OSError as error:
        return (error.strerror or str(error))[:200]


def reach_all(addresses):
    """The same for several at once, by name."""
    found = {}

    def look(name, address):
        found[name] = quietly(reach, address) if address is not None else None

    threads = [threading.Thread(target=look, args=one, daemon=True) for one in addresses.items()]
    for thread in threads:
        thread.start()
    until = time.monotonic() + REACH_SECONDS + 0.5
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    late = f"no answer within {REACH_SECONDS:.0f} s"
    return {name: found.get(name, late) for name in addresses}
