"""Trainers' changes on their way to a version: written row by row, looked over, published together or taken back.

Nobody's change is overwritten unseen: whoever saves says which state of the row they had before them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache

from assistant import store
from assistant.domain.drafts import LONGEST_ROW, Change, Draft, mark
from assistant.domain.errors import Conflict, InvalidInput, NotAllowed, NotFound
from assistant.domain.problems import proposal
from assistant.domain.script_rows import LISTS, MAPPINGS, ORDER, TABLES, Name, rows, text_of
from assistant.domain.scripts import Scripts
from assistant.services.desk import Desk
from assistant.services.scripts import Prepared, add, content_of
from assistant.store.drafts import Proposal
from assistant.store.scripts import Entry, Version

LONGEST_ID, LONGEST_NOTE = 200, 500
MOST_CHANGES = 1_000
MOST_VERSIONS = 200


def take(tx: store.Transaction, shop: str) -> Draft:
    """The newest published tables with the changes on top. Raises NotFound for a shop that has none yet."""
    number, content = content_of(tx, shop)
    tables, standing = _opened(content)
    return Draft(number, tables, standing, store.drafts.of(tx, shop))


@lru_cache(maxsize=4)
def _opened(content: str) -> tuple[Scripts, Mapping[Name, str]]:
    # Once a version: writing all rows out takes a fifth of a second, and a trainer saves once a second.
    tables = Scripts.model_validate_json(content)
    return tables, rows(tables)


def rows_of(tx: store.Transaction, shop: str, number: int) -> Mapping[Name, str]:
    """The rows of a published version. Raises NotFound."""
    return _opened(content_of(tx, shop, number)[1])[1]


def versions(tx: store.Transaction, shop: str) -> tuple[list[Entry], bool]:
    """The newest versions, newest first, and whether there are more."""
    found = store.scripts.versions(tx, shop, MOST_VERSIONS + 1)
    return found[:MOST_VERSIONS], len(found) > MOST_VERSIONS


# --- writing -------------------------------------------------------------------------------------------------------


def write(desk: Desk, name: Name, text: str | None, *, seen: str, author: str) -> str:
    """Keep a row as it is written now, None: it is to go; returns its new mark.

    `seen` is the mark of what the author had before them. Raises Conflict with who changed it meanwhile.
    """
    _check(name, text)
    _write(desk, take(desk.tx, desk.shop.id), name, text, seen, author)
    return mark(text)


def write_all(desk: Desk, changes: Mapping[Name, tuple[str | None, str]], *, author: str) -> None:
    """Keep several rows, each as (text, the mark it was seen with): all of them, or none with a Conflict."""
    draft = take(desk.tx, desk.shop.id)
    new = [name for name in changes if name not in draft.changed]
    if len(draft.changes) + len(new) > MOST_CHANGES:
        raise _too_many()
    for name, (text, seen) in changes.items():
        _check(name, text)
        _write(desk, draft, name, text, seen, author)


def write_over(desk: Desk, draft: Draft, texts: Mapping[Name, str | None], *, author: str) -> None:
    """Keep rows in place of those that stand in this draft: all of them, or none with a Conflict if one is another by
    now."""
    write_all(desk, {name: (text, mark(draft.text(name))) for name, text in texts.items()}, author=author)


def _write(desk: Desk, draft: Draft, name: Name, text: str | None, seen: str, author: str) -> None:
    if mark(draft.text(name)) != seen:
        raise _changed(draft.changed.get(name))
    change = Change(name, text, author, desk.now)
    if text == draft.published_text(name):
        store.drafts.drop(desk.tx, desk.shop.id, name)
    elif not _keep(desk, draft, change):
        raise _changed(next((one for one in store.drafts.of(desk.tx, desk.shop.id) if one.name == name), None))


def _keep(desk: Desk, draft: Draft, change: Change) -> bool:
    before = draft.changed.get(change.name)
    if before is not None:
        return store.drafts.save(desk.tx, desk.shop.id, change, before.text)
    if len(draft.changes) >= MOST_CHANGES:
        raise _too_many()
    return store.drafts.add(desk.tx, desk.shop.id, change)


def _too_many() -> InvalidInput:
    message = f"{MOST_CHANGES} rows are changed already: publish them first"
    return InvalidInput(message, reason="too_many_changes", most=MOST_CHANGES)


def _check(name: Name, text: str | None) -> None:
    if name.table not in TABLES and not (name.table == ORDER and name.id in (*LISTS, *MAPPINGS)):
        raise InvalidInput(f"there is no table {name.table!r}: {proposal(name.table, TABLES)}")
    if not name.id.strip() or len(name.id) > LONGEST_ID or "\x00" in name.id:
        raise InvalidInput(f"a row's name has 1 to {LONGEST_ID} characters", reason="row_name", most=LONGEST_ID)
    if text is not None and (len(text) > LONGEST_ROW or "\x00" in text):
        raise InvalidInput(f"a row has at most {LONGEST_ROW} characters", reason="row_too_long", most=LONGEST_ROW)


def _changed(change: Change | None) -> Conflict:
    if change is None:
        return Conflict("the row was published or taken back meanwhile: load it anew", reason="row_moved")
    at = change.changed_at.isoformat()
    message = f"{change.author} changed this row at {at}: look at their text and choose"
    return Conflict(message, reason="row_changed", author=change.author, at=change.changed_at.timestamp())


def move(desk: Desk, name: Name, beside: str, *, after: bool, author: str) -> None:
    """Put a row before or after another one of its table. Raises NotFound if either is gone."""
    draft = take(desk.tx, desk.shop.id)
    ids = [other.id for other in draft.texts if other.table == name.table]
    if name.id not in ids or beside not in ids or name.table not in (*LISTS, *MAPPINGS):
        raise NotFound(f"{name.table} has no rows {name.id!r} and {beside!r}: somebody may have removed one")
    if name.id == beside:
        return
    ids.remove(name.id)
    ids.insert(ids.index(beside) + after, name.id)
    order = Name(ORDER, name.table)
    write(desk, order, text_of(ids), seen=mark(draft.text(order)), author=author)


# --- publishing ----------------------------------------------------------------------------------------------------


def propose(desk: Desk, draft: Draft, *, author: str, note: str) -> None:
    """Ask a second person to publish what the author has seen. Raises Conflict if it changed meanwhile."""
    refuse_moved(take(desk.tx, desk.shop.id), draft.mark)
    store.drafts.ask(desk.tx, Proposal(desk.shop.id, author, _note(note), draft.mark, desk.now))


def proposed(tx: store.Transaction, draft: Draft, shop: str) -> Proposal | None:
    """What waits for a second person's word; a draft that was changed since waits no longer."""
    found = store.drafts.asked(tx, shop)
    return found if found is not None and found.mark == draft.mark else None


def approve(desk: Desk, draft: Draft, prepared: Prepared, *, by: str) -> int:
    """A second person says yes. Raises Conflict if nothing is asked any more, NotAllowed to the author."""
    asked = proposed(desk.tx, draft, desk.shop.id)
    if asked is None:
        raise Conflict("this was changed or published since it was proposed: look again", reason="not_proposed")
    if asked.author == by:
        raise NotAllowed("you proposed this: somebody else has to publish it", reason="own_proposal")
    return publish(desk, draft, prepared, author=asked.author, note=asked.note, approved_by=by)


def publish(
    desk: Desk,
    draft: Draft,
    prepared: Prepared,
    *,
    author: str,
    note: str,
    approved_by: str | None = None,
    urgent: bool = False,
) -> int:
    """Make the draft the shop's newest version; returns its number. `prepared` are the draft's tables, fitted.

    Raises Conflict if anything was changed or published since the draft was taken; nothing is published then.
    """
    if not draft.changes:
        raise InvalidInput("nothing was changed since the last version", reason="nothing_changed")
    refuse_moved(take(desk.tx, desk.shop.id), draft.mark)
    shop, number = desk.shop.id, draft.version + 1
    version = Version(
        shop=shop,
        version=number,
        published_at=desk.now,
        author=author,
        note=_note(note),
        content=prepared.content,
        model=prepared.recogniser.to_bytes(),
        approved_by=approved_by,
        urgent=urgent,
    )
    add(desk.tx, version)
    for change in draft.changes:
        store.drafts.done(desk.tx, shop, change)
    store.drafts.answered(desk.tx, shop)
    desk.record("scripts.published", agent=author, version=number, rows=len(draft.changes), urgent=urgent)
    return number


def refuse_moved(draft: Draft, seen: str) -> None:
    """Raises Conflict where what was looked at, the draft of the mark `seen`, is not what there is."""
    if draft.mark != seen:
        message = "somebody changed or published rows since you looked: look at the differences again"
        raise Conflict(message, reason="draft_moved")


def roll_back(desk: Desk, to: int, *, author: str, note: str = "") -> int:
    """Publish an earlier version again, as the newest; returns its number. Unpublished changes stay as they are."""
    newest = store.scripts.newest(desk.tx, desk.shop.id) or 0
    if to == newest:
        raise InvalidInput(f"version {to} is the one in use", reason="in_use", version=to)
    earlier = store.scripts.get(desk.tx, desk.shop.id, to)
    if earlier is None:
        raise NotFound(f"the shop {desk.shop.id!r} has no version {to}: look at the list of versions")
    again = replace(
        earlier, version=newest + 1, published_at=desk.now, author=author, note=_note(note), approved_by=None,
        urgent=False, back_to=to,
    )  # fmt: skip
    add(desk.tx, again)
    desk.record("scripts.rolled_back", agent=author, version=again.version, back_to=to)
    return again.version


def _note(note: str) -> str:
    if len(note) > LONGEST_NOTE or "\x00" in note:
        raise InvalidInput(f"a note has at most {LONGEST_NOTE} characters", reason="note_too_long", most=LONGEST_NOTE)
    return note.strip()
