"""How moments and amounts are written in answers, for `/openapi.json`. Not for writing them (`answers.py`)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

Moment = Annotated[str, Field(description="RFC 3339 with the shop's offset", json_schema_extra={"format": "date-time"})]
Yuan = Annotated[str, Field(description="yuan as text", examples=["239.00"])]
