"""Invented people for the demo. Any likeness is chance; the phone segment 154 is not handed out to anybody."""

from random import Random

SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛龙段雷黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向汤"
FIRST = "春秋玉金桂秀小志晓雪海建永文国红丽美冬夏云月"
SECOND = "梅兰花英芳琴霞燕萍香莲凤珍妹军强平明华林生杰峰辉勇波"
MINORITY = (
    "阿依努尔·艾合买提",
    "古丽娜尔·买买提",
    "迪丽努尔·吐尔逊",
    "卓玛措",
    "扎西央金",
    "吉克阿妞",
    "阿木·尔古",
    "马阿依舍",
    "麻金花",
    "龙阿妹",
)
VILLAGES = (
    "大寨村",
    "岩脚村",
    "水井村",
    "平寨村",
    "上坝村",
    "老屋基村",
    "三岔村",
    "桥头村",
    "桐树村",
    "白果村",
    "新民村",
    "石板村",
)


def name(rng: Random) -> str:
    """This will make up a name: one in twelve is a minority name."""
    if rng.random() < 1 / 12:
        return rng.choice(MINORITY)
    return rng.choice(SURNAMES) + rng.choice(FIRST) + (rng.choice(SECOND) if rng.random() < 0.85 else "")


def village(rng: Random) -> str:
    return rng.choice(VILLAGES)


def phone(number: int) -> str:
    """This will give the n-th phone of the demo, 0 to 9999."""
    return f"1540000{number:04d}"
