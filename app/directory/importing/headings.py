"""What a column heading means: the words that offices use for each field of a leader.

Headings are compared after ``heading_key`` took away spaces, width, brackets and marks. Exact words come first;
words that only need to be contained come second, because "领导姓名（接访）" is a name but "联络员姓名" is not.
"""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache


class Field(StrEnum):
    """A column the importer understands."""

    NAME = "name"
    POST = "post"
    SECTORS = "sectors"
    TOWNSHIPS = "townships"
    PHONE = "phone"
    FROM = "from"
    UNTIL = "until"
    TERM = "term"
    PROJECTS = "projects"
    ROLE = "role"
    WEIGHT = "weight"
    OFFICE = "office"
    NOTES = "notes"
    IGNORED = "ignored"


_EXACT: dict[Field, str] = {
    Field.NAME: "姓名 领导姓名 接访领导姓名 接访领导 接待领导 领导 领导干部 名字 县领导 市领导 县级领导 市级领导 包联领导 值班领导 "
    "人员姓名 name fullname leader leadername leaders",
    Field.POST: "职务 职位 党政职务 现任职务 领导职务 职务名称 行政职务 党内职务 岗位 职衔 单位及职务 工作单位及职务 单位职务 "
    "post posts position title jobtitle",
    Field.SECTORS: "分管领域 分管工作 分管 工作分工 分工 分管范围 分管行业 分管事项 分管部门 分管内容 主管工作 职责分工 "
    "分管行业领域 sector sectors portfolio portfolios responsibilities",
    Field.TOWNSHIPS: "联系乡镇 联系镇乡 联系乡 联系镇 包联乡镇 包联乡 包联镇 挂点乡镇 包乡镇 包保乡镇 联系点 联系镇街 联系街镇 "
    "联系乡镇街道 包联镇街 挂钩乡镇 挂联乡镇 分包乡镇 驻点乡镇 联系街道 包抓乡镇 township townships linkedtownship linkedtownships",
    Field.PHONE: "手机 手机号 手机号码 移动电话 联系手机 联系电话 电话 电话号码 联系方式 办公电话 座机 固定电话 联系号码 "
    "mobile mobilephone phone phonenumber telephone tel contact cellphone",
    Field.FROM: "任职时间 任职日期 起始日期 起始时间 到任时间 到任日期 开始日期 开始时间 任职起始时间 任职开始时间 任现职时间 "
    "任现职日期 任职起 起 自 上任时间 生效日期 from start startdate since validfrom firstday",
    Field.UNTIL: "离任时间 离任日期 截止日期 截止时间 结束日期 结束时间 任期至 任职截止时间 任职结束时间 任职止 止 至 到期日期 "
    "免职时间 免职日期 卸任时间 届满时间 until to end enddate validuntil lastday",
    Field.TERM: "任期 任职期限 任职期间 任期起止 任职起止 任职起止时间 任期起止时间 起止时间 起止日期 任职起止日期 term termofoffice",
    Field.PROJECTS: "项目 指挥长项目 联系项目 包联项目 重点项目 包联重点项目 项目指挥长 担任指挥长项目 挂帅项目 project projects",
    Field.ROLE: "角色 职级类别 党政正职副职 正副职 正职副职 领导类别 role",
    Field.WEIGHT: "系数 接访系数 接访比例 比例 权重 接访权重 weight share loadshare",
    Field.OFFICE: "单位 所在单位 工作单位 所属单位 接访单位 部门 office unit organisation organization",
    Field.NOTES: "备注 说明 备考 note notes remark remarks comment comments",
    Field.IGNORED: "序号 编号 序 排序 排名 房间 接访室 接访地点 接待地点 接访时间 接待时间 日期 星期 性别 民族 出生年月 出生日期 "
    "籍贯 学历 年龄 no number room sex gender date weekday",
}

FIELD_BY_HEADING = {word: field for field, words in _EXACT.items() for word in words.split()}

_STANDING = {word: place for words in _EXACT.values() for place, word in enumerate(words.split())}

_SOMEBODY_ELSE = re.compile("联络员|联系人|秘书|经办|责任人|包案|家属|配偶|紧急|陪同|工作人员|填表|填报|审核")
_CONTAINED: tuple[tuple[re.Pattern[str], Field], ...] = (
    (re.compile("姓名$|(姓名|领导).{0,2}职务$"), Field.NAME),
    (re.compile("(电话|手机|手机号|手机号码|联系方式)$"), Field.PHONE),
    (re.compile("(联系|包联|挂点|包保|挂钩|分包|包抓|挂联|驻点).{0,4}(乡|镇|街道)"), Field.TOWNSHIPS),
    (re.compile("起止"), Field.TERM),
    (re.compile("(离任|截止|结束|届满|免职|卸任).{0,3}(时间|日期|年月)?$"), Field.UNTIL),
    (re.compile("(任职|到任|任现职|起始|开始|上任).{0,4}(时间|日期|年月)$"), Field.FROM),
    (
        re.compile("(分管|主管|协管).{0,4}(领域|工作|行业|部门|事项|范围|单位)$|工作分工$|职责分工$"),
        Field.SECTORS,
    ),
    (re.compile("职务$|职位$"), Field.POST),
    (re.compile("指挥长|(联系|包联|重点).{0,4}项目"), Field.PROJECTS),
    (re.compile("(接访|负荷).{0,3}(系数|比例|权重)"), Field.WEIGHT),
    (re.compile("^(备注|说明).{0,4}$"), Field.NOTES),
)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^】]*】|<[^<>]*>|〔[^〕]*〕")
_LATIN = re.compile("[A-Za-z]+")
_NOT_LATIN = re.compile("[^A-Za-z]+")
_NOISE = re.compile(r"[\s\W_]+")
_LONGEST_HEADING = 24


def heading_key(text: str) -> str:
    """A heading without width, case, spaces, line breaks and marks; bracketed remarks stay."""
    return _NOISE.sub("", unicodedata.normalize("NFKC", text)).lower()


def heading_keys(text: str) -> tuple[str, ...]:
    """Keys to look a heading up by: the whole, without bracketed remarks, each language alone, parts at a slash."""
    plain = unicodedata.normalize("NFKC", text)
    without = _BRACKETS.sub("", plain)
    forms = (plain, without, _LATIN.sub("", without), _NOT_LATIN.sub("", without), *without.split("/"))
    return tuple(dict.fromkeys(key for key in map(heading_key, forms) if key))


@lru_cache(maxsize=4096)
def find_field(heading: str) -> Field | None:
    """The field a heading names; None when it is not one the importer knows."""
    if len(heading) > 3 * _LONGEST_HEADING:
        return None
    keys = [key for key in heading_keys(heading) if len(key) <= _LONGEST_HEADING]
    if keys and _SOMEBODY_ELSE.search(keys[0]):
        return None
    exact = next((FIELD_BY_HEADING[key] for key in keys if key in FIELD_BY_HEADING), None)
    return exact or next(
        (field for key in keys for pattern, field in _CONTAINED if pattern.search(key)), None
    )


@lru_cache(maxsize=4096)
def standing(heading: str) -> int:
    """How good a heading is among those of its field: 0 is the usual word, larger is less usual."""
    return min((_STANDING[key] for key in heading_keys(heading) if key in _STANDING), default=100)
