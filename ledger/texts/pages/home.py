"""Home."""

from collections.abc import Mapping

from ledger.texts.wording import Both

HOME: Mapping[str, Both] = {
    "home_title": ("今日工作", "What needs doing"),
    "home_scope": ("权限范围：[{scope}]", "Scope:[ {scope}]"),
    "home_everything": ("全部", "everything"),
    "home_overdue": ("逾期事项", "Overdue"),
    "home_due": ("待办事项", "Duties due"),
    "home_submissions": ("待审核报送", "Waiting for review"),
    "home_rounds": ("待审定封存的考核轮次", "Rounds to seal"),
    "home_own": ("我的考核结果", "My record"),
    "home_own_open": ("查看全部结果与理由", "All results and reasons"),
    "home_more": ("查看全部", "See them all"),
    "home_rounds_more": ("另有[ {count} ]个", "[{count} ]more"),
    "home_returned": (
        "有[ {count} ]项被退回，请修改后再报",
        "[{count} ]items were returned; amend and send them again",
    ),
    "home_forms": ("[{units} ]个单位，已报送[ {sent} ]个", "[{sent} of ][{units} ]units have submitted"),
    "home_forms_open": ("填写月度报送", "Open the form"),
    "home_acknowledge": ("有[ {count} ]项结果或处理待签收", "[{count} ]results or acts to acknowledge"),
    "home_all_clear": ("目前没有需要办理的事项。", "Nothing waits for you."),
}
