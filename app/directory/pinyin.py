"""Chinese names in Latin letters, for order and for search by what people type.

A surname is often read unlike the same character elsewhere (曾 is Zeng, not Ceng), so surnames come from a table.
"""

import re
import unicodedata

COMPOUND_SURNAMES = {
    "尉迟": "yu chi",
    "万俟": "mo qi",
    "长孙": "zhang sun",
    "单于": "chan yu",
    "澹台": "tan tai",
    "令狐": "ling hu",
    "宰父": "zai fu",
    "亓官": "qi guan",
    "夏侯": "xia hou",
    "呼延": "hu yan",
    "皇甫": "huang fu",
    "欧阳": "ou yang",
    "上官": "shang guan",
    "司马": "si ma",
    "诸葛": "zhu ge",
    "赫连": "he lian",
    "公孙": "gong sun",
    "慕容": "mu rong",
    "宇文": "yu wen",
    "鲜于": "xian yu",
    "钟离": "zhong li",
    "濮阳": "pu yang",
    "拓跋": "tuo ba",
}
_READINGS = (
    "曾:zeng 单:shan 解:xie 仇:qiu 区:ou 查:zha 盖:ge 任:ren 朴:piao 覃:qin 翟:zhai 缪:miao 纪:ji 华:hua 柏:bai "
    "燕:yan 宁:ning 乐:yue 员:yun 祭:zhai 黑:he 冼:xian 洗:xian 种:chong 秘:bi 折:she 召:shao 谌:chen 隗:wei 句:gou "
    "车:che 郗:xi 逄:pang 相:xiang 都:du 薄:bo 那:na 莘:shen 葛:ge 适:kuo 佴:nai 訾:zi 逯:lu 臧:zang 能:nai 么:yao "
    "幺:yao 曲:qu 强:qiang 应:ying 尹:yin 重:chong 繁:po 过:guo 哈:ha 教:jiao 晁:chao 郇:xun 宓:mi 俞:yu 沈:shen "
    "石:shi 贾:jia 卜:bu 祝:zhu 洪:hong 尚:shang 藏:zang 撒:sa 撖:han 贠:yun 褚:chu 余:yu 於:yu 盛:sheng 谷:gu"
)
SURNAMES = {pair[0]: pair[2:] for pair in _READINGS.split()}
READINGS = COMPOUND_SURNAMES | SURNAMES
_HAN = re.compile("[\\u3007\\u3400-\\u9fff\\U00020000-\\U000323af]+")


def sort_key(name: str) -> str:
    """A name as lower-case syllables with spaces: 曾小明 is "zeng xiao ming", Anna Berg is "anna berg"."""
    words: list[str] = []
    text = unicodedata.normalize("NFKC", name)
    for index, piece in enumerate(re.findall(f"{_HAN.pattern}|[^\\W\\d_]+", text)):
        words += _syllables(piece, has_surname=index == 0) if _HAN.fullmatch(piece) else [piece.lower()]
    return " ".join(words)[:128]


def _syllables(text: str, has_surname: bool) -> list[str]:
    from pypinyin import lazy_pinyin  # 0.3 s to import: only when a name is written

    surname = next((known for known in (text[:2], text[:1]) if known in READINGS), "")
    if not has_surname or not surname:
        return list(lazy_pinyin(text))
    rest = text.removeprefix(surname)
    return READINGS[surname].split() + (list(lazy_pinyin(rest)) if rest else [])


def matches_pinyin(key: str, typed: str) -> bool:
    """Whether `typed` begins some syllable of the key and runs on ("xiaom"), or is its initials ("zxm")."""
    syllables = key.split()
    typed = typed.lower().replace("'", "").replace("ü", "v")
    if not typed.isascii() or not typed:
        return False
    starts = range(len(syllables))
    return any("".join(syllables[start:]).startswith(typed) for start in starts) or (
        "".join(syllable[0] for syllable in syllables).startswith(typed)
    )
