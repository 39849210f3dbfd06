"""What the ledger says of this room, and what this room wants to hear of a lower one."""

from xiezhi.engine.words import Words
from xiezhi.kernel.intake.publishing import publish
from xiezhi.kernel.ledger.kinds import Kind, register
from xiezhi.kernel.registry.publishing import on_change

on_change(publish)

register(
    Kind("batch.accepted", Words("收下一批数据：{source}，第 {batch} 批", "batch {batch} of {source} accepted")),
    Kind(
        "batch.unchanged",
        Words(
            "{source} 的这一批与上一批相同，未作改动",
            "batch {batch} of {source} is the same as its last: nothing changed",
        ),
    ),
    Kind(
        "batch.held",
        Words(
            "{source} 第 {batch} 批暂不收下，等人确认", "batch {batch} of {source} is held until a person confirms it"
        ),
    ),
    Kind("batch.refused", Words("{source} 第 {batch} 批未收下", "batch {batch} of {source} refused")),
    Kind("norm.set", Words("确定本领域的判断依据", "the norm of the field is set")),
    Kind("source.added", Words("新增数据来源：{source}", "source {source} added")),
    Kind("source.changed", Words("修改数据来源：{source}", "source {source} changed")),
    Kind("source.silent", Words("{source} 的数据不正常：{state}", "the feed of {source} is not sound: {state}")),
    Kind("source.heard", Words("{source} 的数据恢复正常", "the feed of {source} is sound again")),
    Kind("quarantine.resubmitted", Words("更正隔离的一行并重报", "a quarantined row corrected and handed in again")),
    Kind("quarantine.dismissed", Words("隔离的一行不再处理：{reason}", "a quarantined row dismissed: {reason}")),
    Kind("facts.typed", Words("在页面录入 {rows} 行", "{rows} rows typed on a page")),
    Kind("facts.withdrawn", Words("撤回 {rows} 行：{reason}", "{rows} rows withdrawn: {reason}")),
    Kind(
        "vault.revealed",
        Words("查看一个被保护的姓名或号码：{reason}", "a protected name or number looked at: {reason}"),
    ),
    Kind("vault.erased", Words("删除一个被保护的姓名或号码：{reason}", "a protected name or number erased: {reason}")),
)
