"""The roster, a cadre, and why a figure is what it is."""

from collections.abc import Mapping

from ledger.texts.wording import Both

PEOPLE: Mapping[str, Both] = {
    "roster_title": ("干部名册", "Cadres"),
    "roster_q": ("姓名或编号", "Name or id"),
    "cadre_months": ("月度得分", "Points by month"),
    "cadre_months_described": (
        "[{first}]至[{last}]各月得分，缺失处中断",
        "Points of each month[ from {first}][ to {last}]; broken where there are none",
    ),
    "cadre_quarters": ("季度等次与组内排名", "Quarters: grades and ranks"),
    "cadre_years": ("年度等次", "Years"),
    "cadre_duties": ("待办事项", "Duties"),
    "cadre_admonitions": ("诫勉及影响期", "Admonitions and their windows"),
    "cadre_postings": ("任职经历", "Postings"),
    "cadre_no_record": (
        "您的角色只能查看任职信息，不含得分与等次。",
        "Your role sees where the cadre is posted, not points and grades.",
    ),
    "cadre_departed": ("已离任", "has left"),
    "window": ("影响期", "window"),
    "rank_of": ("[{rank}]/[{of} 人]", "[{rank}]/[{of}]"),
    "why": ("计算过程", "Why"),
    "why_title": ("[{name} ][{period}]的计算过程", "Why:[ {name},][ {period}]"),
    "why_event": ("台账序号[ {position}]", "position[ {position}]"),
    "why_none": ("本期没有可以解释的结果。", "There is no result to explain for this period."),
    "why_exact": ("精确值[ {exact}]", "exactly[ {exact}]"),
}
