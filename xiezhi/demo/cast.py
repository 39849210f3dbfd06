"""The people of the city who sign in: who they are, what they may do, and for which body. They do not exist."""

from dataclasses import dataclass

from xiezhi.demo.city import read


@dataclass(frozen=True)
class Player:
    """Someone with an account. ``role`` is the word of the grant; an empty ``body`` is the whole city."""

    username: str
    name: str
    role: str
    body: str
    zh: str
    en: str


SYSTEM = Player("zhao.qiming", "赵启明", "system_administrator", "", "系统管理员", "system administrator")
SECURITY = Player("sun.qinghe", "孙清禾", "security_administrator", "", "安全管理员", "security administrator")
AUDIT = Player("qian.shouzheng", "钱守峥", "audit_administrator", "", "审计管理员", "audit administrator")
OFFICER = Player("lin.zhiyuan", "林知远", "officer", "", "监督员", "supervision officer")
SECOND_OFFICER = Player("shen.ruoxi", "沈若溪", "officer", "", "监督员（第二人）", "second supervision officer")
APPROVER = Player("zhou.huaian", "周怀安", "approver", "", "审核人", "approver")
LEADER = Player("qin.muzhi", "秦牧之", "leader", "", "领导", "leader")
CLERK = Player("chen.lixing", "陈立行", "clerk", "DSJ", "数据录入员", "data clerk")

ADMINISTRATORS = (SYSTEM, SECURITY, AUDIT)
STAFF = (OFFICER, SECOND_OFFICER, APPROVER, LEADER, CLERK)
_LIAISONS = (
    *("何静汶", "吕安澜", "方思齐", "田雨禾", "范明溪", "邹远帆"),
    *("谭书宁", "白子衿", "崔云舟", "康若谷", "陆知夏", "贺清扬"),
    *("龚怀瑾", "苏望舒", "夏知秋", "冯以宁", "段景行", "任初晴"),
)


def liaisons() -> tuple[Player, ...]:
    """Return a liaison of each department that decides on cases, and of the data bureau."""
    bodies = {row["code"]: row for row in read("bodies")}
    codes = [row["id"] for row in read("departments")] + ["DSJ"]
    return tuple(
        Player(
            username=f"liaison.{code.lower()}",
            name=name,
            role="liaison",
            body=code,
            zh=f"{bodies[code]['short_zh']}联络员",
            en=f"liaison, {bodies[code]['en'].removeprefix('Municipal ')}",
        )
        for code, name in zip(codes, _LIAISONS, strict=True)
    )
