"""Candidates side by side."""

from collections.abc import Mapping

from ledger.texts.wording import Both

COMPARE: Mapping[str, Both] = {
    "compare_title": ("人选比较", "Candidates side by side"),
    "nav_compare": ("比较", "Compare"),
    "compare_open": ("与他人并列比较", "Compare with others"),
    "compare_lead": (
        "填写 2 至[ {most} ]人的编号，并列查看同一期间的结果。",
        "Give the ids of two to[ {most}] persons to see their results over the same years.",
    ),
    "compare_candidate": ("人选[ {number}]", "Candidate[ {number}]"),
    "compare_go": ("比较", "Compare"),
    "compare_years": ("年度[ {first}][ 至 {last}]", "Years[ {first}][ to {last}]"),
    "compare_since": ("起始年度", "From year"),
    "compare_until": ("截止年度", "To year"),
    "compare_not_comparable": ("人选不在同一考核组。", "The candidates are not of one peer group."),
    "compare_why_not": (
        "各组指标不同，得分和名次不能直接相比，只能分别看各自在组内的位置。",
        "Groups have different indicators: points and ranks do not compare, only each one's place in his own group.",
    ),
    "compare_groups": ("不同组", "different groups"),
    "compare_last": ("末位", "last place"),
    "compare_good": ("好、较好的季度", "quarters good or fairly good"),
    "compare_lasts": ("末位的季度", "quarters in last place"),
    "compare_barred": ("诫勉影响期至", "barred by an admonition until"),
    "compare_open_duties": ("未办结的待办事项", "open duties"),
    "compare_charts": ("季度得分", "Points by quarter"),
    "compare_chart_described": ("各图纵轴相同", "All charts have the same scale"),
}
