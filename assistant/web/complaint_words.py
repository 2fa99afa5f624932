"""What is wrong with a trainer's row, in Chinese: rules say it in English, for files and for whoever reads English.

Not for finding anything wrong (`domain`). Each line is an English sentence with {places}, and the same in Chinese.
"""

from __future__ import annotations

import re
from functools import lru_cache

from assistant.web.form_names import FORMS
from assistant.web.texts import Catalogue

_SAID = """
did you mean `{a}`? → 是不是想写 `{a}`？
type { and choose from the list → 打一个 { ，从列表里选
use one of: {a} → 请从这些里选一个：{a}
unknown variable `{a}` → 没有变量 `{a}`
unknown condition `{a}` → 没有条件 `{a}`
unknown fact `{a}` → 没有事件 `{a}`
unknown key `{a}` in `{b}` → `{b}` 里没有 `{a}` 这一项
unknown key `{a}` → 没有 `{a}` 这一项
unknown stage `{a}` → 没有阶段 `{a}`
use a fact of the list in docs/tables.md → 请用 docs/tables.md 列出的事件
the handbook has no `{a}`: this cannot be sent → 口径里没有 `{a}`，这句话现在发不出去
the handbook has no `{a}` → 口径里没有 `{a}`
add `{a}: …` to shop.yaml → 请在口径里加一条 {a}
add `{a}: …` → 请补上 {a}
`{a}` is missing → 缺少{a}
`{a}` is empty → {a}还没有填
write a text → 请写上文字
write at least one → 至少写一个
write at least {a} characters → 至少写 {a} 个字
make it shorter → 请写短一点
split them up → 请分成几份
`{a}` is too short: `{b}` → {a} 太短：{b}
`{a}` is longer than {b} characters → {a} 超过了 {b} 个字
`{a}` has more than {b} rows → {a} 超过了 {b} 行
`{a}` must be text, not {b} → {a} 应当是文字
put it in quotes if it is meant as text → 如果本来就是文字，请加上引号
put it in quotes → 请加上引号
`{a}` must be a list → {a} 应当是一个列表
write [one, another], or one a line after `- ` → 请写成 [一个, 另一个]，或每行一个、前面加「- 」
`{a}` must have keys → {a} 里面要写成「名称: 值」
a row must have keys → 一行里面要写成「名称: 值」
write `- id: …` and the other keys below it → 请先写 - id: …，其他项写在它下面
begin each row with `- id: …` → 每一行请用 - id: … 开头
see docs/tables.md for its keys → 有哪些项，请看 docs/tables.md
see docs/tables.md for what belongs here → 这里该写什么，请看 docs/tables.md
`{a}` must be a whole number, not `{b}` → {a} 应当是整数，不能是 {b}
`{a}` must be a number, not `{b}` → {a} 应当是数字，不能是 {b}
`{a}` of `{b}` must be a number → {b} 的 {a} 应当是数字
`{a}` is below {b} → {a} 小于 {b}
`{a}` is above {b} → {a} 大于 {b}
write {a} or more → 请写 {a} 或更大的数
write {a} or less → 请写 {a} 或更小的数
`{a}` is no day: `{b}` → {a} 不是日期：{b}
`{a}` is no time of day: `{b}` → {a} 不是时刻：{b}
write hours and minutes in quotes, e.g. {a} → 请写时和分并加引号，例如 {a}
`{a}` is no amount: `{b}` → {a} 不是金额：{b}
`{a}` is no picture: `{b}` → {a} 不是图片：{b}
choose one on the scripts page → 请在话术页面的表单里选图片
write yuan in quotes, e.g. {a} → 请写元并加引号，例如 {a}
`{a}` cannot be a handbook key → `{a}` 不能当口径的编号
use small letters, digits and _, e.g. free_shipping → 请用小写字母、数字和 _，例如 free_shipping
`{a}` cannot be `` → {a}还没有填
`{a}` cannot be `{b}` → {a} 不能写成 {b}
use letters, digits and - without spaces, e.g. price-too-high → 请用字母、数字和 -，不要空格，例如 price-too-high
`{a}` is never `{b}` → {a} 不会是 {b}
`{a}` is not right: {b} → {a} 不对
write e.g. {a} → 例如写 {a}
write a duration such as 90s, 15m, 2h or 3d → 请写 90s、15m、2h 或 3d 这样的时长
a touchpoint starts with a fact: write it as `on` → 跟进要从一件事开始：请写 on
write it as `on` → 请写 on
a touchpoint starts with a fact → 跟进要从一件事开始
nothing starts this series → 没有写从哪件事开始反复提醒
write in `on` from which fact on it counts → 请选从哪件事开始算
`every` has one rhythm → 多久一次要写，而且只写一种
write one of `days`, `months` and `month_days` → 请写每几天、每几个月或每月几号里的一种
write a whole number of days from 1 to 366 → 请写 1 到 366 的整数
write a whole number of months from 1 to 24 → 请写 1 到 24 的整数
write days of the month from 1 to 31, e.g. {a} → 请写 1 到 31，几个就用顿号隔开，例如 1、15
what recurs keeps to its days: `{a}` says nothing here → 反复提醒的只按它的日子来，{a} 在这里没有用
write `after` or `before_deadline`, not both → after 和 before_deadline 只写一个
`{a}` is `{b}`: write `after` or `before_deadline`, not both → after 和 before_deadline 只能写一个
`valid_from` is after `valid_to` → 开始日期在结束日期之后
swap the two days → 请把两个日期对调
the reply id `{a}` is used twice in `{b}` → 话术编号 {a} 在 {b} 里用了两次
reply ids are unique within their situation: choose another → 同一个情景里编号不能重复，请换一个
`{a}` is an example of `{b}`, too → 情景「{b}」里也有「{a}」这句
leave it where it belongs: between the two one can only guess → 只留在该出的那个情景里，不然买家这样说时两边分不清
the reply `{a}` says the same as `{b}` → 话术 {a} 和 {b} 说的一样
write what is different for these buyers, or take one of the two away → 请写出给这些买家的不同说法，或者去掉其中一条
the replies `{a}` and `{b}` tie: both fit and neither is more specific → 话术 {a} 和 {b} 分不出先后：两条都合适，又一样具体
give one of them a narrower `for`, or add a reply for buyers both are meant for → 请把其中一条的「给谁」写窄一点，或给两条都合适的买家另加一条
only one reply of a situation can be for everybody: give the others a `for` → 一个情景只能有一条话术给所有人，其他的请写上「给谁」
the holding reply has something to fill in → 应急回复里有要填的变量
write plain words: Alt+0 inserts it at once → 请只写文字：Alt+0 会马上插入
the holding reply does not say by when the agent will be back → 应急回复没有说什么时候回来
write it into the text, e.g. {a}: that time is the promise → 请写进去，例如「2分钟内回您」，这个时间就是承诺
a promise is due when it was promised: nothing restarts it → 承诺按说好的时间到点，不会重新计时
leave `{a}` out → 请去掉 {a}
several situations have a reply `{a}` → 有几个情景都有话术 {a}
write one of: {a} → 请写其中一个：{a}
no reply is called `{a}` → 没有叫 `{a}` 的话术
write the id of a situation, or situation/reply → 点一下，从列表里选一条（情景，或情景/话术）
write the situation it belongs to first → 请先写它属于的情景
the promotions `{a}` and `{b}` tie: both can hold for a buyer on the same day → 活动 {a} 和 {b} 分不出先后：同一天对同一位买家都有效
give one of them a narrower `for`, or days that do not overlap → 请把其中一个的「给谁」写窄，或把日期错开
{a}, and there is one already → 这种只能有一条，已经有了
leave this `{a}` out → 请去掉这里的 {a}
the {a} {b} `{c}` is used twice → {b} `{c}` 用了两次
it is already in {a}, line {b}: choose another → 前面已经有了，请换一个
the handbook entry `{a}` is written twice → 口径 {a} 写了两次
keep one of them → 请只留一个
keep one → 请只留一个
`{a}` asks for nothing → {a} 没有写要什么
name at least one value, or leave the condition out → 至少写一个值，或去掉这个条件
write a value, a list, {min, max} or {not: …} → 请写一个值、几个值、范围或「不是」
write a value, a list or {not: …} → 请写一个值、几个值或「不是」
`{a}` has `not` beside `min` or `max` → {a} 同时写了「不是」和范围
write {not: {min: …, max: …}} → 请写 {not: {min: …, max: …}}
`{a}` is no number, so it has no `min` or `max` → {a} 不是数字，不能写范围
`min` of `{a}` is above its `max`: it never holds → {a} 的最小值大于最大值，永远不会成立
swap the two numbers → 请把两个数对调
write a whole number from {a} to {b} → 请写 {a} 到 {b} 的整数
write {a} or more → 请写 {a} 或更大的数
`{a}` leaves no value: it never holds → {a} 把所有的值都排除了，永远不会成立
ask for less, or leave the condition out → 请少排除一些，或去掉这个条件
with `order.state: none` there is no `{a}`: it never holds → 没有订单（order.state: none）就没有 {a}，永远不会成立
leave one of the two out → 请去掉其中一个
`{a}` is true or false, not `{b}` → {a} 只能是 true 或 false，不能是 {b}
write true or false → 请写 true 或 false
`{a}` is a number, not `{b}` → {a} 应当是数字，不能是 {b}
`{a}` is a word, not `{b}` → {a} 应当是文字，不能是 {b}
the template cannot be read: {a} → 变量的写法读不懂
write variables as {{ promotion.title }} → 变量请写成 {{ promotion.title }}
the template is nested too deeply → 写得太复杂
keep it to plain text and variables → 请只用文字和变量
the filter `{a}` is not allowed in replies → 话术里不能用过滤器 {a}
the filter `{a}` takes at most {b} values in its brackets → 过滤器 {a} 的括号里最多写 {b} 个值
`join` stands in a `join`: the text would have no end → join 里面又有 join：写出来没完没了
leave one of them out → 请去掉一个
a figure is too large → 数字太大了
write a smaller one → 请写小一点
a yes or no cannot be said → 「是」或「否」不能直接说给买家
use it in {% if %} → 请写在 {% if %} 里
the template is longer than {a} characters → 话术超过了 {a} 个字
{a} is not allowed in replies → 话术里不能这样写
use text, {{ variables }} and {% if %} only → 只能用文字、{{ 变量 }} 和 {% if %}
`{a}` stands alone → `{a}` 没有配对
`{a}` has single braces and would be sent as it is → `{a}` 只有单层花括号，会原样发出去
write two: {a} → 请写两层：{a}
`{a}` ended on {b}: replies that use it cannot be sent → 口径 {a} 在 {b} 已经到期，用到它的话术发不出去
`{a}` ends {b}, on {c}: after that, replies that use it cannot be sent → 口径 {a} 在 {c} 到期，之后用到它的话术就发不出去了
write its new value and a later `valid_to` → 请写上新的内容和更晚的结束日期
no reply uses `{a}` → 没有话术用到口径 {a}
use it as {a}, or delete it if agents need not look it up either → 请在话术里用 {a}；客服也不用查的话可以删掉
this sentence is not caught → 这句话没有被查出来
write more `words`, or fewer `unless` → 请在「查哪些话」（words）里多写几个，或在「这些说法不算」（unless）里少写几个
this sentence should pass and is caught → 这句话应当放行，却被拦下了
`{a}` is found: write an `unless`, or narrower `words` → 查到了「{a}」：请在「这些说法不算」（unless）里加一条，或把「查哪些话」（words）写窄
what to say instead is itself stopped by `{a}` ({b}) → 建议的说法自己也会被 {a}（{b}）拦下
say it without `{a}` → 请不要说「{a}」
`{a}` is a shape that is known already → `{a}` 是已有的名称
choose another name → 请换一个名字
`&` stands more than once → & 只能写一次
`&` takes two sides in either order: write two rows → & 的两边不分先后，请写成两行
`{a}` has more than {b} parts → {a} 的段数超过 {b}
split it into several → 请分成几条
`{a}` has a part that may be empty → {a} 有一段可能什么都没有
write words outside of () between the signs → 请在括号外面写上字
lists of words name each other in a circle → 词表互相引用，绕成了圈
a list cannot hold itself → 词表不能包含自己
`{a}` closes a bracket that was never opened → {a} 多了一个右括号
write ( or 【 where it begins → 请在开始的地方写 ( 或 【
`<` and `>` belong around the name of a list → < 和 > 只能写在词表名字两边
`{a}` is opened and not closed → {a} 没有写右半边
write {a} where it ends → 请在结束的地方写 {a}
there is no list of words `<{a}>` → 没有词表 <{a}>
`{a}` has no letters: checks do not see signs → {a} 里没有文字，检查看不到符号
write words → 请写文字
`{a}` is no exact amount → {a} 不是准确的金额
write yuan such as 300 or 19.90, at most two places → 请写元，例如 300 或 19.90，最多两位小数
0 changes nothing → 写 0 等于没有优惠
write an amount above 0, or leave the rule out → 请写大于 0 的数，或去掉这一条
`{a}` is no 折 → {a} 不是折扣
write 9折 or 9.5折, from 1折 up to below 10折 → 请写 9折 或 9.5折，1折以上、10折以下
`minus` is more than `reach` → 减的比满的多
swap the two, or correct one → 请对调，或改正其中一个
swap the two, or leave `reach` out → 请对调，或去掉 reach
`cap` is less than `minus` → 封顶比一次减的还少
write at least one full reduction → 封顶至少要够减一次
{a} pieces are there twice → {a} 件写了两次
{a} pieces cost more each than {b} → {a} 件的单价比 {b} 件还高
more pieces need a lower 折 → 件数越多，折扣要越低
满{a} is there twice → 满{a} 写了两次
满{a} takes off less than 满{b} → 满{a} 减的比满{b} 还少
a higher tier needs a higher `minus` → 门槛越高，减得要越多
`{a}` is `{b}`: name at least two different rules that exclude each other, e.g. [tiers, coupon] → 至少写两种互相不能叠加的优惠
name at least two different rules that exclude each other, e.g. [tiers, coupon] → 例如 [tiers, coupon]
this is not valid YAML: {a} → 这里的格式不对
a quote is opened here and not closed → 这里的引号没有写右半边
it ends on line {a}: close it where it should end → 它到第 {a} 行才结束，请在该结束的地方补上引号
a Chinese colon (：) stands where a key ends → 这里用了中文冒号
write `: ` with a space after it → 请用英文冒号，后面空一格
check the indentation, the colons and the quotes here; text with `: ` or `#` in it needs quotes → 请看看缩进、冒号和引号；文字里有「: 」或 # 时要加引号
indent with spaces, not tabs; text that begins with @, `, % or a tab needs quotes → 请用空格缩进，不要用 Tab；以 @、`、% 开头的文字要加引号
put the whole text in quotes, e.g. {a} → 请把整句话放进引号，例如 {a}
nested deeper than {a} levels → 层次超过 {a} 层
no table needs this: check the brackets and the indentation → 用不到这么多层，请看看括号和缩进
a key must be a word → 名称应当是一个词
{{ needs quotes around the whole text → 有 {{ 的整句话要加引号
write a plain word → 请写一个词
the key `{a}` is written twice → `{a}` 写了两次
the first one is on line {a}: keep one → 第一个在第 {a} 行，请只留一个
anchors and aliases (& and *) are not allowed → 不能用 & 和 *
write the value out, or put it in quotes if it is text → 请直接写出来；是文字的话加上引号
the tag `{a}` is not allowed → 不能用标签 {a}
leave it out; put the value in quotes if it is text → 请去掉；是文字的话加上引号
a second document begins here (`---`) → 这里开始了第二份文件（---）
put it into a file of its own → 请放进单独的文件
a character that no text has (a control character) → 有一个不可见的控制字符
delete it → 请删掉
write the file anew → 请重新写这个文件
the file is not written in UTF-8 → 文件不是 UTF-8 编码
save the file as UTF-8 (in Excel and Notepad choose it when saving) → 请存成 UTF-8（在 Excel、记事本里保存时选）
the file is larger than 1 MiB → 文件超过 1 MiB
the file has more than {a} keys and values → 文件里超过 {a} 项
split it into several files → 请分成几个文件
the file must begin with a key such as `situations:` → 文件要以 situations: 这样的表名开头
write `situations:` above the rows → 请在行的上面写 situations:
`{a}` must be text → {a} 应当是文字
the handbook must have keys → 口径要写成「编号: 内容」
this must be a list of texts → 这里应当是一行一句的列表
write one text a line, each after `- ` → 请每行写一句，前面加「- 」
this must be a text → 这里应当是文字
write one text a line; quotes help → 请每行写一句；加引号更稳妥
{a} must have keys → {a} 里面要写成「词: [别的写法]」
write `plain word: [other ways to write it]` → 请写成「本来的词: [别的写法]」
{a} {b}: `{c}` ({d}) → {b}：「{c}」（{d}）
e.g. {a} → 例如：{a}
"""  # noqa: E501  # a sentence and its translation stand beside each other
# What the keys of rows are called on the page; the key itself stands behind it, as the text of a row has it.
_KEYS = FORMS["key"]
_PLACE = re.compile(r"\\\{([a-d])\\\}")
FALLBACK = "这里不符合要求"


def _pattern(english: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(lambda place: f"(?P<{place[1]}>.*)", re.escape(english)), re.DOTALL)


_LINES = [line.split(" → ") for line in _SAID.strip().split("\n")]
_KNOWN = [(_pattern(english), chinese) for english, chinese in _LINES]


def _filled(chinese: str, found: re.Match[str]) -> str:
    def value(place: re.Match[str]) -> str:
        said = found[place[1]]
        return f"{_KEYS[said]}（{said}）" if said in _KEYS else said

    return re.sub(r"\{([a-d])\}", value, chinese)


@lru_cache(maxsize=4096)
def in_chinese(message: str) -> str | None:
    """A complaint or an advice in Chinese; None for one that is not known here."""
    for pattern, chinese in _KNOWN:
        if found := pattern.fullmatch(message):
            return _filled(chinese, found)
    return None


def said(words: Catalogue, message: str) -> str:
    """The same in the reader's language."""
    if not message or not words.is_source:
        return message
    return in_chinese(message) or FALLBACK
