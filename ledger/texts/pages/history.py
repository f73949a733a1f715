"""Replay: a record at any moment, and two moments side by side."""

from collections.abc import Mapping

from ledger.texts.wording import Both

HISTORY: Mapping[str, Both] = {
    "history_title": ("回看台账[：{name}]", "Replay[: {name}]"),
    "history_open": ("回看台账", "Replay the history"),
    "history_none": ("没有您可以查看的事件。", "There is no event for you to see."),
    "history_step": ("拖动回看（共[ {count} ]个事件）", "Go to one of the[ {count}] events"),
    "history_go": ("转到", "Go"),
    "history_on": ("或回到某日日终", "Or the end of a day"),
    "history_show": ("查看", "Show"),
    "history_event": ("第[ {step} ]个事件[，共 {steps} 个]", "Event[ {step}][ of {steps}]"),
    "history_changed": ("此事件使以下内容变动", "What this event changed"),
    "history_unchanged": ("此事件没有改变得分、等次、名次和待办事项。", "It changed no points, grade, rank or duty."),
    "history_events": ("前后事件", "Events before and after"),
    "history_previous": ("上一个事件", "Previous event"),
    "history_next": ("下一个事件", "Next event"),
    "history_before": ("此前的事件", "The events before"),
    "effects": ("变动", "Changes"),
    "changes_title": ("两个时点对比[：{name}]", "Two moments side by side[: {name}]"),
    "changes_since": ("与现在对比（自[{date}]以来的变动）", "Compare with now (changes since[ {date}])"),
    "changes_from": ("前一时点（当日日终）", "First moment (end of the day)"),
    "changes_to": ("后一时点（当日日终）", "Second moment (end of the day)"),
    "changes_compare": ("对比", "Compare"),
    "changes_compared": ("结果有变动的考核期间", "Periods whose result changed"),
    "changes_then": ("前一时点", "Then"),
    "changes_later": ("后一时点", "Later"),
    "changes_beginning": ("建档之前", "before the record"),
    "changes_now": ("现在", "now"),
    "changes_events": ("逐项变动及其依据", "What changed, by which event and why"),
    "changes_none": ("两个时点之间没有变动。", "Nothing changed between the two."),
}
