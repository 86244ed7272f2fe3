"""Looks for personal data in a text that is to be made public. Pure. It finds what is written; a person decides.

Found are: the names and numbers the office knows of this matter, phone numbers, identity numbers, bank card numbers,
e-mail addresses, car plates, house numbers, and words that usually go before a name.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from app.core.text import Text

# The commonest; a rarer one is found by the words before it.
_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆"
    "汪范石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严武戴莫孔向汤"
)
_PATTERNS: tuple[tuple[Text, re.Pattern[str]], ...] = (
    (
        Text("身份证号码", "an identity number"),
        re.compile(r"(?<!\d)\d{6}\s?\d{8}\s?\d{3}[\dXx](?!\d)|(?<!\d)\d{15}(?!\d)"),
    ),
    (
        Text("银行卡号", "a bank card number"),
        re.compile(r"(?<!\d)\d{4}(?:[ -]?\d{4}){3}(?:[ -]?\d{1,3})?(?![\dXx])"),
    ),
    (
        Text("手机号码", "a mobile number"),
        re.compile(r"(?<!\d)(?:\+?86[ -]?)?1[3-9]\d(?:[ -]?\d{4}){2}(?!\d)"),
    ),
    (Text("电话号码", "a phone number"), re.compile(r"(?<!\d)0\d{2,3}[ -]?\d{7,8}(?!\d)")),
    (
        Text("电子邮箱", "an e-mail address"),
        re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
    ),
    (
        Text("车牌号", "a car plate"),
        re.compile(
            r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"
        ),
    ),
    (Text("门牌号", "a house number"), re.compile(r"\d+\s*(?:号楼|栋|幢|单元|室|号院)")),
    (
        Text("可能的姓名", "what may be a name"),
        re.compile(
            r"(?:信访人|来访人|当事人|反映人|申请人|投诉人|举报人|联系人|代理人|负责人|家长|学生|患者|伤者|死者|业主|租户"
            r"|村民|居民|职工|户主|姓名|本人)(?!委员|代表|大会|小组|家长|家属|牵头|[和及与已对])(?:系|为|是|叫)?[：:]?\s*"
            r"[\u4e00-\u9fff]{1,2}(?:某|[\u4e00-\u9fff])(?=$|[\s，。；、（(,;]|反映|称|来访|的|因|于|与|和|电话|身份证)",
            re.MULTILINE,
        ),
    ),
    (
        Text("可能的姓名", "what may be a name"),
        re.compile(
            rf"[{_SURNAMES}][\u4e00-\u9fff]{{1,2}}(?:先生|女士|小姐|师傅|大爷|大娘|阿姨|老人|同学)"
            rf"|(?:老|小)[{_SURNAMES}](?=[，。、（(\s]|反映|家)"
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Finding:
    """A piece of the text that looks personal: what it is, the words, and where they begin (characters from 0)."""

    what: Text
    words: str
    at: int


def find_personal(text: str, known: Iterable[str] = ()) -> tuple[Finding, ...]:
    """What in `text` looks personal, from left to right. `known`: names, phones and numbers of the people concerned."""
    plain = text.translate(_FULL_WIDTH)
    found = [
        Finding(Text("本事项当事人的信息", "data of the people concerned"), words, match.start())
        for words in {word.strip() for word in known if len(word.strip()) > 1}
        for match in re.finditer(re.escape(words.translate(_FULL_WIDTH)), plain)
    ]
    for what, pattern in _PATTERNS:
        for match in pattern.finditer(plain):
            if not any(_overlap(other, match) for other in found):
                found.append(Finding(what, text[match.start() : match.end()], match.start()))
    return tuple(sorted(found, key=lambda finding: finding.at))


_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), 0xFF38)}


def _overlap(finding: Finding, match: re.Match[str]) -> bool:
    return finding.at < match.end() and match.start() < finding.at + len(finding.words)
