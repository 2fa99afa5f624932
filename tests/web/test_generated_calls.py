"""Whatever a program makes of the published description is answered as described, never with a 500: Schemathesis writes
the requests, right ones and wrong ones, about a shop in which there is one of everything.
"""

from __future__ import annotations

import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yarl import URL

from assistant.web import shapes
from assistant.web.openapi import description
from assistant.web.routes import ADDRESSES
from tests.web.service import Service, running
from tests.web.test_another_shop import made

schemathesis = pytest.importorskip("schemathesis", reason="needs schemathesis: `make test` installs it")

MANY = 50_000 if os.environ.get("SOAK") else 500
SCHEMA = schemathesis.openapi.from_dict(description(ADDRESSES))
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)
CASES = [found.ok().as_strategy(generation_mode=mode) for found in SCHEMA.get_all_operations() for mode in MODES]
CALLERS = ("key", "sidebar", "agent", "trainer", "leader", "admin")


@pytest.fixture(scope="module")
async def service(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Service]:
    folder: Path = tmp_path_factory.mktemp("generated")
    async with running(folder) as found:
        there = await made(found)
        IDS.update({str(value) for value in vars(there).values()}, {"mine", "mine-o", "price-too-high/reply", "taobao"})
        yield found


IDS: set[str] = set()


def caller(service: Service, who: str) -> dict[str, str]:
    if who == "sidebar":
        return {"Authorization": f"Bearer {service.bearer()}"}
    return service.key() if who == "key" else service.cookie(who)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Any, str, int]:
    """A request, who sends it, and whether (and which of) what there is it is about."""
    case = draw(CASES[draw(st.integers(0, len(CASES) - 1))])
    return case, draw(st.sampled_from(CALLERS)), draw(st.integers(0, 99))


@given(call=calls())
@settings(
    max_examples=MANY, derandomize=True, database=None, deadline=None, suppress_health_check=list(HealthCheck)
)  # fmt: skip
async def test_what_is_generated_from_the_description_is_answered_as_described(
    service: Service, call: tuple[Any, str, int]
) -> None:
    case, who, about = call
    if about < 80 and case.path_parameters:
        known = sorted(IDS)
        case.path_parameters = dict.fromkeys(case.path_parameters, known[about % len(known)])
    sent = case.as_transport_kwargs(base_url=service.address)
    body = sent.get("data") if sent.get("json") is None else json.dumps(sent["json"]).encode()
    # Wrong ones may be of any kind.
    asked = {name: value if isinstance(value, str) else json.dumps(value) for name, value in sent["params"].items()}
    url, headers = URL(sent["url"], encoded=True), caller(service, who)
    async with service.http.request(sent["method"], url, params=asked, data=body, headers=headers) as answer:
        raw = await answer.read()
        assert answer.status < 500, (sent, raw)
        told = json.loads(raw) if answer.content_type == "application/json" else {}
    if answer.status >= 400:
        assert set(told["error"]) >= {"code", "message", "details"}
    elif (model := shapes.ANSWERS.get((case.method.upper(), case.path))) is not None:
        model.model_validate(told, strict=True)
