"""Problems of the assessment: what the rules do not let be recorded, sealed or adopted now."""

from collections.abc import Mapping

from ledger.texts.wording import Problem

ASSESSMENT: Mapping[str, Problem] = {
    "already-founded": Problem(
        ("考核台账已经建立", "The ledger is founded already"),
        (
            "考核台账已经建立，其标识和时区不能更改。请直接使用，或另建一个台账。",
            "The ledger is there already; its origin and time zone are fixed. Use it as it is, or create another one.",
        ),
        (
            "建立考核台账是其第一个事件，只能有一次。须用不同的标识或时区时，请用新的数据库另建台账。",
            "A ledger is founded once, as its first event. For another origin or time zone create a ledger in a new "
            "database.",
        ),
    ),
    "not-diverged": Problem(
        ("考核台账与检查点相符", "Nothing contradicts the ledger"),
        (
            "考核台账与已签署的检查点相符，无须声明新的台账标识。",
            "The ledger goes on from what was signed, so there is no new origin to declare.",
        ),
        (
            "只有恢复了较旧的备份、与已签署的检查点不再相符时，才声明新的台账标识。请先启动服务或核查。",
            "A new origin is declared only after an older backup was put back, so that the ledger contradicts its "
            "signed checkpoints.",
        ),
    ),
    "rebuild-underway": Problem(
        ("视图正在重建", "The views are being made anew"),
        (
            "另一进程正在重建视图。请等其完成后再试。",
            "Another process makes the views anew at this moment. Wait until it has ended, then try again.",
        ),
        (
            "同一台账同时只能有一个重建。中断的重建不影响正在使用的视图，重新执行 ledger rebuild 即可。",
            "A ledger is rebuilt by one process at a time. One that was broken off leaves the live views as they "
            "were; run ledger rebuild again.",
        ),
    ),
    "already-registered": Problem(
        ("该干部已登记", "Registered already"),
        (
            "此干部编号已登记。职务、单位或考核组变动请记录新的任职，新干部请换用新的编号。",
            "This cadre id is registered. Record a posting for a change of post, unit or group; for someone else use "
            "a new id.",
        ),
        (
            "每个干部只登记一次，编号终身不变，也不转给他人；离任后重新任职同样记录新的任职（posted）。",
            "A cadre is registered once, and the id is never given to someone else. Coming back after a departure is "
            "a new posting (posted) too.",
        ),
    ),
    "already-scored": Problem(
        ("已经评分", "Scored already"),
        (
            "该评分人对此指标已有有效评分[（事件 {event}）]。请更正原评分，或撤销后重新评分。",
            "This scorer holds a score for the indicator already[ (event {event})]. Correct it, or annul it and score "
            "again.",
        ),
        (
            "每名评分人对一项指标的每类评价主体只能有一个有效评分，以免重复计分。更正（score_corrected）须说明理由，"
            "原评分仍保留可查。",
            "A scorer holds one standing score for each indicator and rater class, so that none counts twice. A "
            "correction (score_corrected) gives its reason, and the first score stays on record.",
        ),
    ),
    "already-reviewed": Problem(
        ("已有审核意见", "Reviewed already"),
        (
            "该报送已有审核意见，不能再撤回。需要修改的，请就被退回或未采纳的事项重新报送。",
            "The submission has a verdict and can no longer be withdrawn. To amend an item that was returned or "
            "refused, submit it anew.",
        ),
        (
            "报送只能在出具审核意见之前撤回。之后由审核人员出具新的审核意见，或用 replaces 替换被退回、未采纳的事项。",
            "A submission is withdrawn before any verdict only. After that a reviewer may give a new verdict, or a "
            "new submission replaces (replaces) the item that was returned or refused.",
        ),
    ),
    "period-sealed": Problem(
        ("考核轮次已审定封存", "The round is sealed"),
        (
            "考核轮次[（{rounds}）]已审定封存，相关内容不能变动。确需变动的，请由组织部门说明理由重开后办理。",
            "The round[ ({rounds})] is sealed, so what it rests on cannot change. If it must, an organiser reopens it "
            "first, with the reason.",
        ),
        (
            "审定封存后，该期间的报送、评分、了解情况、当月不计以及影响单位、考核组归属的任职变动均不能再记录或撤销。"
            "重开、更改后再次审定封存，形成新的版次，原版次保留可查。",
            "Once sealed, a period takes no submissions, scores, observations or excuses, no annulments of them, and "
            "no change of posting that would alter it. Reopened, changed and sealed again it has a new revision; the "
            "earlier one stays.",
        ),
    ),
    "period-not-sealed": Problem(
        ("考核轮次未审定封存", "The round is not sealed"),
        (
            "该期间[（{period}）]没有审定封存的结果，或没有所指的版次。请核对期间和版次，待审定封存后办理。",
            "The period[ ({period})] has no sealed result, or none of that revision. Check both, and wait for the "
            "seal where it is still to come.",
        ),
        (
            "只有已审定封存的考核轮次才能重开，只有已审定封存的结果才能申诉。未审定封存的内容可以直接记录或更正。",
            "Only a sealed round can be reopened, and only a sealed result appealed against. Before the seal, facts "
            "are simply recorded or corrected.",
        ),
    ),
    "period-not-ended": Problem(
        ("未到审定封存时间", "Too early to seal"),
        (
            "该期间[（{period}）]尚未结束或仍在报送期内。请待期满[（{until} 之后）]再审定封存。",
            "The period[ ({period})] has not ended, or its forms may still be filed. Seal it later[, after {until}].",
        ),
        (
            "月份须在次月报送截止日之后，季度和年度须在结束之后才能审定封存。截止日由考核方案（closes_on_day）规定。",
            "A month is sealed after the filing day of the next month (closes_on_day of the scheme), a quarter or "
            "year after its last day.",
        ),
    ),
    "round-not-ready": Problem(
        ("尚不具备审定封存条件", "The round is not ready"),
        (
            "考核轮次尚有未完成的内容[（{missing}）]。请逐项完成后再审定封存。",
            "Something is still missing in the round[ ({missing})]. Complete it, then seal.",
        ),
        (
            "审定封存须对全组一次完成：月份要求每名成员评分和审核齐全或当月不计，"
            "季度和年度要求所依据的考核轮次均已审定封存。考核组的 progress 按干部和评分人列出所缺内容。",
            "A round is sealed whole: a month when every member is excused or scored and reviewed, a quarter or year "
            "when all that it rests on is sealed. The group's progress lists what is missing, by cadre and by scorer.",
        ),
    ),
    "decision-pending": Problem(
        ("有等次决定待处理", "Decisions are pending"),
        (
            "以前的等次决定[（{cadres}）]尚未处理。请在本次审定封存中逐一重新作出，或以 null 取消。",
            "Earlier decisions on grades[ ({cadres})] are neither repeated nor dropped. Give each again in this seal, "
            "or drop it with null.",
        ),
        (
            "重开后再次审定封存时，上一版次的等次决定不会自动沿用。计算结果可能已变，须由审定人逐人确认或取消。",
            "Decisions of the last revision are not carried over when a round is sealed again: the figures may have "
            "changed, so each is repeated or dropped by the person who seals.",
        ),
    ),
    "no-scheme": Problem(
        ("没有考核方案", "No scheme"),
        (
            "考核组在该年度[（{group} {year}）]没有考核方案。请先由组织部门发布考核方案。",
            "The group has no scheme for that year[ ({group} {year})]. An organiser adopts one first.",
        ),
        (
            "指标、分数线和期限都由考核组的年度考核方案规定；没有考核方案，既不能评分、报送，也不能审定封存。",
            "Indicators, bands and deadlines all come from the group's scheme of the year; without one there is "
            "nothing to submit or score against, and nothing to seal.",
        ),
    ),
    "not-posted": Problem(
        ("当期没有任职", "Not posted then"),
        (
            "该干部在此期间[（{period}）]没有任职。请核对期间；任职漏记的，请先补记任职。",
            "The cadre has no posting in this period[ ({period})]. Check the period, or record the posting first if "
            "it is missing.",
        ),
        (
            "每个月的内容都归入当月任职所在的单位和考核组，任职之前的期间不考核，也不计为缺项。",
            "What happens in a month belongs to the unit and group of the posting then in force. Before the first "
            "posting nothing is assessed, and nothing counts as missing.",
        ),
    ),
    "departed": Problem(
        ("该干部已离任", "Departed"),
        (
            "该干部在此期间[（{period}）]已离任。请核对期间；已重新任职或离任有误的，请先记录任职或撤销离任。",
            "The cadre had departed by this period[ ({period})]. Check the period; if there was a new posting or the "
            "departure is wrong, record the posting or annul the departure first.",
        ),
        (
            "离任当月起不再考核，未办的待办事项随之取消，直至重新任职。此前期间的内容不受影响。",
            "From the month of departure on nothing is assessed and unanswered duties are withdrawn, until posted "
            "again. Earlier periods are not affected.",
        ),
    ),
    "unknown-indicator": Problem(
        ("没有此指标", "Unknown indicator"),
        (
            "考核方案在该期间[（{period}）]没有此指标。请按考核方案核对指标代码及其起止月份。",
            "The scheme has no such indicator in this period[ ({period})]. Check its code and months in the scheme.",
        ),
        (
            "评分所用的指标须在干部当期所在考核组的考核方案中，且当月生效；年度测评使用年度指标，评分期间填写年度。",
            "A score names an indicator of the scheme of the cadre's group that is in force in that month. The year's "
            "evaluation has its own indicators, with the year as period.",
        ),
    ),
    "unknown-rater": Problem(
        ("评价主体不符", "Unknown rater class"),
        (
            "评价主体与该指标的规定不符。请选用规定的类别[（{raters}）]；指标不分类别的，请不要填写。",
            "The rater class does not fit the indicator. Use one it has[ ({raters})], or none where it has none.",
        ),
        (
            "考核方案为指标规定了评价主体及权重的，每个评分须写明其中一类；没有规定的，评分不写评价主体。",
            "Where the scheme gives an indicator weights by rater class, every score names one of them; elsewhere "
            "scores name none.",
        ),
    ),
    "points-out-of-range": Problem(
        ("分数超出范围", "Points out of range"),
        (
            "分数超出该指标的范围[（{least} 至 {most}）]。请改正后重新提交。",
            "The points are outside the indicator's range[ ({least} to {most})]. Correct them and send again.",
        ),
        (
            "指标的评分不得低于 0，不得高于考核方案规定的满分。各指标的满分见考核方案。",
            "A score lies between 0 and the maximum that the scheme gives its indicator.",
        ),
    ),
    "period-not-begun": Problem(
        ("期间尚未开始", "The period has not begun"),
        (
            "该期间[（{period}）]尚未开始。请核对期间，或待开始后再记录。",
            "This period[ ({period})] has not begun. Check it, or record this once it has.",
        ),
        (
            "报送、评分和了解情况只能记录在已经开始的期间。是否开始以考核台账所在时区的日期为准。",
            "Submissions, scores and observations are recorded for periods that have begun, by the date in the "
            "ledger's time zone.",
        ),
    ),
    "orphaned-scores": Problem(
        ("已有评分将失去依据", "Scores would lose their place"),
        (
            "变动后，已有评分[（{scores}）]将不符合考核方案。请先撤销这些评分，或调整本次变动。",
            "After this change the scheme would have no place for standing scores[ ({scores})]. Annul them first, or "
            "change what you propose.",
        ),
        (
            "任职变动或新的考核方案不得使未审定封存期间的有效评分失去指标、评价主体或超出满分。"
            "考核台账不会自行删改评分，须由人逐一处理。",
            "A posting or a new scheme may not leave a standing score of an unsealed period without its indicator, "
            "rater class or range. The ledger never drops scores by itself: a person settles each.",
        ),
    ),
}
