"""The bus of a single process."""

from __future__ import annotations

from assistant.bus.memory import MOST_COUNTS, MemoryBus
from assistant.bus.signals import Signal


async def test_a_listener_that_fails_costs_the_others_nothing() -> None:
    bus, heard = MemoryBus(), list[Signal]()

    def broken(signal: Signal) -> None:
        raise ZeroDivisionError

    bus.listen(broken)
    unlisten = bus.listen(heard.append)
    await bus.publish([Signal("default", 1)])
    unlisten()
    await bus.publish([Signal("default", 2)])
    assert [signal.conversation for signal in heard] == [1]


async def test_however_many_are_counted_at_once_all_of_them_are_looked_through_seldom() -> None:
    bus, looks = MemoryBus(), 0
    for n in range(4 * MOST_COUNTS):
        before = bus._counts
        await bus.count(f"visitor-{n}", 60)
        looks += bus._counts is not before
    assert looks == 2
    assert await bus.count("visitor-0", 60) == 2


async def test_counting_begins_anew_after_its_window_and_keeps_no_names_for_ever() -> None:
    bus = MemoryBus()
    assert [await bus.count("over", 0.0), await bus.count("over", 60), await bus.count("over", 60)] == [1, 1, 2]
    assert await bus.count("a", 60) == 1
    for n in range(MOST_COUNTS):
        await bus.count(f"stranger-{n}", 0.0)
    assert await bus.count("a", 60) == 2
    assert len(bus._counts) < MOST_COUNTS
