"""Keeps the cards beside a conversation: offered while the buyer waits, settled when the agent has spoken."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from assistant import store
from assistant.domain.context import condition_values, template_values
from assistant.domain.errors import InvalidInput, NotFound
from assistant.domain.facts import Fact
from assistant.domain.pressing import heard
from assistant.domain.recognition import Ranking
from assistant.domain.replies import sendable_reply
from assistant.domain.scripts import Reply, Situation
from assistant.domain.suggestions import Candidate, propose, why
from assistant.services import context, notices, runs, trials
from assistant.services.desk import Desk
from assistant.services.trials import Worded
from assistant.store.conversations import Conversation
from assistant.store.suggestions import Suggestion


def refresh(desk: Desk, fact: Fact) -> None:
    """The buyer said more, or the state of things changed: offer what fits now, withdraw what no longer does."""
    conversation = _conversation(desk, fact)
    if conversation is None:
        return
    run = runs.of(desk, conversation)
    if not run:
        return
    ranking, texts = heard(desk.shop.recogniser, [message.text for message in run])
    if not ranking.offer:
        return _withdraw(desk, desk.cards(conversation.id), set())
    _propose(desk, conversation, ranking, texts, run[0].at)


def fill_silence(desk: Desk, id: int, run: Sequence[str], ranking: Ranking) -> None:
    """A second look found something where the first was silent. What is up, or was put away, is never touched."""
    conversation = desk.conversation_of(id)
    if conversation is None or desk.cards(id):
        return
    said = runs.of(desk, conversation)
    if said and [message.text for message in said] == list(run):
        _propose(desk, conversation, ranking, heard(desk.shop.recogniser, run)[1], said[0].at)


def _propose(desk: Desk, conversation: Conversation, ranking: Ranking, texts: Sequence[str], since: datetime) -> None:
    """Put up what a ranking offers in the state of things; take away what it does not."""
    open_cards = desk.cards(conversation.id)
    about = context.known(desk.tx, desk.shop, desk.now, desk.buyer_of(conversation.buyer), conversation)
    conditions = condition_values(about)
    cards = propose(desk.shop.scripts, desk.shop.recogniser, ranking, conditions).cards()
    _withdraw(desk, open_cards, {card.situation.id for card in cards})
    values = template_values(about)
    by_situation = {card.situation: card for card in open_cards}
    for candidate in cards:
        card = by_situation.get(candidate.situation.id)
        found = sendable_reply(candidate.situation, conditions, values, _taken_back(desk, candidate.situation))
        if found is None:
            continue
        said = trials.worded(desk.shop, candidate.situation, *found, values, conversation.buyer)
        if not _stands(card, said):
            reason = why(desk.shop.recogniser, texts, candidate.situation)
            _offer(desk, conversation, candidate, said, reason, card, since)


def _taken_back(desk: Desk, situation: Situation) -> Callable[[Reply], bool]:
    """Whether a notice stands against a reply of this situation: then the next one that can be said is offered."""
    return lambda reply: notices.words_against(desk.shop, f"{situation.id}/{reply.id}", desk.now) is not None


def _stands(card: Suggestion | None, said: Worded) -> bool:
    """Whether the card that is up needs no change: the agent has done something with it, or it says the same."""
    if card is None:
        return False
    rendered = said.rendered
    same = (card.reply, card.text, card.missing) == (said.reply.id, rendered.text, list(rendered.missing))
    return card.state != "shown" or same


def _conversation(desk: Desk, fact: Fact) -> Conversation | None:
    if fact.conversation is not None:
        return desk.conversation_of(fact.conversation)
    return desk.latest_conversation(fact.buyer) if fact.buyer is not None else None


def _withdraw(desk: Desk, cards: list[Suggestion], wanted: set[str]) -> None:
    for card in cards:
        if card.state == "shown" and card.situation not in wanted:
            card.state, card.closed_at = "withdrawn", desk.now
            store.suggestions.save(desk.tx, card)
            _show(desk, card)


def _show(desk: Desk, card: Suggestion) -> None:
    conversation = desk.conversation_of(card.conversation)
    assert conversation is not None
    desk.touch(conversation, "suggestions")


def _offer(
    desk: Desk,
    conversation: Conversation,
    candidate: Candidate,
    said: Worded,
    reason: str,
    card: Suggestion | None,
    run_at: datetime,
) -> None:
    """Put a card up, or bring the one that is up to date."""
    reply, rendered = said.reply, said.rendered
    fresh = card or Suggestion(
        0, desk.shop.id, conversation.id, conversation.buyer, conversation.agent, run_at, candidate.situation.id,
        reply.id, rendered.text, shown_at=desk.now,
    )  # fmt: skip
    fresh.reply, fresh.text, fresh.missing, fresh.why = reply.id, rendered.text, list(rendered.missing), reason
    fresh.score, fresh.trial, fresh.arm = candidate.score, said.trial, said.arm
    desk.touch(conversation, "suggestions")
    if card is not None:
        return store.suggestions.save(desk.tx, fresh)
    desk.add_card(fresh)
    _record(desk, "suggestion.shown", fresh, conversation)


def settle(desk: Desk, fact: Fact) -> None:
    """The agent spoke: the card the words came from was sent, the others were passed over."""
    if fact.data.get("origin") != "human" or fact.conversation is None:
        return
    cards = desk.cards(fact.conversation)
    # What has no slash is a quick reply's id, which may be the same as a situation's.
    situation, of_situation, _ = str(fact.data.get("script") or "").partition("/")
    for card in cards:
        if fact.at < card.run_at:
            continue  # said before the buyer asked: it arrived late
        card.closed_at, card.agent = desk.now, fact.agent
        if of_situation and card.situation == situation:
            _sent(desk, card, fact)
        elif card.state != "dismissed":
            card.state = "passed"
        store.suggestions.save(desk.tx, card)
        desk.restate("done", card.shown_at or desk.now)
        _show(desk, card)


def _sent(desk: Desk, card: Suggestion, fact: Fact) -> None:
    assert fact.conversation is not None
    conversation = desk.conversation_of(fact.conversation)
    card.state = "sent"
    card.message, card.edited = str(fact.data["message"]), bool(fact.data.get("edited"))
    if fact.data.get("edited"):
        _record(desk, "suggestion.edited", card, conversation, at=fact.at)
    _record(desk, "suggestion.sent", card, conversation, at=fact.at)


def act(desk: Desk, id: int, action: str, *, agent: str) -> None:
    """What the agent did with a card: inserted | edited | dismissed | restored (a dismissal taken back). On a card
    that is settled it changes nothing. Raises Conflict where a notice has withdrawn what it says."""
    if action not in ("inserted", "edited", "dismissed", "restored"):
        known = "send inserted, edited, dismissed or restored"
        raise InvalidInput(f"{action!r} is nothing one does with a suggestion: {known}")
    found = store.suggestions.get(desk.tx, desk.shop.id, id)
    if found is None:
        raise NotFound(f"there is no suggestion {id} in this shop")
    card = desk.adopt_card(found)
    conversation = desk.conversation_of(card.conversation)
    # A quick agent's message may be here before the news that its words were inserted.
    late = card.state == "sent" and card.inserted_at is None and action == "inserted"
    if conversation is None or (card.closed_at is not None and not late):
        return
    if action == "restored":
        return _restore(desk, card, conversation)
    if action != "dismissed" and not late:
        notices.refuse(desk.shop.notices.against(card.script, desk.shop.scripts.texts.get(card.script, ""), desk.now))
    if not late:
        card.state = "dismissed" if action == "dismissed" else "inserted"
    card.agent = agent
    card.inserted_at = desk.now if action != "dismissed" else card.inserted_at
    store.suggestions.save(desk.tx, card)
    desk.restate("done", card.shown_at or desk.now)
    _record(desk, f"suggestion.{action}", card, conversation)
    desk.touch(conversation, "suggestions")


def _restore(desk: Desk, card: Suggestion, conversation: Conversation) -> None:
    """Put before the agent again what was put away by a slip of the hand."""
    if card.state == "dismissed":
        card.state = "shown" if card.inserted_at is None else "inserted"
        store.suggestions.save(desk.tx, card)
        _record(desk, "suggestion.shown", card, conversation)
        desk.touch(conversation, "suggestions")


def _record(
    desk: Desk, name: str, card: Suggestion, conversation: Conversation | None, at: datetime | None = None
) -> None:
    tried: dict[str, Any] = {} if card.trial is None else {"trial": card.trial, "arm": card.arm}
    desk.record(
        name, at=at, conversation=conversation, agent=card.agent,
        suggestion=card.id, situation=card.situation, reply=card.reply, **tried,
    )  # fmt: skip
