"""Versions of the trainers' tables: publishing them, and the published one in memory, fitted and ready."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from assistant import store
from assistant.domain.checks import NO_CHECKS, Checks
from assistant.domain.errors import Conflict, InvalidInput, NotFound
from assistant.domain.handbook import Handbook, labels
from assistant.domain.notices import EMPTY
from assistant.domain.practice import Cast, practice_in, practised, real_shop
from assistant.domain.practice_reading import FOLDER, is_practice_file, read_cast
from assistant.domain.problems import Complaint
from assistant.domain.quick_replies import QuickReplies
from assistant.domain.recognition import Recogniser
from assistant.domain.scripts import Scripts
from assistant.domain.trials import NO_TRIALS
from assistant.domain.yaml_tables import read_tables
from assistant.services import notices
from assistant.services.desk import Shop

Mark = tuple[int, ...]
_NOT_COMPARED: Mark = ()


@dataclass(frozen=True, slots=True)
class Prepared:
    """Tables that can be published: with the recogniser fitted to them."""

    scripts: Scripts
    content: str
    recogniser: Recogniser


_Learnt = tuple[
    Mapping[str, tuple[str, ...]], Mapping[str, str], tuple[str, ...], Mapping[str, tuple[str, ...]]
]  # phrases and names by situation, small talk, synonyms


def read_folder(*folders: Path, shipped: Scripts | None = None) -> tuple[Scripts, list[Complaint]]:
    """The tables in these folders (`scenarios/`, `quick_replies/`) and what is wrong with them."""
    files: dict[str, str] = {}
    for folder in folders:
        if not folder.is_dir():
            raise InvalidInput(f"there is no folder {folder}: name one that holds situations/*.yaml")
        for path in sorted(set(folder.rglob("*.yaml")) - set((folder / "demo").rglob("*"))):
            files[_name(folder, path)] = path.read_text(encoding="utf-8", errors="replace")
    return read_tables({name: text for name, text in files.items() if not is_practice_file(name)}, shipped)


def read_practice_folder(folder: Path, situations: Sequence[str]) -> tuple[Cast, list[Complaint]]:
    """The scripted buyers of `practice/` in a folder of tables; nobody where there is none."""
    found = sorted((folder / FOLDER).rglob("*.yaml"))
    files = {_name(folder, path): path.read_text(encoding="utf-8", errors="replace") for path in found}
    return read_cast(files, situations)


def _name(folder: Path, path: Path) -> str:
    inside = path.relative_to(folder).as_posix()
    return f"{folder.name}/{inside}" if folder.name == "quick_replies" else inside


def prepare(scripts: Scripts, standing: tuple[Scripts, Recogniser] | None = None) -> Prepared:
    """Fit the recogniser (seconds, not milliseconds: never where somebody waits). Where nothing of what it learns from
    differs from the `standing` tables, theirs is taken: a reply that is reworded is published at once."""
    content = scripts.content()
    if standing is not None and _learnt(standing[0]) == _learnt(scripts):
        return Prepared(scripts, content, standing[1])
    return Prepared(scripts, content, _fitted(content))


@lru_cache(maxsize=4)
def _fitted(content: str) -> Recogniser:
    # Every new shop starts with the same shipped tables: they are fitted once a process.
    return recogniser_of(Scripts.model_validate_json(content))


def recogniser_of(scripts: Scripts) -> Recogniser:
    """Fit now."""
    # scikit-learn takes longer to import than the rest together, and only publishing needs it.
    from assistant.domain.fitting import fit

    return fit(*_learnt(scripts))


def _learnt(scripts: Scripts) -> _Learnt:
    """What a recogniser is fitted to."""
    phrases, names = ({s.id: s.phrases for s in scripts.situations}, {s.id: s.name for s in scripts.situations})
    return phrases, names, scripts.small_talk, scripts.synonyms


@lru_cache(maxsize=4)
def _opened(content: str) -> tuple[Scripts, QuickReplies]:
    # Once a version, not once a keystroke; and shops that still have the shipped tables share one index.
    scripts = Scripts.model_validate_json(content)
    return scripts, QuickReplies(scripts.quick_replies, scripts.shop, scripts.synonyms)


@lru_cache(maxsize=4)
def _checks(content: str) -> Checks:
    scripts = Scripts.model_validate_json(content)
    return Checks(scripts.checks, scripts.check_words)


def checks_of(scripts: Scripts, shipped: Scripts) -> Checks:
    """The checks of a version; tables published before there were checks have the shipped ones."""
    rows, lists = scripts.checks or shipped.checks, {**shipped.check_words, **scripts.check_words}
    return _checks(Scripts(checks=rows, check_words=lists).model_dump_json()) if rows else NO_CHECKS


def publish(tx: store.Transaction, shop: str, prepared: Prepared, now: datetime, *, author: str, note: str) -> int:
    """Make these tables the shop's newest version; returns its number. Raises Conflict if somebody else was faster."""
    version = (store.scripts.newest(tx, shop) or 0) + 1
    model = prepared.recogniser.to_bytes()
    add(tx, store.scripts.Version(shop, version, now, author, note, prepared.content, model))
    return version


def content_of(tx: store.Transaction, shop: str, version: int | None = None) -> tuple[int, str]:
    """The number and the content of a version, without a number of the newest. Raises NotFound."""
    number = store.scripts.newest(tx, shop) if version is None else version
    if number is None:
        raise NotFound(f"the shop {shop!r} has no tables yet: they come with its first event")
    content = store.scripts.content(tx, shop, number)
    if content is None:
        raise NotFound(f"the shop {shop!r} has no version {number}: look at the list of versions")
    return number, content


def add(tx: store.Transaction, version: store.scripts.Version) -> None:
    """Keep a version. Raises Conflict if there is one of this number."""
    if not store.scripts.add(tx, version):
        message = f"version {version.version} was published meanwhile: look at it and publish again"
        raise Conflict(message, reason="published_meanwhile")


class Library:
    """The published tables of every shop this process works for, and what stands beside them: notices, wordings on
    trial, its platforms' rules. `shipped` becomes the first version of a new shop."""

    def __init__(self, shipped: Scripts) -> None:
        self.shipped = shipped
        self._shops: dict[str, Shop] = {}
        # What the database said of each that is kept, and of each that was found outdated and may be kept.
        self._marks: dict[str, Mark | None] = {}
        self._found: dict[str, tuple[Shop, Mark | None]] = {}

    def known(self, shop: str) -> Shop | None:
        return self._shops.get(shop)

    def shops(self) -> list[Shop]:
        """All that are known now, without practices."""
        return [shop for shop in self._shops.values() if practice_in(shop.id) is None]

    def practices(self) -> set[str]:
        """The places of practices that are known now."""
        return {place for place in tuple(self._shops) if practice_in(place) is not None}

    def open(self, tx: store.Transaction, shop: str, now: datetime) -> Shop:
        """The shop with its newest tables; a shop that is new gets the shipped ones."""
        if (real := real_shop(shop)) != shop:
            return self._beside(self._shops.get(real) or self.open(tx, real, now), shop)
        version = store.scripts.newest(tx, shop)
        return self._load(tx, shop, self._begin(tx, shop, now) if version is None else version, now)

    def _begin(self, tx: store.Transaction, shop: str, now: datetime) -> int:
        """Give a new shop the shipped tables, unless somebody else has meanwhile."""
        store.locks.whole_shop(tx, shop)
        store.shops.add(tx, shop, now)
        version = store.scripts.newest(tx, shop)
        if version is not None:
            return version
        return publish(tx, shop, prepare(self.shipped), now, author="system", note="shipped")

    def _load(self, tx: store.Transaction, shop: str, version: int, now: datetime) -> Shop:
        row, published = store.shops.get(tx, shop), store.scripts.get(tx, shop, version)
        assert row is not None
        assert published is not None
        scripts, quick_replies = _opened(published.content)
        return Shop(
            id=shop,
            timezone=ZoneInfo(row.timezone),
            version=version,
            scripts=scripts,
            recogniser=Recogniser.from_bytes(published.model),
            quick_replies=quick_replies,
            # What the shop does not call by a name of its own, or has not written at all, has its usual one.
            handbook=Handbook(scripts.shop, labels(self.shipped.shop, scripts.shop)),
            notices=notices.board(tx, shop, now),
            trials=store.trials.running(tx, shop),
            checks=checks_of(scripts, self.shipped),
            platforms=store.platforms.profiles(tx, shop),
        )

    def _beside(self, real: Shop, place: str) -> Shop:
        """The shop of a practice: it stands in no list, keeps the tables it began with, and nobody posts in it."""
        return replace(real, id=place, scripts=practised(real.scripts), notices=EMPTY, trials=NO_TRIALS)

    def forget(self, place: str) -> None:
        """A practice is over."""
        self._shops.pop(place, None)
        self._marks.pop(place, None)

    def as_it_stands(self, tx: store.Transaction, shop: str, now: datetime) -> Shop:
        """A known shop with what stands beside its tables now."""
        return replace(
            self._shops[shop],
            notices=notices.board(tx, shop, now),
            trials=store.trials.running(tx, shop),
            platforms=store.platforms.profiles(tx, shop),
        )

    def keep(self, shop: Shop) -> Shop:
        """Use these tables from now on; call it after the commit."""
        found, mark = self._found.pop(shop.id, (None, None))
        # Whatever else is kept may have been read before what `outdated` found: it is compared anew.
        self._marks[shop.id] = mark if found is shop else _NOT_COMPARED
        self._shops[shop.id] = shop
        return shop

    def outdated(self, tx: store.Transaction, now: datetime) -> list[Shop]:
        """Shops of which another process published a newer version or changed what stands beside it, with that; the
        same again until they are kept."""
        found, marks = list[Shop](), _marks(tx, now)
        for shop in tuple(self._shops.values()):
            if practice_in(shop.id) is not None:
                continue
            newest, mark = store.scripts.newest(tx, shop.id), marks.get(shop.id)
            if newest is not None and newest != shop.version:
                fresh = self._load(tx, shop.id, newest, now)
            elif mark != self._marks.get(shop.id):
                fresh = self.as_it_stands(tx, shop.id, now)
            else:
                continue
            self._found[shop.id] = fresh, mark
            found.append(fresh)
        return found


def _marks(tx: store.Transaction, now: datetime) -> dict[str, Mark]:
    """By shop, numbers that differ as soon as anything that stands beside its tables has changed."""
    marks = dict(store.notices.marks(tx, now))
    for shop, mark in (*store.trials.marks(tx).items(), *store.platforms.marks(tx).items()):
        marks[shop] = (*marks.get(shop, ()), *mark)
    return marks
