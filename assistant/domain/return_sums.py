"""What comes back when pieces of an order bought under promotions are returned: values, and a sum to paste.

Not for whether a return is accepted, nor for the postage the buyer paid to send it back.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from assistant.domain.errors import Detail, InvalidInput
from assistant.domain.orders import to_fen, yuan_text
from assistant.domain.promotion_rules import Policy
from assistant.domain.sums import (
    Line,
    Price,
    fen_of,
    is_count,
    list_text,
    name_of,
    price_in_hand,
    shared,
    steps_text,
    yuan_of,
)
from assistant.domain.templates import yuan as short

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class Refund:
    """What came or comes back, in yuan. `pieces` has one count for each line of the order, 0 included.

    Earlier refunds may be built from what the platform really paid: `Refund((1, 0), Decimal("99.00"))`.
    """

    pieces: tuple[int, ...]
    goods: Decimal
    freight: Decimal = Decimal("0.00")
    text: str = ""
    reasons: tuple[str, ...] = ()

    @property
    def total(self) -> Decimal:
        return self.goods + self.freight


def as_paid(price: Price, paid: Decimal) -> Price:
    """The price of an order that cost `paid` yuan in all, freight included: what the platform took counts.

    Other discounts than ours (红包, 津贴, an amount changed by hand) are shared over the lines in proportion to
    their list prices. Raises InvalidInput if more was paid than list price and freight together.
    """
    total = fen_of(paid, "paid")
    if total == to_fen(price.total):
        return price
    freight = min(to_fen(price.freight), total)
    goods, amounts = total - freight, [line.fen for line in price.lines]
    if goods > sum(amounts):
        said = f"`paid` is {paid}, more than list price and freight together: correct it, or the prices"
        raise InvalidInput(said, details=[Detail(0, "paid", said)])
    off = sum(amounts) - goods
    lines = [yuan_of(amount - share) for amount, share in zip(amounts, shared(off, amounts), strict=True)]
    reason = f"实付 {yuan_text(total)}，按店铺规则算是 {yuan_text(to_fen(price.total))}：按实付的算"
    return replace(
        price,
        steps=(),
        goods=yuan_of(goods),
        freight=yuan_of(freight),
        paid=tuple(lines),
        text=f"{list_text(price.lines)}，实付 {short(total)} 元",
        reasons=(reason,),
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A return in fen: what is sent back now, what came back before."""

    price: Price
    pieces: tuple[int, ...]
    gone: tuple[int, ...]
    refunded: int
    refunded_freight: int

    @property
    def original(self) -> int:
        return sum(to_fen(line.price) * many for line, many in zip(self.price.lines, self.pieces, strict=True))

    @property
    def left(self) -> int:
        return max(0, to_fen(self.price.goods) - self.refunded)


def refund(
    price: Price,
    pieces: Sequence[int],
    *,
    policy: Policy = "proportional",
    before: Sequence[Refund] = (),
    fault: bool = False,
) -> Refund:
    """What the buyer gets for sending `pieces` back (one count for each line) after the refunds `before`.

    `proportional`: what was really paid for these pieces. `recalculate`: what was paid, less the price in hand
    of what is kept; not below 0 and not above the pieces' list price. `fault` (质量问题) also returns freight.
    All refunds of an order together never exceed what was paid. Raises InvalidInput for pieces the order does
    not have, and for earlier refunds that are no amounts.
    """
    case = _case(price, pieces, before)
    goods, text, reasons = _RULES[policy](case)
    freight = max(0, to_fen(price.freight) - case.refunded_freight) if fault else 0
    if freight:
        text += f"，质量问题再退运费 {short(freight)} 元，一共退 {short(goods + freight)} 元"
        reasons = (*reasons, f"质量问题，运费 {yuan_text(freight)} 也退")
    if case.refunded or any(case.gone):
        reasons = (*reasons, f"前面退过 {sum(case.gone)} 件，已退货款 {yuan_text(case.refunded)}")
    return Refund(case.pieces, yuan_of(goods), yuan_of(freight), text, reasons)


@dataclass(frozen=True, slots=True)
class Earlier:
    """A return before this one: `goods` and `freight` are yuan paid out; without `goods` the rules say how much."""

    pieces: tuple[int, ...]
    goods: Decimal | None = None
    freight: Decimal = Decimal("0.00")


def made_before(price: Price, earlier: Sequence[Earlier], policy: Policy = "proportional") -> list[Refund]:
    """The refunds before this one, first to last. Raises InvalidInput that names the one that cannot have been."""
    done: list[Refund] = []
    for nth, one in enumerate(earlier):
        try:
            done.append(_made(price, one, policy, done))
        except InvalidInput as error:
            field = f"before.{nth}.pieces"
            details = [Detail(detail.index, field, detail.message) for detail in error.details]
            raise InvalidInput(error.message, details=details) from error
    return done


def _made(price: Price, one: Earlier, policy: Policy, done: Sequence[Refund]) -> Refund:
    if one.goods is None:
        worked_out = refund(price, one.pieces, policy=policy, before=done)
        return replace(worked_out, freight=one.freight)
    _check_left(price.lines, _gone(price.lines, done), one.pieces)
    return Refund(one.pieces, one.goods, one.freight)


def _case(price: Price, pieces: Sequence[int], before: Sequence[Refund]) -> _Case:
    gone = _gone(price.lines, before)
    _check_left(price.lines, gone, pieces)
    if not any(pieces):
        raise _wrong("nothing is returned: give at least one piece")
    refunded = sum(fen_of(one.goods, "before.goods") for one in before)
    return _Case(price, tuple(pieces), gone, refunded, sum(fen_of(one.freight, "before.freight") for one in before))


def _gone(lines: Sequence[Line], before: Sequence[Refund]) -> tuple[int, ...]:
    for one in before:
        _check_counts(lines, one.pieces)
    return tuple(sum(one.pieces[at] for one in before) for at in range(len(lines)))


def _check_left(lines: Sequence[Line], gone: Sequence[int], pieces: Sequence[int]) -> None:
    _check_counts(lines, pieces)
    for at, line in enumerate(lines):
        if gone[at] + pieces[at] > line.quantity:
            raise _wrong(f"`{line.title}`: only {line.quantity - gone[at]} pieces can still be returned", at)


def _check_counts(lines: Sequence[Line], counts: Sequence[int]) -> None:
    if len(counts) != len(lines):
        raise _wrong(f"`pieces` has {len(counts)} counts for {len(lines)} lines: give one for each, 0 included")
    for at, count in enumerate(counts):
        if not is_count(count):
            raise _wrong(f"`pieces` of line {at + 1} is {count!r}: give a whole number, 0 or more", at)


def _wrong(said: str, at: int = 0) -> InvalidInput:
    return InvalidInput(said, details=[Detail(at, "pieces", said)])


def _first_pieces(fen: int, quantity: int, count: int) -> int:
    """What the first `count` of `quantity` equal pieces cost, when all cost `fen`: the first bear the odd fen.

    Counting from the first piece makes returns one by one add up to a return at once.
    """
    return fen // quantity * count + min(count, fen % quantity)


def _proportional(case: _Case) -> tuple[int, str, tuple[str, ...]]:
    parts = [
        _first_pieces(to_fen(paid), line.quantity, gone + now) - _first_pieces(to_fen(paid), line.quantity, gone)
        for line, paid, gone, now in zip(case.price.lines, case.price.paid, case.gone, case.pieces, strict=True)
    ]
    reasons = tuple(
        f"{name_of(line) or '商品'}：退 {now} 件，原价 {yuan_text(to_fen(line.price) * now)}，实付 {yuan_text(part)}"
        for line, now, part in zip(case.price.lines, case.pieces, parts, strict=True)
        if now
    )
    due, original = sum(parts), case.original
    goods = min(due, case.left)
    text = f"退{_names(case)}：原价 {short(original)}"
    text += f" - 分摊的优惠 {short(original - due)} = " if original > due else "，没有用到优惠，"
    if goods == due:
        return goods, f"{text}应退 {short(due)} 元", reasons
    text += f"{short(due)}，前面已退 {short(case.refunded)}，最多还能退 {short(goods)} 元"
    return goods, text, (*reasons, f"前后一共不超过实付的货款 {case.price.goods}")


def _names(case: _Case) -> str:
    """`裤子、衬衫×2`; of many pieces, or of some without a name, only how many."""
    back = [(name_of(line), now) for line, now in zip(case.price.lines, case.pieces, strict=True) if now]
    if len(back) > _MOST_NAMES or not all(name for name, _ in back):
        return f" {sum(case.pieces)} 件"
    return "、".join(f"{name}×{now}" if now > 1 else name for name, now in back)


def _recalculated(case: _Case) -> tuple[int, str, tuple[str, ...]]:
    kept = _kept(case)
    # Freight was charged once, for the order as it was sent.
    new = price_in_hand(kept, case.price.rules.model_copy(update={"freight": None})) if kept else None
    worth = to_fen(new.goods) if new else 0
    goods = max(0, min(case.left - worth, case.original))
    said = f"留下的重新算：{list_text(kept)}{steps_text(new.steps)}；" if new else "全部退回，"
    paid = f"货款实付 {short(to_fen(case.price.goods))}" + (f" - 已退 {short(case.refunded)}" if case.refunded else "")
    reasons = (*(new.reasons if new else ()), _limit(case, worth))
    if case.left < worth:
        return 0, f"{said}{paid}，比留下的价钱少，这次没有可退的货款", reasons
    text = said + paid + (f" - {short(worth)}" if worth else "")
    text += " = " if worth or case.refunded else "，"
    if goods < case.left - worth:
        text += f"{short(case.left - worth)}，不超过退回商品的原价，"
    return goods, f"{text}应退 {short(goods)} 元", reasons


def _limit(case: _Case, worth: int) -> str:
    return f"还在手里的货款 {yuan_text(case.left)}，留下的值 {yuan_text(worth)}，退回的原价 {yuan_text(case.original)}"


def _kept(case: _Case) -> list[Line]:
    lines = zip(case.price.lines, case.gone, case.pieces, strict=True)
    return [
        replace(line, quantity=line.quantity - gone - now) for line, gone, now in lines if line.quantity > gone + now
    ]


_RULES = {"proportional": _proportional, "recalculate": _recalculated}
