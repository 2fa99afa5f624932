"""What messages do, by tables of wordings: one phrase between two bars, each with its answer."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.domain.speech import closes, objects, postpones, promises, tells_promotion

Judge = Callable[[str], bool]

PROMOTION = """
全场满199减20 | 满99包邮哦 | 首页有优惠券可以领取哦 | 亲，第二件半价呢 | 现在全店8折 | 拍下立减10元
我们有满减活动，满200减30 | 现在是活动价99元 | 拍两件送一件 | 送您一份小礼品 | 今天下单送赠品
到手价只要59 | 亲可以领取店铺优惠券 | 新人下单立减5元 | 多件优惠哦，两件9折 | 给您包邮吧
现在正在做活动哦，很划算 | 双11活动期间全场五折 | 买二送一 | 没有其他优惠了，可以领优惠券使用哦
这边给您优惠5元，您看可以吗 | 亲，店铺有活动，满300减40 | 我给您发张10元优惠券 | 今天有限时秒杀
三件包邮 | 会员享95折 | 两件打九折 | 我们都是包邮的哦 | 现在买送运费险 | 送您两包试吃 | 领券下单更划算
聚划算价格79元 | 这款正在促销 | 今天是活动最后一天，满减很划算哦 | 给您便宜10块钱吧 | 小店新品上市有优惠
收藏店铺领5元红包 | 关注有礼，送3元券 | 加购两件享8.8折 | 换季清仓，全部特价 | 前100名下单免单
节日礼盒立省30元 | 叠加平台券更优惠 | 直播间专享价 | 您拍下我给您改价，减20元 | 现在下单还有赠品
您用券后是88元 | 两件起享折上折
"""
NO_PROMOTION = """
没有优惠了 | 活动已经结束了 | 不好意思没有活动哦 | 优惠券已经过期了 | 我们不包邮的 | 已经是最低价了
没有赠品了呢 | 您领了优惠券吗 | 您用的是哪张优惠券 | 您的优惠券会原返 | 这边给您申请价保
退款包含优惠券金额 | 差价退给您 | 您看的是哪个活动呢 | 活动还没开始哦 | 价格优惠不了呢 | 给您补发赠品
您收到赠品了吗 | 不能再便宜了哦 | 亲，我们不议价的 | 优惠券不能叠加使用 | 您是说优惠券用不了吗
请问是什么优惠 | 今天发货哦 | 好评返现3元 | 您好在的 | 给您送货上门 | 这款是纯棉的 | 赠品漏发了给您补寄
抱歉，给您补偿10元优惠券 | 打折商品不支持价保 | 亲，不打折的哦 | 活动价保不了 | 有什么可以帮您
券不能和满减同享 | 运费需要您承担哦 | 暂时没有促销活动 | 送到您家楼下 | 骨折了 | 曲折的故事 | 送祝福给您
折叠款的 | 免费安装 | 验证码发送一次就行 | 减少磨损 | 活动期间不改地址的
"""
PROMISE = """
稍后给您回复 | 10分钟内给您答复 | 今天内给您答复 | 我帮您核实后联系您 | 一会儿给您回复哦
我问一下仓库，马上告诉您 | 明天给您回电 | 24小时内会有专员联系您 | 我查一下，等下回复您
有消息第一时间通知您 | 到货了通知您 | 今天下班前给您处理好 | 我们会在明天中午12点前给您回电，您看可以吗
我这就去核实，晚点给您回话 | 今天给您补发 | 这边确认好了告诉您 | 两小时内给您结果 | 核实清楚会短信告知您
我先记录下来，明早联系您 | 处理好了第一时间告诉您 | 下午三点前给您答复 | 我问下厂家，问到了回您
稍等我查一下马上回复您 | 今天一定给您发出 | 三天内给您处理 | 我反馈给主管，稍后联系您 | 周一给您回复
明天帮您催一下快递 | 专员会在48小时内回电给您 | 晚上八点前给您安排发货 | 这边登记了，有货马上通知您
我们尽快给您回复 | 我去仓库看一眼，五分钟后回您 | 查到结果马上告诉您 | 明天上午十点前联系您
主管稍后会给您回电 | 马上帮您核实，半小时内回复您 | 今晚给您消息 | 后天之前给您答复 | 有进展我联系您
售后同事今天会联系您
"""
NO_PROMISE = """
请稍等 | 您稍等一下 | 正在为您查询 | 快递员会联系您的 | 预计明天送到 | 退款1-3个工作日到账
您可以明天再来看看 | 您稍后再试试 | 有什么可以帮您 | 有问题随时联系我 | 您今天收到了吗 | 已经给您回复了
无法今天回复您 | 商家会在48小时内审核 | 请您耐心等待 | 订单预计明天到达 | 系统会短信通知您
今天发货的哦 | 16点前付款当天发货 | 明天就涨价了 | 昨天给您回复过了 | 需要给您回电吗
建议您晚点再联系我们 | 好的呢 | 感谢您的光临 | 好评后截图 | 今天天气不错 | 您稍后给个评价哦
您明天有空吗 | 物流会在明天更新 | 马上为您查询 | 立刻为您核实，请稍等 | 师傅会提前联系您 | 有事您说话
这款今天有货 | 您明天几点在家 | 稍等一下哦，我看看 | 不能保证明天到 | 随时为您服务 | 您好，在的
这是昨天刚到的新货
"""
OBJECTION = """
不要了 | 算了 | 那算了吧 | 不买了 | 太贵了 | 别再发了 | 不需要 | 不需要了，谢谢 | 不考虑了 | 别催了
太贵了吧 | 我不想要了 | 不想买了 | 不买了太贵了 | 别发了 | 不用了 | 不用了，谢谢 | 不感兴趣 | 没兴趣
别再给我发消息了 | 不要再发了 | 已经在别家买了 | 别人家比你便宜 | 超预算了 | 不划算 | 没钱了 | 不合适
这个我不喜欢 | 取消吧 | 不要了怎么取消 | 我不要了 | 先不买了 | 算了不要了 | 太贵，不买 | 买不起
换一家了 | 不下单了 | 老婆不让买，不要了 | 别烦我了 | 不要催我 | 退订 | 你们太贵了 | 运费太贵了
不用了已经买了 | 不想要了，退了吧 | 不值这个价 | 不拍了 | 不需要呢 | 不想买 | 太贵了能便宜点吗
"""
NO_OBJECTION = """
我看看 | 晚上付 | 考虑一下 | 等会付 | 再想想 | 能便宜点吗 | 有点贵 | 能便宜点嘛 | 有点小贵
不要红色，要黑色 | 不需要发票 | 不要了可以退吗 | 算了一下还差多少 | 如果不要了能退吗 | 不喜欢可以退吗
不合适可以换吗 | 我打算了解一下 | 算了就要这个吧 | 贵不贵 | 会不会太贵 | 是不是太贵了 | 不太贵
发票不要了 | 什么时候发货 | 别发错了 | 别忘了送赠品 | 不要发顺丰 | 不要太大的 | 要不要钱 | 不用改地址
好的 | 你好 | 考虑考虑 | 我再看看 | 不知道 | 不要辣的 | 先不付，等工资 | 贵州发货吗 | 不急
红色的不要，要黑色的 | 算了我直接拍吧 | 怎么不发货 | 不能用吗 | 要不了这么多 | 质量好不好 | 不需要安装吗
快点发货别拖了 | 别家有吗 | 不懂 | 我再比较一下 | 不用谢 | 订单取消了怎么还没退款 | 我的订单怎么被取消了
"""
CLOSING = """
好的 | 谢谢 | 嗯嗯 | 知道了 | 好的谢谢 | 嗯嗯，知道了 | 好滴，谢谢亲 | ok | OK谢谢 | 好的👌 | 👌 | 好吧
明白了 | 了解 | 收到 | 辛苦了 | 谢谢啦~ | 好的，麻烦您了 | 没事了谢谢 | 没有了 | 再见 | 拜拜 | 好哒
哦哦 | 哦，好的 | 嗯 | 嗯嗯好的 | 谢谢你哈 | 非常感谢 | 好的好的 | 行，谢谢 | 嗯，谢谢客服 | 不用了谢谢
没有其他问题了 | 好嘞 | 谢了 | 多谢 | 感谢亲 | 好的明白 | 哦哦知道啦 | 晚安 | thanks | 辛苦您啦
"""
NOT_CLOSING = """
好的，什么时候发货 | 谢谢，能便宜点吗 | 知道了，那帮我改地址 | 好的吗 | 收到货了 | 没收到 | 没有收到
好看吗 | ？ | 行吗 | 可以吗 | 可以 | 是的 | 不好 | 好用吗 | 好贵 | 你好 | 您好 | 好久了 | 嗯？
收到了吗 | 谢谢，我要红色 | 好的我拍了 | 知道了你们什么时候发 | 好吃吗 | 了解一下这款 | 不知道 | 清楚吗
没事吧，破了怎么办 | 在吗 | 亲 | 红色 | 发货了吗 | 谢谢，再发一件 | 好大 | 好小啊 | 要两件 | 哦？多少钱
嗯，要L码 | 明白了，怎么退 | 好评有礼吗
"""
POSTPONEMENT = """
晚上付 | 晚上8:30付 | 8点15分付款 | 等会付 | 明天再拍 | 晚点付款
下班再付 | 明天发工资再买 | 我晚上再买 | 一会付 | 等我回家付
过几天再买 | 到时候再说 | 等下班了付 | 今晚八点付 | 明早拍 | 周末再下单 | 晚上回去付款 | 等活动再买
等一下付 | 待会拍 | 有空再拍 | 晚上付可以吗 | 月底再买 | 半小时后付 | 改天再买 | 明天下单 | 回头再拍
等发了工资付 | 后天再拍吧 | 我下午付 | 中午再付款 | 晚些下单 | 等孩子睡了再买 | 吃完饭付
先放购物车，晚上再拍 | 下个月再买 | 明晚付 | 过会儿付 | 10点再付 | 等老公回来再付 | 两小时后付款
"""
NO_POSTPONEMENT = """
几点付款的 | 晚上发货吗 | 昨天晚上付的款 | 明天能到吗 | 我看看 | 考虑一下 | 再想想 | 什么时候付尾款 | 今天能发货吗
刚才付了 | 付了 | 我付款了 | 明天付款还有优惠吗 | 下午送货 | 等快递 | 等好久了 | 今天买了 | 晚上付过了
好的 | 明天发吗 | 不要了 | 今天拍的什么时候发 | 晚上用的 | 明天来不来 | 等不及了 | 现在付 | 马上付
已经拍了 | 怎么付款 | 付不了款 | 明天给我发货 | 晚上收到了 | 下午到的 | 能货到付款吗 | 我上午买的
昨天拍的 | 不买了 | 太贵了 | 今天下单几天到 | 等你回复 | 多久能到 | 付款方式有哪些
"""


def _phrases(table: str) -> list[str]:
    return [phrase for line in table.split("\n") for phrase in line.split(" | ") if phrase]


JUDGED: dict[Judge, tuple[list[str], list[str]]] = {
    tells_promotion: (_phrases(PROMOTION), _phrases(NO_PROMOTION)),
    promises: (_phrases(PROMISE), _phrases(NO_PROMISE)),
    objects: (_phrases(OBJECTION), _phrases(NO_OBJECTION)),
    closes: (_phrases(CLOSING), _phrases(NOT_CLOSING)),
    postpones: (_phrases(POSTPONEMENT), _phrases(NO_POSTPONEMENT)),
}
YES = [(judge, phrase) for judge, (phrases, _) in JUDGED.items() for phrase in phrases]
NO = [(judge, phrase) for judge, (_, phrases) in JUDGED.items() for phrase in phrases]
STATED = [(judge, phrase) for judge, phrase in YES + NO if phrase[-1] not in "吗么嘛呢吧？?"]
BEFORE = st.sampled_from(["", " ", "亲，", "\n"])
AFTER = st.sampled_from(["", " ", "  ", "~", "😊", " 🌹🌹"])
SCRAPS = st.lists(st.sampled_from(list("您要什么好的谢满减天付9，。？ 吗[]a-")), max_size=300)


@pytest.mark.parametrize(("judge", "phrase"), YES)
def test_a_wording_that_does_it_is_heard(judge: Judge, phrase: str) -> None:
    assert judge(phrase)


@pytest.mark.parametrize(("judge", "phrase"), NO)
def test_a_wording_that_only_looks_like_it_is_left_alone(judge: Judge, phrase: str) -> None:
    assert not judge(phrase)


@given(judged=st.sampled_from(YES + NO), before=BEFORE, after=AFTER)
def test_a_greeting_a_space_or_an_emoji_changes_no_answer(judged: tuple[Judge, str], before: str, after: str) -> None:
    judge, phrase = judged
    assert judge(before + phrase + after) == judge(phrase)


@given(judged=st.sampled_from(STATED), particle=st.sampled_from("哦哈呀啊"))
def test_a_polite_particle_changes_no_answer(judged: tuple[Judge, str], particle: str) -> None:
    judge, phrase = judged
    assert judge(phrase + particle) == judge(phrase)


@given(judged=st.sampled_from(YES + NO))
def test_full_width_and_half_width_writing_are_the_same(judged: tuple[Judge, str]) -> None:
    judge, phrase = judged
    assert judge(phrase.replace("？", "?").replace("，", ",")) == judge(phrase)


@given(judge=st.sampled_from(list(JUDGED)), text=st.text(max_size=400))
def test_any_text_gets_an_answer(judge: Judge, text: str) -> None:
    assert judge(text) in {True, False}


@given(judge=st.sampled_from(list(JUDGED)), parts=SCRAPS)
def test_nonsense_of_the_right_characters_gets_an_answer(judge: Judge, parts: list[str]) -> None:
    assert judge("".join(parts)) in {True, False}


def test_a_hidden_figure_is_a_figure() -> None:
    assert promises("[数字x]分钟内给您答复")
    assert tells_promotion("满[数字x]减[数字x]哦")


def test_an_objection_put_off_is_a_postponement_unless_it_is_stern() -> None:
    assert not objects("那算了，等发工资再买")
    assert objects("太贵了，等发工资再买")


@pytest.mark.parametrize("judge", list(JUDGED))
def test_a_pasted_wall_of_text_is_read_only_in_its_beginning(judge: Judge) -> None:
    phrase = JUDGED[judge][0][0]
    assert judge("。" * 500 + phrase) or judge is closes
    assert not judge("字" + "。" * 700 + phrase)
