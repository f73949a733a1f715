"""Groups and their rounds."""

from collections.abc import Mapping

from ledger.texts.wording import Both

GROUPS: Mapping[str, Both] = {
    "groups_title": ("考核组", "Groups"),
    "groups_rounds": ("[{year}年]考核轮次", "Rounds[ of {year}]"),
    "groups_members": ("成员[ {count} 人]", "members[: {count}]"),
    "standings_title": ("组内排名：[{group} ][{period}]", "Standings:[ {group},][ {period}]"),
    "standings_rows": ("组内排名", "Standings"),
    "standings_place": ("序", "Place"),
    "standings_moved": ("较上期[（{period}）]", "Since[ {period}]"),
    "moved_up": ("▲ 升[ {places}]", "▲ up[ {places}]"),
    "moved_down": ("▼ 降[ {places}]", "▼ down[ {places}]"),
    "moved_not": ("＝ 不变", "= same"),
    "standings_quota": ("名额", "Places"),
    "quota_places": ("名额", "places"),
    "quota_used": ("已用", "used"),
    "quota_unused": ("未用（同分不拆分或未达线）", "unused (a tie that did not fit, or too few reached it)"),
    "quota_by_decision": ("另由决定确定", "by decision"),
    "standings_distribution": ("得分分布", "How the points lie"),
    "distribution_described": (
        "每 5 分一档的人数，共[ {count} ]人",
        "Number of persons in steps of five points,[ {count}] in all",
    ),
    "distribution_from": ("得分区间", "Points"),
    "distribution_count": ("人数", "Persons"),
    "standings_missing": ("审定封存前尚缺", "Missing before the seal"),
    "missing_by_cadre": ("按干部", "By cadre"),
    "missing_by_scorer": ("按评分人", "By scorer"),
    "missing_nothing": ("✓ 资料已齐，可以审定封存。", "✓ Nothing is missing; the round can be sealed."),
}
