"""The agent's own few figures of today, for the sidebar's foot. Not for leaders' figures (`services/kpi.py`)."""

from __future__ import annotations

from datetime import datetime

from assistant import store
from assistant.domain.kpi import compute, foot_names
from assistant.domain.kpi_group import Rules
from assistant.domain.kpi_rows import Inputs
from assistant.services.desk import Shop
from assistant.services.sidebar_view import TodayView


def today(tx: store.Transaction, shop: Shop, agent: str, platform: str, now: datetime) -> TodayView:
    """First response, the platform's own share, follow-ups on time, since the shop's midnight."""
    start = shop.day_began(now)
    rounds = store.rounds.of_agent(tx, shop.id, agent, start)
    follow_ups = store.follow_ups.of_agent(tx, shop.id, agent, start, now)
    profile = shop.platforms.at(platform, now)
    rules = Rules(zone=shop.timezone, now=now, agent_clock=True, profiles=shop.platforms.on)
    names = (*foot_names(profile), "follow_ups_due")
    found = compute(Inputs(rounds=rounds, follow_ups=follow_ups), rules, names)
    return TodayView(
        first_response_seconds=found["first_response_seconds"],
        within=profile.target_seconds,
        within_rate=found[profile.target_name],
        follow_ups_due=int(found["follow_ups_due"] or 0),
        follow_ups_on_time_rate=found["follow_ups_on_time_rate"],
    )
