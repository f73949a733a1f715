"""What each step of an explanation does, by its rule; ``{name}`` are its facts, in words where they are codes."""

from collections.abc import Mapping

from ledger.projections.explanation.node import Rule
from ledger.texts.wording import Both

STEPS: Mapping[Rule, Both] = {
    # months
    "month.points": (
        "[{period}]得分：基础分、重点工作、了解情况之和，不低于 0 分",
        "Points of the month[ {period}]: base, key work and observation together, not below 0",
    ),
    "month.excused": ("[{period}：]当月不计[（{excused}）]", "Month[ {period}] excused[ ({excused})]"),
    "month.not_graded": ("[{period}]没有结果[：{not_graded}]", "No result[ for {period}][: {not_graded}]"),
    "month.base": (
        "基础分：100 × 各指标得分之和 ÷ 满分之和[ {sum_of_max}]",
        "Base: 100 × the sum of the values ÷ the sum of the maxima[ {sum_of_max}]",
    ),
    "indicator.value": (
        "[{kind}]指标[“{name}”][，满分 {max}]",
        "[{kind} ]indicator[ “{name}”][, at most {max}]",
    ),
    "indicator.skipped": (
        "[{kind}]指标[“{name}”]没有评分，不计入",
        "[{kind} ]indicator[ “{name}”] has no score and is left out",
    ),
    "rater.mean": (
        "评价主体[ {rater} ]的[ {count} 个]评分的平均分[，权重 {weight}]",
        "Mean of the[ {count}] scores by[ {rater}][, weight {weight}]",
    ),
    "score": ("评分[（{scorer}）]", "Score[ by {scorer}]"),
    "score.correction": ("更正评分[：{reason}]", "Score corrected[: {reason}]"),
    "key_work": (
        "重点工作：采纳事项得分之和[，最高 {cap}]",
        "Key work: the points of the accepted items[, at most {cap}]",
    ),
    "key_work.item": ("采纳事项[“{title}”]", "Accepted item[ “{title}”]"),
    "submission": ("报送[（{items} 项）]", "Submission[ of {items} items]"),
    "observation": (
        "了解情况：加减分之和[，上下限均为 {cap}]",
        "Observation: the signed points together[, within ±{cap}]",
    ),
    "observation.seen": ("了解情况[：{channel}][（{observed_on}）]", "Observed[: {channel}][ on {observed_on}]"),
    "excuse": ("当月不计[：{reason}]", "Excused[: {reason}]"),
    "missing": ("尚缺[：{missing}]", "Missing[: {missing}]"),
    # from points to a grade
    "band": ("得分[ {points} ]达到的等次", "The grade that the points[ {points}] reach"),
    "decision": (
        "决定等次[为“{grade}”][（计算等次“{computed_grade}”）][：{reason}]",
        "Grade decided[ as {grade}][ (computed: {computed_grade})][: {reason}]",
    ),
    # quarters
    "quarter.points": (
        "[{period}]得分：计分月份的平均分",
        "Points of the quarter[ {period}]: the mean of its graded months",
    ),
    "quarter.not_graded": ("[{period}]没有结果[：{not_graded}]", "No result[ for {period}][: {not_graded}]"),
    "quarter.month": ("[{month}]得分", "Points of the month[ {month}]"),
    "quarter.month_left_out": (
        "[{month}]没有得分，不计入[（{excused}）][（{not_graded}）]",
        "Month[ {month}] has no points and is left out[ ({excused})][ ({not_graded})]",
    ),
    "quarter.eligibility": (
        "计分月份[ {graded_months} 个][，参加排名至少须 {minimum_months} 个]",
        "Graded months[: {graded_months}][, a rank takes {minimum_months}]",
    ),
    "quarter.rank": (
        "组内排名[：{of} 人中第 {rank} 名][：未排名，{not_ranked}]",
        "Rank[: {rank} of {of}][: none, {not_ranked}]",
    ),
    "quarter.last_place": (
        "末位[：{last}][，并列末位（不计）：{last_shared}]",
        "Last place[: {last}][, shared and not counted: {last_shared}]",
    ),
    "quarter.quota": (
        "“好”等次名额[：{counted} {among} 人 × {share}][，名额 {places} 个][，已用 {used} 个]",
        "Places for good[: {share} of the {among} {counted}][, places: {places}][, used: {used}]",
    ),
    "last_place_run": (
        "连续末位[：中间跳过 {passed_over} 个季度][，连续 {case_after} 个季度须研究组织调整]",
        "Last places in a row[, {passed_over} quarters passed over][, {case_after} open an adjustment case]",
    ),
    "last_place_run.quarter": (
        "[{quarter}]连续末位[：{effect}][（{because}）]",
        "Run of last places[, {quarter}][: {effect}][ ({because})]",
    ),
    "last_place_run.end": (
        "[{quarter}]连续末位[：{effect}][（{because}）]",
        "Run of last places[, {quarter}][: {effect}][ ({because})]",
    ),
    # years
    "year.points": (
        "[{period}]得分：季度平均分与年度测评按权重相加",
        "Points of the year[ {period}]: the mean of the quarters and the evaluation by their weights",
    ),
    "year.not_graded": ("[{period}]不定等次[：{not_graded}]", "Year[ {period}] not graded[: {not_graded}]"),
    "year.routine": ("计分季度的平均分[，权重 {weight}]", "Mean of the graded quarters[, weight {weight}]"),
    "year.quarter": ("[{quarter}]得分[，等次“{grade}”]", "Points of the quarter[ {quarter}][, grade {grade}]"),
    "year.quarter_left_out": (
        "[{quarter}]没有得分，不计入[（{not_graded}）]",
        "Quarter[ {quarter}] has no points and is left out[ ({not_graded})]",
    ),
    "year.evaluation": (
        "年度测评：100 × 各指标得分之和 ÷ 满分之和[ {sum_of_max}][，权重 {weight}]",
        "Evaluation: 100 × the sum of the values ÷ the sum of the maxima[ {sum_of_max}][, weight {weight}]",
    ),
    "year.ceiling": ("最高可定等次[：{reason}]", "The best grade there may be[: {reason}]"),
    "year.quota": (
        "优秀名额[：{counted} {among} 人 × {share}][，名额 {places} 个][，已用 {used} 个]",
        "Places for excellent[: {share} of the {among} {counted}][, places: {places}][, used: {used}]",
    ),
    "year.rank": ("组内排名[：{of} 人中第 {rank} 名]", "Rank[: {rank} of {of}]"),
    "admonition": ("[{decided_on} ]诫勉[（{form}）]", "Admonished[ on {decided_on}][ ({form})]"),
    "departure": ("[自 {since} 起]离任[（{departed}）]", "Departed[ from {since} on][ ({departed})]"),
}
