"""By when an agent promised to come back, and what is no answer yet, by tables of wordings."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.promises import FARTHEST, LONGEST_QUOTE, promised_by, quote
from assistant.domain.speech import says_more_than_wait
from assistant.domain.yaml_tables import read_tables

ZONE = ZoneInfo("Asia/Shanghai")
TEN = datetime(2026, 11, 11, 10, tzinfo=ZONE)

AFTER_MINUTES = """
收到，我核实下，2分钟内回您 = 2 | 十分钟内回您 = 10 | 5分钟后给您答复 = 5 | 半小时内回复您 = 30
一刻钟后回您 = 15 | 一个半小时后联系您 = 90 | 1个半小时内给您回复 = 90 | 1.5小时内给您回复 = 90
3-5分钟给您答复 = 5 | 3~5分钟内回您 = 5 | 两三分钟告诉您 = 3 | 亲，我去仓库问一下，二十分钟左右给您回话哦 = 20
二十五分钟后给您消息 = 25 | 15分钟左右给亲消息哦 = 15 | 2分钟内，给您回复 = 2 | 大概5分钟，查到了告诉您 = 5
等我两分钟，马上回来 = 2 | 亲，我帮您查一下，一两分钟就回来 = 2
亲，让您久等了，这边还在核实，再给我3分钟，一有结果马上告诉您 = 3 | 24小时内会有专员联系您 = 1440
马上帮您核实，半小时内回复您 = 30 | I'll get back to you within 5 minutes = 5 | 十分鐘內給您答覆 = 10
两小时内给您结果 = 120
"""
AT_THE_CLOCK = """
下午三点前给您答复 = 11 15:00 | 3点前给您答复 = 11 15:00 | 11点前回复您 = 11 11:00 | 9点前给您答复 = 11 21:00
明天上午10点前给您回电 = 12 10:00 | 明早9点给您电话 = 12 09:00 | 明天3点前联系您 = 12 15:00
今晚八点前给您消息 = 11 20:00 | 16:00前给您答复 = 11 16:00 | 今天9点前给您答复 = 11 21:00
22：30前给您答复 = 11 22:30 | 今天6点前给您答复 = 11 18:00 | 晚上12点前给您消息 = 12 00:00
中午十二点半前回您 = 11 12:30 | 后天下午两点给您回电 = 13 14:00
"""
NO_TIME = """
稍后给您回复 | 几分钟后回您 | 十几分钟给您回复 | 明天给您回电 | 快一点给您回复 | 5分钟前给您回复过了
三个工作日内给您答复 | 24小时内给您补发 | 今天18:00前给您发出 | 48小时内发货
您的快递3小时内送达，有问题我稍后联系您 | 请稍等 | 请给我一两分钟 | 25点前给您答复 | 30天内给您答复
两天内给您发出 | M码有货的 | 您可以10分钟后再试试
"""
NO_ANSWER = """
请稍等 | 我看看 | 好的 | 在的亲 | 收到 | 您稍等，马上为您查询 | 亲亲，请您稍等一下哦，这边马上为您核实处理
稍等一下哦，我看看 | 我去问下仓库 | 帮您看一下 | 亲，还在核实中，没有忘记您，有了结果马上跟您说
亲，这个要问一下仓库的同事，问到了马上告诉您 | 亲，系统这会儿有点慢，我再刷新一下，请您稍等
亲，正在看您的订单记录，请给我一两分钟 | 不好意思让您久等了 | 稍后给您回复 | 马上核实情况，请您稍等哈
您好，有什么可以帮您的吗 | 请问还有其他可以帮到您的吗？ | 收到，我核实下，2分钟内回您 | let me check
请问还有什么可以为您服务的吗 | 亲，现在咨询的朋友比较多，我按顺序回复，您先把问题留给我 | please wait a moment
明白了亲，我问一下
"""
ANSWER = """
M码有货的 | 可以的 | 不可以哦 | 没问题 | 有的 | 没有呢 | 是的 | 查到了，M码有货 | 我查了下，您的快递到杭州了
[图片] | https://a.example/c | 亲，您看一下详情页的尺码表 | 麻烦您提供下订单号 | 已经帮您备注了 | 好的，已经改好了
建议选L码 | 3天内发货 | 亲，久等了，查到了，是中通，明天到 | 我看您身高穿M码 | 亲，这边看到您的订单已发货
您要哪款呢 | 39元 | 三天左右 | 一个工作日 | 稍等，运费改过了 | 24小时内给您补发 | 明天给您发出
Yes, it is 100% cotton | 这个不能确认呢 | 您先看下尺码表
"""


def pairs(table: str) -> list[tuple[str, str]]:
    return [(text.strip(), due.strip()) for text, due in (row.split(" = ") for row in phrases(table))]


def phrases(table: str) -> list[str]:
    return [phrase for line in table.split("\n") for phrase in line.split(" | ") if phrase]


@pytest.mark.parametrize(("text", "minutes"), pairs(AFTER_MINUTES))
def test_a_while_counts_from_the_message(text: str, minutes: str) -> None:
    assert promised_by(text, TEN, ZONE) == TEN + timedelta(minutes=int(minutes))


@pytest.mark.parametrize(("text", "due"), pairs(AT_THE_CLOCK))
def test_an_hour_is_the_next_one_that_can_be_meant(text: str, due: str) -> None:
    found = promised_by(text, TEN, ZONE)
    assert found is not None
    assert found.strftime("%d %H:%M") == due


@pytest.mark.parametrize("text", phrases(NO_TIME))
def test_what_names_no_time_to_come_back_has_none(text: str) -> None:
    assert promised_by(text, TEN, ZONE) is None


@pytest.mark.parametrize("text", phrases(NO_ANSWER))
def test_asking_to_wait_is_no_answer(text: str) -> None:
    assert not says_more_than_wait(text)


@pytest.mark.parametrize("text", phrases(ANSWER))
def test_an_answer_is_one(text: str) -> None:
    assert says_more_than_wait(text)


SOMETIME = datetime(2020, 1, 1)  # noqa: DTZ001 - the strategy wants it so
TENS = st.sampled_from(["", "二", "三", "四", "五"])
ONES = st.sampled_from("零一二三四五六七八九")
AROUND = st.sampled_from(["", "亲，", "收到，我核实下，", "让您久等了，"])
AFTER = st.sampled_from(["", "哦", "～", "，请您稍等", "😊"])


@given(n=st.integers(1, 600), before=AROUND, after=AFTER, at=st.datetimes(SOMETIME, SOMETIME + timedelta(days=3650)))
def test_any_number_of_minutes_is_kept_to_the_second(n: int, before: str, after: str, at: datetime) -> None:
    said = at.replace(tzinfo=ZONE)
    assert promised_by(f"{before}{n}分钟内回您{after}", said, ZONE) == said + timedelta(minutes=n)


@given(tens=TENS, ones=ONES)
def test_numbers_in_words_are_numbers(tens: str, ones: str) -> None:
    minutes = (1 + "一二三四五".index(tens) if tens else 1) * 10 + "零一二三四五六七八九".index(ones)
    text = f"{tens}十{ones.replace('零', '')}分钟内给您答复"
    assert promised_by(text, TEN, ZONE) == TEN + timedelta(minutes=minutes)


@given(
    text=st.lists(st.sampled_from(list("25三十半点分钟小时天内前后明今晚给您回复稍等，。:~ ")), max_size=40).map(
        "".join
    )
)
def test_whatever_is_read_lies_ahead_and_not_too_far(text: str) -> None:
    found = promised_by(text, TEN, ZONE)
    assert found is None or TEN < found <= TEN + FARTHEST
    assert len(quote(text, TEN, ZONE)) <= LONGEST_QUOTE
    assert says_more_than_wait(text) in {True, False}


def test_the_words_of_a_promise_are_quoted_as_they_were_written() -> None:
    assert quote("收到，我核实下，2分钟内回您～", TEN, ZONE) == "2分钟内回您"
    assert quote("大概5分钟，查到了告诉您", TEN, ZONE) == "大概5分钟，查到了告诉您"
    assert quote("啊" * 100 + "2分钟内回您", TEN, ZONE).endswith("…")


# --- the tables ----------------------------------------------------------------------------------------------------


def complaints(**rows: str) -> list[tuple[str, str]]:
    files = {f"{name}.yaml": text for name, text in rows.items()}
    situation = "situations: [{id: s, name: n, goal: g, replies: [{id: r, text: 好}]}]"
    return [(str(one.message), str(one.advice)) for one in read_tables({**files, "s.yaml": situation})[1]]


def holding(text: str, id: str = "hold") -> str:
    return f"quick_replies: [{{id: {id}, title: 占位, holding: true, text: '{text}'}}]"


def test_a_holding_reply_that_says_by_when_passes() -> None:
    assert complaints(a=holding("收到，5分钟内回您")) == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("请稍等", "does not say by when"),
        ("稍后给您回复", "does not say by when"),
        ("{{ buyer.nickname }}，5分钟内回您", "something to fill in"),
        ("收到，___分钟内回您", "something to fill in"),
    ],
)
def test_a_holding_reply_that_alt_0_could_not_use_is_complained_about(text: str, message: str) -> None:
    ((found, advice),) = complaints(a=holding(text))
    assert message in found
    assert advice


def test_only_one_reply_is_the_holding_one_and_only_one_row_keeps_promises() -> None:
    assert len(complaints(a=holding("5分钟内回您"), b=holding("3分钟内回您", "other"))) == 1
    rows = "{id: %s, name: n, on: agent.promised, reply: s}"
    assert complaints(a=f"touchpoints: [{rows % 'one'}]") == []
    assert len(complaints(a=f"touchpoints: [{rows % 'one'}, {rows % 'two'}]")) == 1


def test_nothing_restarts_a_promise() -> None:
    row = "touchpoints: [{id: p, name: n, on: agent.promised, reply: s, restart_on: [buyer.spoke]}]"
    ((found, _),) = complaints(a=row)
    assert "when it was promised" in found
