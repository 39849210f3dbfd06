"""What the ledger tells of accounts, grants and sign-ins."""

from xiezhi.engine.words import Words
from xiezhi.kernel.access.words import ROLES
from xiezhi.kernel.ledger.kinds import Kind, register

_ROLE = {"role": {role.value: words for role, words in ROLES.items()}}
_WHY = {
    "why": {
        "password": Words("账号或口令不对", "wrong sign-in name or password"),
        "one-time code": Words("动态码不对", "wrong one-time code"),
    }
}

register(
    Kind("account.made", Words("建账号{username}（{name}）", "made the account {username} ({name})")),
    Kind("account.changed", Words("改账号资料：{what}", "changed the account: {what}")),
    Kind("account.ended", Words("停用账号{username}", "ended the account {username}")),
    Kind(
        "account.invited",
        Words("发一次性链接给{username}，有效至{until}", "made a one-time link for {username}, valid until {until}"),
    ),
    Kind(
        "account.password_set",
        Words("{username}用一次性链接设了口令", "{username} set a password by a one-time link"),
    ),
    Kind("account.password_changed", Words("{username}改了口令", "{username} changed the password")),
    Kind("account.second_factor_set", Words("{username}启用了动态码", "{username} set up one-time codes")),
    Kind("account.second_factor_ended", Words("{username}停用了动态码", "{username} gave up one-time codes")),
    Kind(
        "account.second_factor_lifted",
        Words("解除{username}的动态码，原因：{reason}", "lifted the one-time codes of {username}: {reason}"),
    ),
    Kind("account.recovery_codes_made", Words("{username}生成了恢复码", "{username} made recovery codes")),
    Kind(
        "grant.given",
        Words("授予{username}角色{role}，{from}起，止于{until}", "gave {username} the role {role}, {from} to {until}"),
        _ROLE,
    ),
    Kind(
        "grant.ended",
        Words("收回{username}的角色{role}，自{until}", "ended the role {role} of {username} on {until}"),
        _ROLE,
    ),
    Kind(
        "deputy.given",
        Words(
            "{username}代理{principal}的{role}，{from}起，止于{until}",
            "{username} stands in for {principal} as {role}, from {from} to {until}",
        ),
        _ROLE,
    ),
    Kind(
        "deputy.ended",
        Words("{username}不再代理{principal}的{role}", "{username} no longer stands in for {principal} as {role}"),
        _ROLE,
    ),
    Kind(
        "handover.done",
        Words("{username}把{things}件工作移交给{receiver}", "{username} handed over to {receiver}: {things}"),
    ),
    Kind("session.signed_in", Words("登录", "signed in")),
    Kind("session.signed_out", Words("退出", "signed out")),
    Kind("session.failed", Words("登录未成：{why}", "sign-in failed: {why}"), _WHY),
    Kind("session.locked", Words("登录锁定至{until}", "sign-in locked until {until}")),
    Kind("session.ended", Words("结束{sessions}个登录会话", "sessions ended: {sessions}")),
)
