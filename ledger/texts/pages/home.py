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
    "home_more": ("另有更多，未在此列出。", "There are more than are listed here."),
    "home_all_clear": ("目前没有需要办理的事项。", "Nothing waits for you."),
    "home_items": ("[{count} 项]事项", "[{count} ]items"),
}
