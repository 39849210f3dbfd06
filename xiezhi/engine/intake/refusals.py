"""A file that is refused whole, and the reasons a single record is put in quarantine for."""

from xiezhi.engine.errors import XiezhiError
from xiezhi.engine.words import Words


class FileRefused(XiezhiError):  # noqa: N818  named by what happened
    """A file cannot be read at all: nothing of it, nor of the batch it came with, is accepted."""

    def __init__(self, path: str, message: str) -> None:
        self.path = path
        super().__init__(f"{path}: {message}")


class Truncated(FileRefused):
    """A compressed file ends before its end."""


class Inflated(FileRefused):
    """A compressed file grows beyond all proportion."""


class WrongEncoding(FileRefused):
    """Bytes that are no text in the encoding the file is in."""


class NotXes(FileRefused):
    """An XES file that is broken, holds a document type, or has no trace."""


class HeadingMissing(FileRefused):
    """A heading that a key or required column is fed from stands in no record of the file."""


class NothingFed(FileRefused):
    """No section of the mapping takes anything from a file."""


REASONS: dict[str, Words] = {
    "too_long": Words("记录超过 1 MiB，未读取", "the record is longer than 1 MiB and was not read"),
    "unclosed_quote": Words(
        "引号没有闭合：请补上右引号后重报", "a quotation mark is opened and never closed: close it and hand in again"
    ),
    "nul_byte": Words("记录含有 NUL 字节", "the record holds a NUL byte"),
    "field_count": Words(
        "列数与表头不同：请检查引号和分隔符",
        "the number of fields differs from the heading: look for a missing quotation mark or separator",
    ),
    "not_json": Words("不是一个 JSON 对象", "the line is not a JSON object"),
    "not_json_number": Words(
        "JSON 没有 NaN 和 Infinity：没有值请写 null 或省略",
        "JSON knows no NaN or Infinity: write null, or leave out what has no value",
    ),
    "twice_in_object": Words("同一对象中键名重复", "a name stands twice in the object"),
    "nested": Words("值是对象或数组，应为单一值", "the value is an object or a list where a single value belongs"),
    "empty": Words("必填项为空", "a required value is empty"),
    "not_integer": Words("不是整数", "not a whole number"),
    "not_money": Words("不是以元为单位、至多两位小数的金额", "not an amount in yuan with at most two decimals"),
    "not_decimal": Words("不是小数，或位数超出规定", "not a decimal number, or it has more digits than declared"),
    "not_boolean": Words("不是“是/否”", "not a truth value (true, false, yes, no, 1, 0)"),
    "not_date": Words("不是日期（年-月-日）", "not a date (YYYY-MM-DD)"),
    "not_time": Words("不是时间（ISO 8601）", "not a time (ISO 8601)"),
    "not_in_list": Words("不在代码表中", "not in the code list"),
    "check_digit": Words("校验位不符", "the check digit does not agree"),
    "outside_period": Words("日期超出本次检查的期间", "dated outside the period of this run"),
    "duplicate": Words("与已收的一条完全相同", "the same row was accepted before"),
    "key_conflict": Words("同一主键的记录内容不同", "rows with one key differ"),
    "contradiction": Words("同一主键的属性相互矛盾", "attributes of one key contradict each other"),
}
