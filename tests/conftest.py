"""What every test may rely on: hypothesis profiles, the folder of real chats, no network.

Not for parts of the product: those are started beside the tests that use them.
"""

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[1]
SOAK = os.environ.get("SOAK") == "1"

# Examples take as long as they take: two cores are shared with real databases. The gate must answer the same
# twice, so it draws the same examples each time; at home and in a soak they are drawn anew.
settings.register_profile("home", max_examples=100, deadline=None, print_blob=True)
settings.register_profile("ci", settings.get_profile("home"), derandomize=True)
settings.register_profile("soak", settings.get_profile("home"), max_examples=1000)
settings.load_profile("soak" if SOAK else "ci" if os.environ.get("CI") else "home")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the long versions out unless SOAK=1."""
    if SOAK:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real dialogues and labelled sets beside the checkout; the test is skipped without it."""
    folder = (ROOT / "../shared").resolve()
    if not (folder / "data").is_dir():
        pytest.skip("needs the real chats: there is no folder ../shared/data beside this checkout")
    return folder


class OutsideWorld(AssertionError):
    """A test tried to reach another machine. Use a real part on this one, or a recorded payload."""


def is_here(host: object) -> bool:
    """Whether a host is this machine; names other than localhost are not looked up."""
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return False
    return address.is_loopback or address.is_unspecified


def stay_at_home(event: str, details: tuple[Any, ...]) -> None:
    """Audit hook: refuses to connect to, or to look up, anything but this machine."""
    if event == "socket.getaddrinfo" and not is_here(details[0]):
        raise OutsideWorld(f"looked up {details[0]}")
    internet = event == "socket.connect" and details[0].family in (socket.AF_INET, socket.AF_INET6)
    if internet and not is_here(details[1][0]):
        raise OutsideWorld(f"connected to {details[1]}")


sys.addaudithook(stay_at_home)
