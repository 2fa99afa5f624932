"""Which of the ranked situations are worth a card."""

from __future__ import annotations

import pytest

from assistant.domain.scripts import Situation
from assistant.domain.suggestions import Candidate, Proposal


def proposal(*scores: float, threshold: float) -> Proposal:
    rows = [
        Situation.model_validate({"id": f"s{n}", "name": "名", "goal": "答", "replies": [{"id": "r", "text": "亲"}]})
        for n in range(len(scores))
    ]
    candidates = tuple(Candidate(row, score) for row, score in zip(rows, scores, strict=True))
    return Proposal(candidates, scores[0] >= threshold, threshold)


@pytest.mark.parametrize(
    ("scores", "shown"),
    [((0.5, 0.4, 0.4), 3), ((0.25, 0.2, 0.19), 2), ((0.5, 0.34), 1), ((0.9, 0.5), 1), ((0.19, 0.18), 0)],
)
def test_each_card_must_be_likely_by_itself_and_about_as_likely_as_the_first(
    scores: tuple[float, ...], shown: int
) -> None:
    assert len(proposal(*scores, threshold=0.2).cards()) == shown
