"""What comes back on a return: worked examples, and what must hold whatever is sent back in whatever order."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.errors import InvalidInput
from assistant.domain.orders import to_fen
from assistant.domain.promotion_rules import Policy, PromotionRules
from assistant.domain.return_sums import Earlier, Refund, as_paid, made_before, refund
from assistant.domain.sums import Line, Price, price_in_hand, yuan_of
from tests.domain.sum_samples import basket, baskets, only, rules

POLICIES: tuple[Policy, ...] = ("proportional", "recalculate")
TIER = only("coupon", tiers=[{"reach": 300, "minus": 40}])
Pieces = tuple[int, ...]

WORKED: dict[str, tuple[str, PromotionRules, Pieces, Policy, str, str]] = {
    "the share paid": (
        "399.00 129.00", TIER, (0, 1), "proportional",
        "114.34", "退裤子：原价 129 - 分摊的优惠 14.66 = 应退 114.34 元",
    ),
    "what is kept still reaches the tier": (
        "399.00 129.00", TIER, (0, 1), "recalculate",
        "129.00", "留下的重新算：大衣 399，满300减40 → 359，券 20 → 339；货款实付 468 - 339 = 应退 129 元",
    ),
    "what is kept reaches it no more": (
        "200.00 129.00", only("tiers"), (0, 1), "recalculate",
        "89.00", "留下的重新算：大衣 200；货款实付 289 - 200 = 应退 89 元",
    ),
    "what is kept is worth more than was paid": (
        "299.00 1.00", only("tiers"), (0, 1), "recalculate",
        "0.00", "留下的重新算：大衣 299；货款实付 260，比留下的价钱少，这次没有可退的货款",
    ),
    "the same, shared": (
        "299.00 1.00", only("tiers"), (0, 1), "proportional",
        "0.87", "退裤子：原价 1 - 分摊的优惠 0.13 = 应退 0.87 元",
    ),
    # Two pieces at 9.5折 fall below the tier that one piece reaches alone: 29.25 would be above 5.00.
    "never more than the list price": (
        "310.00 5.00", only("per_piece", "tiers"), (0, 1), "recalculate",
        "5.00",
        "留下的重新算：大衣 310，满300减40 → 270；货款实付 299.25 - 270 = 29.25，不超过退回商品的原价，应退 5 元",
    ),
    "no discount": (
        "50.00x2", only("tiers"), (1,), "proportional",
        "50.00", "退大衣：原价 50，没有用到优惠，应退 50 元",
    ),
    "one of three, the odd fen first": (
        "0.05x3", only(coupon={"minus": "0.05"}), (1,), "proportional",  # 0.10 paid for three: 0.04, 0.03, 0.03
        "0.04", "退大衣：原价 0.05 - 分摊的优惠 0.01 = 应退 0.04 元",
    ),
    "everything": (
        "399.00 129.00", TIER, (1, 1), "proportional",
        "468.00", "退大衣、裤子：原价 528 - 分摊的优惠 60 = 应退 468 元",
    ),
    "everything, priced again": (
        "399.00 129.00", TIER, (1, 1), "recalculate",
        "468.00", "全部退回，货款实付 468，应退 468 元",
    ),
    "bought with every 300": (
        "300.00x2", only("every"), (1,), "recalculate",
        "260.00", "留下的重新算：大衣 300，每满300减40 → 260；货款实付 520 - 260 = 应退 260 元",
    ),
    "freight is not charged again": (
        "60.00x2", only("freight"), (1,), "recalculate",
        "60.00", "留下的重新算：大衣 60；货款实付 120 - 60 = 应退 60 元",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", WORKED)
def test_worked_examples(name: str) -> None:
    lines, rules, pieces, policy, goods, text = WORKED[name]
    found = refund(price_in_hand(basket(lines), rules), pieces, policy=policy)
    assert (str(found.goods), found.text) == (goods, text)
    assert found.freight == 0


def test_a_quality_fault_returns_the_freight_once() -> None:
    price = price_in_hand(basket("50.00x3"), only("freight"), region="西藏")
    first = refund(price, [1], fault=True)
    assert first.text == "退大衣：原价 50，没有用到优惠，应退 50 元，质量问题再退运费 8 元，一共退 58 元"
    assert (first.freight, first.total) == (Decimal("8.00"), Decimal("58.00"))
    assert refund(price, [1], before=[first], fault=True).freight == 0


def test_freight_has_no_say_in_what_is_kept() -> None:
    """For 54.00×2 两件9.5折 saves 5.40 and 15.00 freight, the coupon 20.00: without freight the coupon is better."""
    rules = only(
        "per_piece",
        coupon={"minus": 20},
        not_stackable=[["per_piece", "coupon"]],
        freight={"fee": 15, "free_from": 99},
    )
    found = refund(price_in_hand(basket("54.00x3"), rules), (1,), policy="recalculate")
    assert found.text == "留下的重新算：大衣 54×2 = 108，券 20 → 88；货款实付 142 - 88 = 应退 54 元"
    assert not any("运费" in reason for reason in found.reasons)


def test_a_later_return_counts_the_earlier_ones() -> None:
    price = price_in_hand(basket("399.00 129.00"), TIER)
    first = refund(price, (0, 1), policy="recalculate")
    last = refund(price, (1, 0), policy="recalculate", before=[first])
    assert last.text == "全部退回，货款实付 468 - 已退 129 = 应退 339 元"
    assert first.goods + last.goods == price.goods


def test_what_the_platform_paid_out_before_limits_the_rest() -> None:
    price = price_in_hand(basket("399.00 129.00"), TIER)
    kind = Refund((0, 1), Decimal("200.00"))
    last = refund(price, (1, 0), before=[kind])
    assert last.text.endswith("= 353.66，前面已退 200，最多还能退 268 元")
    assert refund(price, (1, 0), before=[Refund((0, 1), Decimal("500.00"))]).goods == 0


def test_each_line_is_explained() -> None:
    price = price_in_hand(basket("399.00 129.00"), TIER)
    assert refund(price, (1, 1)).reasons == (
        "大衣：退 1 件，原价 399.00，实付 353.66",
        "裤子：退 1 件，原价 129.00，实付 114.34",
    )
    assert refund(price, (0, 1), policy="recalculate").reasons[-1] == (
        "还在手里的货款 468.00，留下的值 339.00，退回的原价 129.00"
    )


@pytest.mark.parametrize(
    ("pieces", "said"),
    [
        ((1,), "`pieces` has 1 counts for 2 lines"),
        ((0, 0), "nothing is returned: give at least one piece"),
        ((0, 3), "`裤子`: only 1 pieces can still be returned"),
        ((-1, 1), "`pieces` of line 1 is -1: give a whole number"),
        ((1.0, 0), "`pieces` of line 1 is 1.0: give a whole number"),
    ],
)
def test_only_pieces_of_the_order_can_come_back(pieces: Pieces, said: str) -> None:
    price = price_in_hand(basket("399.00 129.00x2"), TIER)
    with pytest.raises(InvalidInput, match=said):
        refund(price, pieces, before=[Refund((0, 1), Decimal("100.00"))])


def test_an_earlier_refund_is_an_amount() -> None:
    price = price_in_hand(basket("399.00 129.00"), TIER)
    with pytest.raises(InvalidInput, match="give yuan as Decimal with two places"):
        refund(price, (1, 0), before=[Refund((0, 1), Decimal("100"))])


def test_what_the_platform_took_off_beside_our_rules_is_shared_as_well() -> None:
    price = as_paid(price_in_hand(basket("399.00 129.00"), TIER), Decimal("450.00"))
    assert price.paid == (Decimal("340.06"), Decimal("109.94"))  # 78 × 399/528 = 58.943…, 78 × 129/528 = 19.056…
    assert refund(price, (0, 1)).text == "退裤子：原价 129 - 分摊的优惠 19.06 = 应退 109.94 元"
    assert price.text == "大衣 399 + 裤子 129 = 528，实付 450 元"
    assert price.reasons == ("实付 450.00，按店铺规则算是 468.00：按实付的算",)


def test_what_was_paid_as_the_rules_say_changes_nothing() -> None:
    price = price_in_hand(basket("399.00 129.00"), TIER)
    assert as_paid(price, Decimal("468.00")) is price


def test_more_than_list_price_and_freight_was_never_paid() -> None:
    price = price_in_hand(basket("90.00"), only("freight"))
    assert as_paid(price, Decimal("98.00")).freight == Decimal("8.00")
    with pytest.raises(InvalidInput, match="more than list price and freight together") as refused:
        as_paid(price, Decimal("98.01"))
    assert refused.value.details[0].field == "paid"


@st.composite
def orders(draw: st.DrawFn) -> Price:
    """As the rules make it, or with whatever else the platform took off."""
    price = price_in_hand(draw(baskets), draw(rules()))
    most = to_fen(price.original + price.freight)
    return as_paid(price, yuan_of(draw(st.integers(0, most)))) if draw(st.booleans()) else price


@given(price=orders())
def test_what_was_paid_is_shared_to_the_fen(price: Price) -> None:
    assert sum(price.paid) == price.goods
    assert all(0 <= paid <= line.price * line.quantity for paid, line in zip(price.paid, price.lines, strict=True))


def one_by_one(price: Price, sequence: list[int], policy: Policy, faults: list[bool]) -> list[Refund]:
    """The refunds when the pieces of these lines come back one after the other."""
    done: list[Refund] = []
    for line, fault in zip(sequence, faults, strict=True):
        pieces = [int(at == line) for at in range(len(price.lines))]
        done.append(refund(price, pieces, policy=policy, before=done, fault=fault))
    return done


def all_pieces(lines: tuple[Line, ...]) -> list[int]:
    return [at for at, line in enumerate(lines) for _ in range(line.quantity)]


@pytest.mark.parametrize("policy", POLICIES)
@given(price=orders())
def test_returning_everything_returns_exactly_what_was_paid(policy: Policy, price: Price) -> None:
    everything = [line.quantity for line in price.lines]
    assert refund(price, everything, policy=policy).total == price.goods
    assert refund(price, everything, policy=policy, fault=True).total == price.total


@pytest.mark.parametrize("policy", POLICIES)
@given(price=orders(), data=st.data())
def test_one_by_one_in_any_order_all_is_returned_and_never_more(
    policy: Policy, price: Price, data: st.DataObject
) -> None:
    sequence = data.draw(st.permutations(all_pieces(price.lines)))
    faults = data.draw(st.lists(st.booleans(), min_size=len(sequence), max_size=len(sequence)))
    done = one_by_one(price, sequence, policy, faults)
    assert sum(one.goods for one in done) == price.goods
    assert sum(one.freight for one in done) == (price.freight if any(faults) else 0)
    for line, one in zip(sequence, done, strict=True):
        assert 0 <= one.goods <= price.lines[line].price
        assert one.goods.as_tuple().exponent == one.freight.as_tuple().exponent == -2


@given(price=orders(), data=st.data())
def test_in_proportion_a_part_returned_at_once_or_one_by_one_gives_the_same(price: Price, data: st.DataObject) -> None:
    part = data.draw(st.permutations(all_pieces(price.lines)))
    part = part[: data.draw(st.integers(1, len(part)))]
    at_once = refund(price, [part.count(at) for at in range(len(price.lines))])
    assert sum(one.goods for one in one_by_one(price, part, "proportional", [False] * len(part))) == at_once.goods


@given(price=orders(), data=st.data())
def test_whatever_was_paid_out_before_the_sum_stays_within_what_was_paid(price: Price, data: st.DataObject) -> None:
    """Policies mixed, and refunds as a platform made them."""
    done: list[Refund] = []
    for line in data.draw(st.permutations(all_pieces(price.lines))):
        pieces = tuple(int(at == line) for at in range(len(price.lines)))
        left = price.goods - sum((one.goods for one in done), Decimal("0.00"))
        if data.draw(st.booleans()):
            done.append(Refund(pieces, data.draw(st.sampled_from([Decimal("0.00"), left]))))
        else:
            done.append(refund(price, pieces, policy=data.draw(st.sampled_from(POLICIES)), before=done))
        assert 0 <= done[-1].goods <= left


# --- returns before this one ---------------------------------------------------------------------------------------


def test_a_return_before_is_worked_out_by_the_rules_unless_its_amount_is_known() -> None:
    price = price_in_hand(basket("399.00 129.00x2"), TIER)
    by_rules, as_told = Earlier((0, 1)), Earlier((0, 1), Decimal("100.00"), Decimal("8.00"))
    assert made_before(price, [by_rules]) == [refund(price, (0, 1))]
    assert made_before(price, [as_told]) == [Refund((0, 1), Decimal("100.00"), Decimal("8.00"))]
    found = refund(price, (0, 1), before=made_before(price, [as_told]))
    assert found.reasons[-1] == "前面退过 1 件，已退货款 100.00"


@pytest.mark.parametrize(("earlier", "nth"), [([(0, 2), (0, 1)], 1), ([(2, 0)], 0), ([(1,)], 0)])
def test_a_return_before_that_cannot_have_been_is_named(earlier: list[Pieces], nth: int) -> None:
    price = price_in_hand(basket("399.00 129.00x2"), TIER)
    for goods in (None, Decimal("1.00")):
        with pytest.raises(InvalidInput) as refused:
            made_before(price, [Earlier(tuple(pieces), goods) for pieces in earlier])
        assert refused.value.details[0].field == f"before.{nth}.pieces"


@pytest.mark.parametrize("policy", POLICIES)
@given(price=orders(), data=st.data())
def test_all_pieces_in_any_number_of_steps_give_back_exactly_what_was_paid(
    policy: Policy, price: Price, data: st.DataObject
) -> None:
    """Each step is worked out anew from what was sent back before, as when it is asked for on another day."""
    pieces = data.draw(st.permutations(all_pieces(price.lines)))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(pieces) - 1)))) if len(pieces) > 1 else []
    steps = [pieces[start:end] for start, end in zip([0, *cuts], [*cuts, len(pieces)], strict=True)]
    earlier: list[Earlier] = []
    goods = Decimal("0.00")
    for step in steps:
        counts = tuple(step.count(at) for at in range(len(price.lines)))
        goods += refund(price, counts, policy=policy, before=made_before(price, earlier, policy)).goods
        earlier.append(Earlier(counts))
    assert goods == price.goods
