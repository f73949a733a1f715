"""What is wrong with one field and what it takes instead, by the code of the rule: ours and pydantic's."""

import re
from collections.abc import Mapping

from ledger.texts.wording import Both, Language, fill, listed

_FALLBACK: Both = (
    "此项不符合要求。请对照接口说明改正。",
    "This is not what the field takes. Compare it with the interface description.",
)

RULES: Mapping[str, Both] = {
    # forms of a value
    "month": ("请填写月份，如 2025-03。", "Give a month such as 2025-03."),
    "quarter": ("请填写季度，如 2025-Q1。", "Give a quarter such as 2025-Q1."),
    "year": ("请填写年度，如 2025。", "Give a year such as 2025."),
    "period": (
        "请填写月份、季度或年度，如 2025-03、2025-Q1 或 2025。",
        "Give a month, quarter or year such as 2025-03, 2025-Q1 or 2025.",
    ),
    "month_or_year": ("请填写月份或年度，如 2025-03 或 2025。", "Give a month or year such as 2025-03 or 2025."),
    "day": ("请填写日期，如 2025-03-31。", "Give a date such as 2025-03-31."),
    "day_past": ("这一天已经过去。", "That day is past."),
    "expiry": (
        "请填写日期或带时区的时间，如 2025-12-31 或 2025-12-31T18:00:00+08:00。",
        "Give a date or a time with offset such as 2025-12-31 or 2025-12-31T18:00:00+08:00.",
    ),
    "moment": (
        "请填写带时区的时间，如 2025-03-31T18:00:00+08:00（在网址中 + 写作 %2B）。",
        "Give a time with offset such as 2025-03-31T18:00:00+08:00 (in an address write + as %2B).",
    ),
    "one_of_two": ("as_of 和 at 只能填写一项。", "Give as_of or at, not both."),
    "beyond_head": (
        "没有此台账序号[，目前最大为 {head}]。",
        "The ledger has no such position[; the last one is {head}].",
    ),
    "after_until": ("since 晚于 until。", "The moment since is later than until."),
    "points": (
        "请填写分数，最多六位整数、两位小数，如 86.50。",
        "Give points with at most six digits and two decimal places, such as 86.50.",
    ),
    "decimal": (
        "请填写十进制数，整数和小数部分各不超过九位。",
        "Give a decimal number with at most nine digits before and after the point.",
    ),
    "line": (
        "请填写一行文字，不得空白，不得换行或含控制字符。",
        "Give one line of text, not blank and without line breaks or control characters.",
    ),
    "text": (
        "请填写文字，不得空白或含控制字符（可以换行）。",
        "Give a text, not blank and without control characters (line breaks are allowed).",
    ),
    "uuid": (
        "请填写带连字符的标准 UUID。",
        "Give a UUID in its usual form with hyphens.",
    ),
    "cadre": (
        "干部编号由英文字母、数字和 . _ - 组成，以字母或数字开头，最长 64 个字符。",
        "A cadre id has letters, digits and . _ - only, begins with a letter or digit and has at most 64 characters.",
    ),
    "code": (
        "代码由小写英文字母、数字和下划线组成，以字母开头，最长 48 个字符。",
        "A code has lower-case letters, digits and underscores, begins with a letter and has at most 48 characters.",
    ),
    "principal": (
        "账号由文字、数字和 _ . : @ - 组成，以文字、数字或 _ 开头，最长 64 个字符。",
        "A principal's name has letters, digits and _ . : @ - only, begins with a letter, digit or _ and has at most "
        "64 characters.",
    ),
    "sha256": (
        "请填写 SHA-256 值：64 位小写十六进制数字。",
        "Give a SHA-256 as 64 lower-case hexadecimal digits.",
    ),
    "time_zone": ("请填写 IANA 时区名称，如 Asia/Shanghai。", "Give an IANA time zone such as Asia/Shanghai."),
    "origin": (
        "台账标识不得含空白、加号或不可见字符，一般写作主机名和路径。",
        "An origin has no spaces, plus signs or invisible characters; by convention it is a host and path.",
    ),
    "base64": ("请填写 SHA-256 值的 Base64 形式。", "Give a SHA-256 in base64."),
    "vkey": (
        "请填写日志的验证公钥（vkey），类型为 Ed25519。",
        "Give a verifier key (vkey) of a log, of type Ed25519.",
    ),
    "entity_tag": (
        '请填写读取时 ETag 头给出的版本，如 "12"（含引号）。',
        'Give the version as the ETag header gave it, such as "12" with its quotes.',
    ),
    "string": ("请填写文字（JSON 字符串）。", "Give text (a JSON string)."),
    "string_too_long": (
        "文字过长[，最多 {max_length} 个字符]。",
        "The text is too long[: at most {max_length} characters].",
    ),
    "string_too_short": (
        "文字过短[，至少 {min_length} 个字符]。",
        "The text is too short[: at least {min_length} characters].",
    ),
    "string_pattern_mismatch": ("文字不符合规定的格式。", "The text does not have the form that is asked for."),
    "int_type": ("请填写整数。", "Give a whole number."),
    "float_type": ("请填写数字。", "Give a number."),
    "bool_type": ("请填写 true 或 false。", "Give true or false."),
    "list_type": ("请填写列表（JSON 数组）。", "Give a list (a JSON array)."),
    "object": ("请填写 JSON 对象。", "Give a JSON object."),
    "date_type": ("请填写有效的日期，如 2025-03-31。", "Give a valid date such as 2025-03-31."),
    "datetime_type": (
        "请填写带时区的时间，如 2025-03-31T18:00:00+08:00。",
        "Give a time with offset such as 2025-03-31T18:00:00+08:00.",
    ),
    "json_invalid": ("请填写有效的 JSON。", "Give valid JSON."),
    "invalid_key": ("键名须为文字。", "Names must be text."),
    # presence, choice and size
    "missing": ("此项必填。", "This is required."),
    "none_required": ("此项须留空。", "Leave this empty."),
    "unknown_field": ("没有此项。请删除，或核对名称。", "There is no such field. Remove it or check its name."),
    "unknown_type": (
        "没有此种事件类型。请对照接口说明核对。",
        "There is no such type of event. Compare it with the interface description.",
    ),
    "not_one_of": ("请从规定的值中选填[：{expected}]。", "Give one of the values allowed[: {expected}]."),
    "too_long": ("项数过多[，最多 {max_length} 项]。", "There are too many entries[: at most {max_length}]."),
    "too_short": ("项数过少[，至少 {min_length} 项]。", "There are too few entries[: at least {min_length}]."),
    "greater_than_equal": ("数值过小[，不得小于 {ge}]。", "The number is too small[: at least {ge}]."),
    "less_than_equal": ("数值过大[，不得大于 {le}]。", "The number is too large[: at most {le}]."),
    "greater_than": ("数值过小[，须大于 {gt}]。", "The number is too small[: it must be more than {gt}]."),
    "less_than": ("数值过大[，须小于 {lt}]。", "The number is too large[: it must be less than {lt}]."),
    "outside": ("超出范围[，须在 {least} 至 {most} 之间]。", "This is out of range[: {least} to {most}]."),
    "negative": ("不得为负数。", "This must not be negative."),
    "not_positive": ("须大于 0。", "This must be more than 0."),
    "repeated": ("与前面的重复，每个只能出现一次。", "This repeats an earlier one; give each only once."),
    # schemes
    "weights_not_100": (
        "各评价主体的权重之和须为 100。",
        "The weights of the rater classes must sum to 100.",
    ),
    "from_after_until": (
        "起始月份晚于终止月份。请改正其一。",
        "The first month is after the last. Correct one of them.",
    ),
    "none_in_force": (
        "每个月至少须有一项生效的指标[，{month} 没有]。",
        "Every month needs an indicator in force[; {month} has none].",
    ),
    "not_falling": (
        "等次分数线须由高到低逐级下降，此线须低于上一级。",
        "Thresholds must fall from grade to grade: this one must be below the one before.",
    ),
    "evaluation_missing": (
        "没有年度测评指标时，平时考核权重（routine_weight）须为 1。请增加指标或改为 1。",
        "Without indicators of the year's evaluation, routine_weight must be 1. Add indicators or set it to 1.",
    ),
    # submissions and verdicts
    "no_such_item": (
        "该报送中没有此事项。事项从 0 起编号。",
        "The submission has no such item. Items are numbered from 0.",
    ),
    "not_returned": (
        "只能替换已被退回或未采纳的事项。",
        "Only an item that was returned or refused can be replaced.",
    ),
    "already_replaced": (
        "该事项已有另一次报送替换；请替换后来报送的事项。",
        "Another submission replaces this item already; replace that later one's item instead.",
    ),
    "other_period": (
        "所替换的事项属于另一个月份。请在原月份重新报送。",
        "The item to replace is of another month. Submit it for its own month.",
    ),
    "withdrawn": (
        "该报送已撤回。请选择仍有效的报送。",
        "The submission was withdrawn. Name one that still stands.",
    ),
    "only_accepted": (
        "只有采纳的事项才能给分。请去掉分数，或将审核意见改为采纳。",
        "Only an accepted item takes points. Leave them out or accept the item.",
    ),
    # taking back, acknowledging, deciding
    "annulled": ("所指事件已被撤销。请选择仍有效的事件。", "The event was annulled. Name one that still stands."),
    "not_annullable": (
        "此类事件不能撤销。请记录相应的更正，或重开考核轮次。",
        "Events of this type cannot be annulled. Record a correction instead, or reopen the round.",
    ),
    "not_acknowledgeable": (
        "此类事件无须签收。可签收的是谈话、批评教育、诫勉、组织调整和考核结果。",
        "This event takes no acknowledgement: talks, criticism, admonitions, adjustments and results do.",
    ),
    "already_decided": ("该申诉已有决定，不能重复决定。", "The appeal has been decided already."),
    "not_graded": (
        "该干部在本考核轮次没有等次，不能作等次决定。",
        "This cadre has no grade in the round, so none can be decided.",
    ),
    "computed_grade": (
        "与计算等次相同，无须作等次决定。请去掉此项，或以 null 取消原决定。",
        "This is the computed grade already. Leave the decision out, or drop an earlier one with null.",
    ),
    "nothing_to_drop": (
        "没有待处理的等次决定可取消。请去掉此项。",
        "There is no pending decision to drop. Leave this out.",
    ),
}

_SAME_AS: Mapping[str, str] = {
    "string_type": "string",
    "string_sub_type": "string",
    "string_unicode": "string",
    "extra_forbidden": "unknown_field",
    "unexpected_keyword_argument": "unknown_field",
    "missing_argument": "missing",
    "literal_error": "not_one_of",
    "enum": "not_one_of",
    "int_parsing": "int_type",
    "int_parsing_size": "int_type",
    "int_from_float": "int_type",
    "float_parsing": "float_type",
    "finite_number": "float_type",
    "bool_parsing": "bool_type",
    "decimal_type": "decimal",
    "decimal_parsing": "decimal",
    "tuple_type": "list_type",
    "set_type": "list_type",
    "dict_type": "object",
    "mapping_type": "object",
    "model_type": "object",
    "model_attributes_type": "object",
    "dataclass_type": "object",
    "date_parsing": "date_type",
    "date_from_datetime_parsing": "date_type",
    "date_from_datetime_inexact": "date_type",
    "datetime_parsing": "datetime_type",
    "datetime_object_invalid": "datetime_type",
    "datetime_from_date_parsing": "datetime_type",
    "timezone_aware": "datetime_type",
    "json_type": "json_invalid",
    "uuid_type": "uuid",
    "uuid_parsing": "uuid",
}
"""Pydantic's codes that say the same as another."""


def rule_text(code: str, language: Language, limits: Mapping[str, str]) -> str:
    """The message of one of a problem's ``errors``; a general one for a code that is not known."""
    template = RULES.get(_SAME_AS.get(code, code), _FALLBACK)
    return fill(template, language, {name: _limit(name, limit, language) for name, limit in limits.items()})


def _limit(name: str, limit: str, language: Language) -> str:
    """Choices come as pydantic lists them, ``'a', 'b' or 'c'``, or as ``a, b, c``."""
    if name != "expected":
        return limit
    return listed([choice.strip("'") for choice in re.split(r", | or ", limit)], language)
