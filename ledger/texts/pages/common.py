"""What stands around every page, and in forms and lists of all kinds."""

from collections.abc import Mapping

from ledger.texts.wording import Both

COMMON: Mapping[str, Both] = {
    "ledger": ("考核台账", "Assessment ledger"),
    "skip": ("跳到正文", "Skip to the content"),
    "navigation": ("导航", "Navigation"),
    "nav_home": ("首页", "Home"),
    "nav_cadres": ("干部", "Cadres"),
    "nav_groups": ("考核组", "Groups"),
    "signed_in": ("已登录：[{name}]（[{role}]）", "Signed in as[ {name}],[ {role}]"),
    "sign_out": ("退出", "Sign out"),
    "other_language": ("English（英文）", "Chinese"),
    "sample": (
        "样本数据：人物、分数与分组均为虚构。",
        "Sample data: persons, scores and groups are invented.",
    ),
    "past": (
        "正在查看历史时点：[{date}]，台账序号[ {position}]。以下内容以当时为准。",
        "A past moment is shown:[ {date}], position[ {position}]. Everything below is as it was then.",
    ),
    "back_to_now": ("回到现在", "Back to now"),
    "as_data": ("数据（JSON 格式）", "As data (JSON)"),
    "speaks_for": ("数据截至[{date}]，台账序号[ {position}]", "As of[ {date}], position[ {position}]"),
    "error": ("无法办理", "This could not be done"),
    "what_is_wrong": ("请更正以下内容：", "Please correct:"),
    "http_status": ("状态码[ {status}]", "Status[ {status}]"),
    "next_page": ("下一页", "Next page"),
    "first_page": ("回到第一页", "First page"),
    "nothing": ("暂无。", "Nothing here."),
    "all": ("全部", "All"),
    "search": ("查找", "Search"),
    "table": ("可左右滚动的表格：[{name}]", "Table that may scroll:[ {name}]"),
    "as_table": ("以表格查看", "As a table"),
}
