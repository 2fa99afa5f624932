"""What operators read at `/metrics`: true figures for those who may, and nothing about persons."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from assistant import store
from assistant.domain.histograms import Histogram
from assistant.web.keys import Pace
from assistant.web.server import make_app
from tests.web.service import Service, message, running
from tests.web.serving import serving

DOC = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
Figures = dict[str, float]


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    """A service whose figures are read anew each time."""
    async with running(tmp_path_factory.mktemp("metrics"), pace=Pace(figures_seconds=0.0)) as made:
        yield made


async def told(service: Service) -> str:
    async with service.http.get("/metrics") as answer:
        assert answer.status == 200
        return await answer.text()


async def figures(service: Service) -> Figures:
    """Every sample of ours: its name, then the values of its labels."""
    families = text_string_to_metric_families(await told(service))
    return {" ".join([s.name, *map(str, s.labels.values())]): s.value for f in families for s in f.samples}


class Growth:
    """What the figures have grown by since the last look."""

    def __init__(self, service: Service, before: Figures) -> None:
        self.service, self.before = service, before

    async def look(self) -> Figures:
        before, self.before = self.before, await figures(self.service)
        return {name: value - before.get(name, 0.0) for name, value in self.before.items()}


@pytest.fixture
async def growth(service: Service) -> Growth:
    return Growth(service, await figures(service))


async def test_events_are_counted_by_door_and_by_what_became_of_them(service: Service, growth: Growth) -> None:
    one, two = message("m-1", "在吗"), message("m-2", "在吗")
    await service.send(one, two)
    await service.send(one)
    await service.send({**one, "id": "m-3", "text": None})
    grown = await growth.look()
    assert grown["assistant_events_total api accepted"] == 2
    assert grown["assistant_events_total api duplicate"] == 1
    assert grown["assistant_refused_event_requests_total api invalid_event"] == 1


async def test_buyers_who_wait_are_counted_by_how_long_that_is_on_their_platform(
    service: Service, growth: Growth
) -> None:
    now = datetime.now(UTC)
    for name, seconds in (("just-now", 0), ("long", 3_600), ("longer", 5_000)):
        at = (now - timedelta(seconds=seconds)).isoformat()
        await service.send(message(name, conversation=name, buyer=name, at=at))
    grown = await growth.look()
    assert grown["assistant_buyers_waiting ok"] == 1
    assert grown["assistant_buyers_waiting late"] == 2
    assert grown["assistant_buyers_waiting warn"] == grown["assistant_buyers_waiting notice"] == 0


async def test_armed_and_shown_follow_ups_and_how_late_they_fired_are_told(service: Service, growth: Growth) -> None:
    now = datetime.now(UTC)
    for name, minutes in (("soon", 1), ("past", 6)):
        at = (now - timedelta(minutes=minutes)).isoformat()
        place: dict[str, Any] = {"conversation": name, "buyer": name, "at": at}
        asked = message(f"{name}-2", "您平时穿多大码呀", **place, side="agent", agent="a1")
        await service.send(message(f"{name}-1", "在吗", **place), asked)
    async with service.sidebar() as page:
        await page.open("past")
        await page.parts("follow_ups", 'data-state="due"')
    grown, lateness = await growth.look(), "assistant_follow_up_lateness_seconds"
    assert (grown["assistant_follow_ups_open armed"], grown["assistant_follow_ups_open due"]) == (1, 1)
    assert grown[f"{lateness}_count"] == 1
    # A minute after its time: it was armed by news that came late.
    assert 59 < grown[f"{lateness}_sum"] < 300
    assert (grown[f"{lateness}_bucket 30.0"], grown[f"{lateness}_bucket 300.0"]) == (0, 1)
    assert growth.before["assistant_follow_ups_overdue_seconds"] == 0


async def test_open_pages_what_they_do_and_what_is_pushed_to_them_is_counted(service: Service, growth: Growth) -> None:
    await service.send(message("page-1", "在吗", conversation="page", buyer="page"))
    async with service.sidebar() as page:
        await page.open("page")
        await page.parts("buyer")
        await growth.look()
        await page.say("note", conversation="page", text="喜欢宽松")
        await page.parts("notes", "喜欢宽松")
        await page.say("note", conversation="nobody", text="x")
        await page.say("made-up")
        grown = await growth.look()
    assert growth.before["assistant_sockets_open"] == 1
    assert grown["assistant_push_delay_seconds_count"] == 1
    assert 0 < grown["assistant_push_delay_seconds_sum"] < 60
    assert grown["assistant_renderings_total"] >= 1
    assert grown["assistant_signals_told_total"] == grown["assistant_signals_heard_total"] == 1
    assert grown["assistant_socket_operations_total note done"] == 1
    assert grown["assistant_socket_operations_total note refused"] == 1
    assert grown["assistant_socket_operations_total unknown refused"] == 1


async def test_what_the_writer_counts_is_told(service: Service) -> None:
    """The service also writes of its own accord: what is told lies between two looks at the writer's own counting."""
    await service.send(message("commit-1", conversation="commit", buyer="commit"))
    written = service.parts.desks.store.written
    before = written.commits, written.requests, written.shared
    found = await figures(service)
    told_of = {name: found[f"assistant_stored_requests_total {name}"] for name in ("alone", "shared")}
    told_all = found["assistant_commits_total"], sum(told_of.values()), told_of["shared"]
    after = written.commits, written.requests, written.shared
    assert all(low <= value <= high for low, value, high in zip(before, told_all, after, strict=True))
    assert before[0] > 0


async def test_a_database_that_does_not_answer_is_told_and_the_rest_is_shown(service: Service) -> None:
    def rename(before: str, after: str) -> Any:
        def work(tx: store.Transaction) -> None:
            tx.driver.execute(f"ALTER TABLE {before} RENAME TO {after}")

        return work

    await service.parts.desks.store.write(rename("follow_ups", "follow_ups_away"))
    found = await figures(service)
    await service.parts.desks.store.write(rename("follow_ups_away", "follow_ups"))
    assert found["assistant_store_up"] == 0
    assert "assistant_database_size_bytes" not in found
    assert "assistant_sockets_open" in found
    assert (await figures(service))["assistant_database_size_bytes"] > 100_000


async def test_requests_are_counted_by_address_and_never_by_what_stands_in_it(service: Service) -> None:
    await service.send(message("path-1", conversation="private-chat"))
    await service.call("GET", "/api/v1/conversations/private-chat/sidebar")
    await service.call("GET", "/private-path")
    await service.call("PURGE", "/api/v1/events")
    text = await told(service)
    path = "/api/v1/conversations/{id}/sidebar"
    assert f'assistant_http_requests_total{{method="GET",path="{path}",status="200"}} 1.0' in text
    assert 'assistant_http_requests_total{method="GET",path="unknown",status="404"} 1.0' in text
    assert 'assistant_http_requests_total{method="unknown",path="unknown",status="405"} 1.0' in text
    assert "private" not in text


async def test_metrics_are_for_this_machine_unless_a_token_is_set(service: Service) -> None:
    for name in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
        assert (await service.call("GET", "/metrics", {name: "203.0.113.9"}))[0] == 403
    async with serving(make_app(replace(service.parts, metrics_token="let me see"))) as strict:
        for headers in ({"X-Nothing": ""}, service.key(), {"Authorization": "Bearer let me se\u00e9"}):
            assert (await service.call("GET", f"{strict}/metrics", headers))[0] == 403
        headers = {"Authorization": "Bearer let me see", "X-Forwarded-For": "203.0.113.9"}
        async with service.http.get(f"{strict}/metrics", headers=headers) as answer:
            assert answer.status == 200


async def test_every_figure_is_described_and_no_other(service: Service) -> None:
    families = text_string_to_metric_families(await told(service))
    suffixes = {"counter": "_total", "info": "_info"}
    ours = {f.name + suffixes.get(f.type, "") for f in families if f.name.startswith("assistant_")}
    described = re.findall(r"^\| `(assistant_[a-z_]+)", DOC.read_text(encoding="utf-8"), re.MULTILINE)
    assert set(described) == {name.replace("_info_info", "_info") for name in ours}


@pytest.mark.parametrize(
    ("values", "counts"),
    [((), [0, 0, 0]), ((1.0,), [1, 0, 0]), ((1.1, 2.0), [0, 2, 0]), ((0.0, 1.5, 99.0), [1, 1, 1])],
)
def test_a_value_counts_at_the_first_bound_it_does_not_exceed(values: Iterable[float], counts: list[int]) -> None:
    histogram = Histogram((1.0, 2.0))
    for value in values:
        histogram.observe(value)
    assert histogram.counts == counts
    assert histogram.total == pytest.approx(sum(values))
