"""A cadre's own record."""

from collections.abc import Mapping

from ledger.texts.wording import Both

OWN: Mapping[str, Both] = {
    "nav_own": ("我的考核", "My record"),
    "own_title": ("我的考核", "My record"),
    "own_whole": ("全部结果与图表", "All results and charts"),
    "own_waiting": ("待我签收", "To acknowledge"),
    "own_nothing_waits": ("没有待签收的事项。", "Nothing waits to be acknowledged."),
    "own_comment": ("意见（可不填）", "Comment (optional)"),
    "own_acknowledge": ("签收", "Acknowledge"),
    "own_results": ("季度与年度结果", "Quarters and years"),
    "own_appeal": ("提出申诉", "Appeal against a result"),
    "own_appeal_against": ("对哪一结果申诉", "Which result"),
    "own_appeal_send": ("提交申诉", "Lodge the appeal"),
    "own_forms": ("我的报送与审核意见", "My forms and their verdicts"),
    "done_acknowledged": ("已签收。", "Acknowledged."),
    "done_appealed": ("申诉已提交。", "The appeal is lodged."),
}
