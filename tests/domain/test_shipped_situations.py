"""What the shipped table recognises, and what it keeps silent on. The wordings here stand in no shipped list."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.domain.fitting import fit
from assistant.domain.recognition import Recogniser
from assistant.domain.scripts import Scripts
from assistant.domain.yaml_tables import read_tables

ROOT = Path(__file__).resolve().parents[2]

ASKED = {
    "price-too-high": ["老板，价钱还能少点不", "这也太贵了吧，便宜些呗"],
    "shipping-time": ["今天拍的话啥时候可以发走", "大概哪天能送到我手里呀", "现在拍还有多久能到成都"],
    "stock-check": ["前天看的那条裙子还有吗"],
    "urge-shipping": ["说好昨天就给我发的"],
    "invoice": ["麻烦帮我开个公司抬头的专票", "我的发票开成个人了，想重新开"],
    "check-address": ["收货地址我填错了，麻烦改一下", "换个手机号收货可以不"],
    "cancel-order": ["这单我不要了，帮我取消下"],
    "seven-day-return": ["买回来不太合适，想退货怎么操作"],
    "exchange-size": ["尺码小了，给我换大一号行不行"],
    "refund-progress": ["退款好几天了，钱怎么还没到账"],
    "price-protection": ["昨天刚买今天就降价，差价退我吧"],
    "repair": ["用坏了，保修期内怎么报修"],
    "signed-not-received": ["系统写着签收，可我压根没拿到东西"],
    "missing-items": ["我买了两个，怎么盒子里就一个"],
    "arrived-damaged": ["一拆开就是碎的，路上摔坏了吧"],
    "thickness-and-warmth": ["这款厚不厚啊", "穿上暖不暖和", "大冬天单穿会冷不"],
    "wants-a-person": ["给我转个人工"],
}
# Halves of sentences, details, courtesy, and matters of which the table has no row.
SILENT = [
    "好的，麻烦你了", "嗯，那我再等一等", "原来的价格是这个吗", "我用白条付的", "什么型号呀",
    "早上九点以后", "商家编号发你了", "我住三楼", "那个是我弟弟", "登录不上账号收不到验证码",
    "我们店铺的商品什么时候审核上架", "话费充错号码了", "哦哦原来是这样", "😀😀", "13800000000",
]  # fmt: skip


@pytest.fixture(scope="module")
def recogniser() -> Recogniser:
    files = {f"scenarios/{path.name}": path.read_text(encoding="utf-8") for path in (ROOT / "scenarios").glob("*.yaml")}
    files |= {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "scenarios/situations").glob("*.yaml")}
    scripts: Scripts = read_tables(files)[0]
    rows = scripts.situations
    return fit({r.id: r.phrases for r in rows}, {r.id: r.name for r in rows}, scripts.small_talk, scripts.synonyms)


@pytest.mark.parametrize(("situation", "said"), [(key, said) for key, texts in ASKED.items() for said in texts])
def test_an_everyday_question_in_other_words_comes_among_the_first_two(
    recogniser: Recogniser, situation: str, said: str
) -> None:
    ranking = recogniser.rank(said)
    assert situation in ranking.ids[:2]
    assert ranking.offer


@pytest.mark.parametrize("said", SILENT)
def test_what_states_no_situation_gets_no_card(recogniser: Recogniser, said: str) -> None:
    assert not recogniser.rank(said).offer
