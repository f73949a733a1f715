"""Duties, and the sheet on which one is recorded."""

from collections.abc import Mapping

from ledger.texts.wording import Both

DUTIES: Mapping[str, Both] = {
    "nav_duties": ("待办事项", "Duties"),
    "duties_title": ("待办事项", "Duties"),
    "duties_open": ("逾期与待办", "overdue and due"),
    "duties_none": ("没有这样的事项。", "There are none."),
    "duties_do": ("办理", "Do it"),
    "duties_look": ("查看", "Look"),
    "sheet_result": ("考核结果", "The result"),
    "sheet_lost": ("主要失分指标", "Where points were lost"),
    "sheet_points_lost": ("失分合计", "points lost"),
    "sheet_months": ("月数", "months"),
    "sheet_improve": (
        "[{name}：]失分[ {lost}]，满分合计[ {max}]。",
        "[{name}:] lost[ {lost}][ of {max}].",
    ),
    "sheet_done": ("办理情况", "What was done"),
    "sheet_record": ("登记[{what}]", "Record[: {what}]"),
    "sheet_optional": ("[{name}]（可不填）", "[{name}] (optional)"),
    "sheet_save": ("登记", "Record"),
    "sheet_signed_by": ("谈话人：", "Held by:"),
    "sheet_signed": ("干部本人：", "The cadre:"),
    "sheet_day": ("日期：", "Date:"),
    "done_recorded": ("已登记入台账。", "Recorded in the ledger."),
}
