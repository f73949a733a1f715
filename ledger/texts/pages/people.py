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
    "cadre_band_described": (
        "浅色区域为同组中间一半人员的得分，虚线为组内中位数。",
        "The pale columns hold the middle half of the peer group, the broken line is its median.",
    ),
    "cadre_band_past": (
        "同组中位数只随当前结果显示，历史时点不显示。",
        "The peer group's median is shown with the results of now only.",
    ),
    "cadre_median": ("组内中位数", "group's median"),
    "cadre_band": ("组内中间一半", "group's middle half"),
    "cadre_quarters": ("季度等次与组内排名", "Quarters: grades and ranks"),
    "cadre_ranks": ("组内排名", "Ranks by quarter"),
    "cadre_ranks_described": (
        "每条竖线上端为第一名，下端为末位；圆点为本人名次，方块表示本季末位",
        "Each line runs from the first place above to the last below; the dot is the rank, a square a last place",
    ),
    "cadre_years": ("年度等次", "Years"),
    "cadre_waiting": ("[{first}][至{last}]：尚无结果。", "[{first}][ to {last}]: no result yet."),
    "cadre_duties": ("待办事项", "Duties"),
    "cadre_duties_none": ("没有未办结的待办事项。", "No duty is open."),
    "cadre_duties_rest": ("已办结或不再需要的[ {count} 项]", "Done or withdrawn[: {count}]"),
    "cadre_acts": ("谈话、批评、诫勉、调整与申诉", "Talks, criticism, admonitions, adjustments and appeals"),
    "act_annulled": ("已撤销：", "Taken back:"),
    "appeal_waits": ("尚未处理", "not decided yet"),
    "cadre_postings": ("任职经历", "Postings"),
    "cadre_no_record": (
        "您的角色只能查看任职信息，不含得分与等次。",
        "Your role sees where the cadre is posted, not points and grades.",
    ),
    "cadre_departed": ("已离任", "has left"),
    "window": ("影响期", "window"),
    "window_in_force": ("影响期内", "in force"),
    "rank_of": ("[{rank}]/[{of} 人]", "[{rank}]/[{of}]"),
    "why_steps": ("逐步计算及其依据", "Step by step, down to the events"),
    "why_equation": ("计算式", "The calculation"),
    "why_scheme": (
        "依据[{group}][ {year} 年]考核方案[第 {version} 版]",
        "By[ version {version} of] the scheme[ of {group}][ for {year}]",
    ),
    "why_title": ("[{name} ][{period}]的计算过程", "Why:[ {name},][ {period}]"),
    "why_event": ("台账序号[ {position}]", "position[ {position}]"),
    "why_none": ("本期没有可以解释的结果。", "There is no result to explain for this period."),
    "why_exact": ("精确值[ {exact}]", "exactly[ {exact}]"),
}
