"""`assistant replay --to`: real requests to a door that is busy, strict or closed."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.cli.typed import typed
from tests.events_of_a_day import agent, at, buyer, order, written


class Door:
    """A hand-written service: answers as told, keeps what it took and when."""

    def __init__(self, *answers: tuple[int, dict[str, Any]]) -> None:
        self.answers = list(answers)
        self.requests: list[list[dict[str, Any]]] = []
        self.keys: set[str] = set()
        self.came: list[datetime] = []

    def answer(self, body: list[dict[str, Any]], key: str) -> tuple[int, dict[str, Any]]:
        self.requests.append(body)
        self.keys.add(key)
        self.came.append(datetime.now().astimezone())
        if self.answers:
            return self.answers.pop(0)
        return 200, {"accepted": len(body), "duplicates": 0}


@contextmanager
def opened(door: Door) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            status, answer = door.answer(body, self.headers["Authorization"])
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Retry-After", "0")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def post(door: Door, file: Path, *words: str) -> tuple[int, Any]:
    with opened(door) as address:
        answer = typed("replay", file, "--to", address, "--key", "secret", *words, "--json")
    return answer.code, json.loads(answer.out) if answer.out else answer.err


def test_the_first_event_happens_now_and_gaps_are_divided_by_the_speed(tmp_path: Path) -> None:
    door = Door()
    file = written(tmp_path, buyer("10:00:00"), agent("10:01:40"))
    code, report = post(door, file, "--speed", "200")
    assert (code, report["events"], report["accepted"]) == (0, 2, 2)
    assert door.keys == {"Bearer secret"}
    first, second = (event for body in door.requests for event in body)
    gap = datetime.fromisoformat(second["at"]) - datetime.fromisoformat(first["at"])
    assert gap == timedelta(seconds=0.5)
    # However late the first one comes on a busy machine: none comes before the moment it tells of.
    assert door.came[1] >= datetime.fromisoformat(second["at"]) - timedelta(milliseconds=10)
    assert timedelta() <= door.came[0] - datetime.fromisoformat(first["at"]) < timedelta(minutes=1)


def test_times_inside_an_event_move_along(tmp_path: Path) -> None:
    door = Door()
    post(door, written(tmp_path, order("10:00:00", "unpaid", pay_deadline=at("10:30:00"))))
    ((event,),) = door.requests
    left = datetime.fromisoformat(event["pay_deadline"]) - datetime.fromisoformat(event["at"])
    assert left == timedelta(minutes=30)


def test_a_busy_service_is_asked_again(tmp_path: Path) -> None:
    busy = {"error": {"code": "later", "message": "wait", "details": []}}
    door = Door((429, busy), (503, busy))
    code, report = post(door, written(tmp_path, buyer("10:00:00")))
    assert (code, report["accepted"], len(door.requests)) == (0, 1, 3)


def test_what_the_service_refuses_is_left_out_and_named_by_line(tmp_path: Path) -> None:
    details = [{"index": 1, "field": "text", "message": "too long"}]
    door = Door((422, {"error": {"code": "invalid_event", "message": "no", "details": details}}))
    same = [buyer("10:00:00", who=who) for who in ("b1", "b2", "b3")]
    code, report = post(door, written(tmp_path, *same))
    assert (code, report["accepted"]) == (1, 2)
    assert report["refused"] == [{"line": 2, "details": [{"field": "text", "message": "too long"}]}]
    assert [event["buyer"] for event in door.requests[1]] == ["b1", "b3"]


def test_lines_without_a_time_are_refused_before_they_are_sent(tmp_path: Path) -> None:
    door = Door()
    code, report = post(door, written(tmp_path, {**buyer("10:00:00"), "at": "2026-11-11T10:00:00"}, buyer("10:00:01")))
    assert (code, [each["line"] for each in report["refused"]]) == (1, [1])
    assert len(door.requests) == 1


def test_a_wrong_key_ends_it_at_once(tmp_path: Path) -> None:
    no = {"error": {"code": "not_signed_in", "message": "this key is not known", "details": []}}
    code, told = post(Door((401, no)), written(tmp_path, buyer("10:00:00")))
    assert code == 1
    assert "this key is not known" in told
