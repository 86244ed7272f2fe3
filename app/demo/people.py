"""Invented people, always the same: surnames are heavenly stems and earthly branches that hardly anybody bears."""

from collections.abc import Iterator
from random import Random

SURNAMES = "甲乙丙戊己庚壬癸子丑寅卯辰巳午未酉戌亥"  # without 丁, 辛 and 申, which are common names
GIVEN_FIRST = "明文志建国春秋海山清远思景安永立书成云林"
GIVEN_SECOND = "华和平博达轩宁诚毅朗川行之舟雨晨松柏兰英"

TOWNSHIPS = tuple(
    stem + branch + kind
    for stem, branch, kind in zip(
        "甲乙丙丁戊己庚辛壬癸甲乙丙丁戊己庚辛壬癸甲乙丙丁戊",
        "子丑寅卯辰巳午未申酉戌亥子丑寅卯辰巳午未申酉戌亥子",
        "镇镇镇乡镇镇乡镇镇乡镇镇镇乡镇镇乡镇镇乡镇镇镇乡镇",
        strict=True,
    )
)
TOWNSHIPS_EN = tuple(f"Sample Township {number}" for number in range(1, 26))

SECTORS = (
    "信访稳定",
    "政法综治",
    "自然资源",
    "住房城乡建设",
    "农业农村",
    "水利",
    "教育",
    "卫生健康",
    "民政",
    "人力资源社会保障",
    "交通运输",
    "生态环境",
    "应急管理",
    "市场监管",
    "文化旅游",
    "退役军人事务",
    "财政金融",
    "工业信息化",
    "乡村振兴",
    "医疗保障",
    "公安司法",
    "城市管理",
    "招商引资",
    "统战民宗",
    "组织人事",
    "宣传思想",
)

# post, role; the order is the order of the office's list of leaders
CITY_POSTS = (
    ("市委书记", "lead"),
    ("市委副书记、市长", "lead"),
    ("市人大常委会主任", "lead"),
    ("市政协主席", "lead"),
    ("市委副书记", "deputy"),
    ("市委常委、常务副市长", "deputy"),
    ("市委常委、纪委书记", "deputy"),
    ("市委常委、组织部部长", "deputy"),
    ("市委常委、政法委书记", "deputy"),
    ("市委常委、宣传部部长", "deputy"),
    ("副市长、公安局局长", "deputy"),
    ("副市长", "deputy"),
    ("副市长", "deputy"),
    ("副市长", "deputy"),
    ("副市长", "deputy"),
)
COUNTY_POSTS = (
    ("县委书记", "lead"),
    ("县委副书记、县长", "lead"),
    ("县人大常委会主任", "lead"),
    ("县政协主席", "lead"),
    ("县委副书记", "deputy"),
    ("县委常委、常务副县长", "deputy"),
    ("县委常委、纪委书记", "deputy"),
    ("县委常委、组织部部长", "deputy"),
    ("县委常委、政法委书记", "deputy"),
    ("县委常委、宣传部部长", "deputy"),
    ("县委常委、统战部部长", "deputy"),
    ("县委常委、人武部政委", "deputy"),
    ("副县长、公安局局长", "deputy"),
    ("副县长", "deputy"),
    ("副县长", "deputy"),
    ("副县长", "deputy"),
    ("副县长", "deputy"),
    ("副县长", "deputy"),
    ("县人大常委会副主任", "deputy"),
    ("县人大常委会副主任", "deputy"),
    ("县人大常委会副主任", "deputy"),
    ("县人大常委会副主任", "deputy"),
    ("县政协副主席", "deputy"),
    ("县政协副主席", "deputy"),
    ("县政协副主席", "deputy"),
    ("县政协副主席", "deputy"),
    ("县人民法院院长", "lead"),
    ("县人民检察院检察长", "lead"),
    ("县委办公室主任", "deputy"),
    ("县政府办公室主任", "deputy"),
    ("县开发区管委会主任", "lead"),
    ("县信访局局长", "lead"),
)
TOWN_POSTS = (
    ("党委书记", "lead"),
    ("党委副书记、镇长", "lead"),
    ("人大主席", "lead"),
    ("党委副书记、政法委员", "deputy"),
    ("党委委员、纪委书记", "deputy"),
    ("党委委员、副镇长", "deputy"),
    ("党委委员、组织委员", "deputy"),
    ("副镇长", "deputy"),
    ("党委委员、宣传委员", "deputy"),
    ("党委委员、武装部部长", "deputy"),
    ("副镇长", "deputy"),
    ("综合行政执法队队长", "deputy"),
)
DEPARTMENTS = (
    ("自然资源局", "自然资源"),
    ("住房和城乡建设局", "住房城乡建设、城市管理"),
    ("农业农村局", "农业农村、乡村振兴"),
    ("人力资源和社会保障局", "人力资源社会保障"),
    ("民政局", "民政"),
    ("教育局", "教育"),
    ("卫生健康局", "卫生健康"),
    ("公安局", "公安司法"),
    ("司法局", "公安司法"),
    ("水利局", "水利"),
    ("交通运输局", "交通运输"),
    ("生态环境分局", "生态环境"),
    ("医疗保障局", "医疗保障"),
    ("退役军人事务局", "退役军人事务"),
)


def invented_names(random: Random) -> Iterator[str]:
    """Different invented names without end, until the stock of some 7,000 is used up."""
    names = [s + a + b for s in SURNAMES for a in GIVEN_FIRST for b in GIVEN_SECOND if a != b]
    random.shuffle(names)
    yield from names


def invented_phone(random: Random) -> str:
    """A number of the unassigned 100-prefix: it looks like a mobile number and rings nowhere."""
    return f"100{random.randrange(10**8):08}"
