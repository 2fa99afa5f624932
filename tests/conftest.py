"""What every test may rely on: hypothesis profiles, clean databases of both kinds, real chats, no network.

Not for other parts of the product: those are started beside the tests that use them.
"""

import ipaddress
import os
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from assistant.services import scripts
from tests.databases import Databases, Files, OnServer
from tests.fitted import sharing
from tests.postgres import CARELESS, Server, started

ROOT = Path(__file__).resolve().parents[1]
SOAK = os.environ.get("SOAK") == "1"

# Examples take as long as they take, and so does making them: two cores are shared with real databases. The gate must
# answer the same twice, so it draws the same examples each time, and fewer; at home and in a soak they are drawn anew.
settings.register_profile(
    "home", max_examples=100, deadline=None, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.register_profile("ci", settings.get_profile("home"), max_examples=40, derandomize=True)
settings.register_profile("soak", settings.get_profile("home"), max_examples=1000)
settings.load_profile("soak" if SOAK else "ci" if os.environ.get("CI") else "home")


FITTED = "FITTED_ONCE"


def pytest_configure(config: pytest.Config) -> None:
    """Let all workers of a run share what they fit; the first process makes the folder, and removes it."""
    if not hasattr(config, "workerinput"):
        folder = TemporaryDirectory(prefix="fitted-")
        os.environ[FITTED] = folder.name
        config.add_cleanup(folder.cleanup)
    setattr(scripts, "recogniser_of", sharing(Path(os.environ[FITTED])))  # noqa: B010  # types know it as constant


def pytest_collection_finish() -> None:
    """Import what hypothesis imports at first use, before a test's service has threads: pytest rewrites its modules,
    and Python 3.11 reads the syntax tree of one file at a time or fails."""
    st.from_regex("any").validate()


# What starts browsers and processes takes longest: begun last, it would leave all workers but one with nothing to do.
LONGEST_FIRST = ("browser", "soak", "nodes", "connectors", "cli")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the long files first; leave the long versions out unless SOAK=1."""
    items.sort(key=lambda item: _place(item.path))
    if SOAK:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


def _place(path: Path) -> int:
    folder = path.parent.name
    return LONGEST_FIRST.index(folder) if folder in LONGEST_FIRST else len(LONGEST_FIRST)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real dialogues and labelled sets beside the checkout; the test is skipped without it."""
    folder = (ROOT / "../shared").resolve()
    if not (folder / "data").is_dir():
        pytest.skip("needs the real chats: there is no folder ../shared/data beside this checkout")
    return folder


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A PostgreSQL server, started once for each worker."""
    with started(*CARELESS) as server:
        yield server


@pytest.fixture(scope="session")
def sqlite_databases(tmp_path_factory: pytest.TempPathFactory) -> Databases:
    """Clean SQLite files."""
    return Files(tmp_path_factory.mktemp("databases"))


@pytest.fixture(scope="session")
def postgresql_databases(postgres: Server) -> Databases:
    """Clean databases on PostgreSQL."""
    return OnServer(postgres)


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Databases:
    """Clean databases: whoever asks for them runs once with each kind."""
    found: Databases = request.getfixturevalue(f"{request.param}_databases")
    return found


@pytest.fixture
def database_url(databases: Databases) -> Iterator[str]:
    """The address of a migrated, empty database, of each kind in turn."""
    url = databases.fresh()
    yield url
    databases.give_back(url)


@pytest.fixture
def postgres_url(postgresql_databases: Databases) -> Iterator[str]:
    """The address of a migrated, empty database on PostgreSQL."""
    url = postgresql_databases.fresh()
    yield url
    postgresql_databases.give_back(url)


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
