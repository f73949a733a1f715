"""Setting the ledger up: the roster's acts, schemes, access."""

from collections.abc import Mapping

from ledger.texts.wording import Both

SETUP: Mapping[str, Both] = {
    # the roster's acts
    "registration_title": ("登记干部", "Register a cadre"),
    "registration_lead": (
        "登记后从起始月份起参加所在考核组的考核。",
        "From the month given on, the person is a member of the peer group.",
    ),
    "registration_cadre": ("干部编号", "Cadre id"),
    "registration_cadre_hint": (
        "由本单位编发，不要用姓名或出生日期；可用字母、数字、点、横线和下划线。",
        "Issued by the office, never made of name or birth date: letters, digits, dots, dashes and underscores.",
    ),
    "registration_send": ("登记", "Register"),
    "done_registered": ("已登记。", "Registered."),
    "postings_title": ("[{name}]的任职", "Postings of[ {name}]"),
    "postings_open": ("登记任职变动", "Change the posting"),
    "postings_since_hint": ("从这个月起，如 2025-03。", "From this month on, such as 2025-03."),
    "postings_departed_hint": ("从这个月起不再任职。", "From this month on there is no posting."),
    "postings_record": ("登记", "Record"),
    "postings_take_back": ("撤销", "Take back"),
    "done_posted": ("任职变动已登记。", "The posting is recorded."),
    "done_departed": ("离任已登记。", "The departure is recorded."),
    # schemes
    "schemes_open": ("考核方案", "Scheme"),
    "scheme_title": ("[{group} ][{year}]考核方案", "Scheme of[ {group},][ {year}]"),
    "scheme_version": ("第[ {version} ]版", "Version[ {version}]"),
    "scheme_adopted": ("[{at}]由[ {actor} ]发布", "adopted[ {at}][ by {actor}]"),
    "scheme_months": ("月度指标", "Indicators of the months"),
    "scheme_year": ("年度测评指标", "Indicators of the year's evaluation"),
    "scheme_figures": ("其他参数", "Other figures"),
    "scheme_value": ("数值", "value"),
    "scheme_versions": ("各版本", "Versions"),
    "scheme_compare": ("第[ {was} ]版与第[ {now} ]版的差异", "What changed from version[ {was}][ to {now}]"),
    "scheme_same": ("没有差异。", "Nothing differs."),
    "scheme_absent": ("（无）", "(none)"),
    "scheme_adopt": ("修订并发布新版", "Adopt a new version"),
    "scheme_begin": ("制定[ {year}]考核方案", "Draw up the scheme of[ {year}]"),
    "adoption_title": ("发布[{group} ][{year}]考核方案", "Adopt a scheme:[ {group},][ {year}]"),
    "adoption_lead": (
        "先检查再发布。已审定封存过的期间沿用当时的版本，其余期间按最新版本计算。",
        "Check first, then adopt. Periods that were ever sealed keep their version; others follow the newest.",
    ),
    "adoption_from": ("以第[ {version} ]版为底稿。", "It starts from version[ {version}]."),
    "adoption_from_year": ("以[{year}]方案为底稿。", "It starts from the scheme of[ {year}]."),
    "adoption_blank": ("尚无可参考的方案。", "There is no scheme to start from."),
    "adoption_rows": ("代码留空的行不采用。", "Rows without a code are left out."),
    "adoption_raters": ("评价主体权重，如 leader=60 peer=40", "rater weights, such as leader=60 peer=40"),
    "adoption_check": ("检查", "Check"),
    "adoption_send": ("发布", "Adopt"),
    "adoption_holds": (
        "检查通过，将成为第[ {version} ]版，尚未发布。",
        "It can be adopted as version[ {version}]; nothing is recorded yet.",
    ),
    "adoption_row": ("第[ {number} ]行", "row[ {number}]"),
    "adoption_default": ("按默认", "as the rules say"),
    "done_adopted": ("考核方案已发布。", "The scheme is adopted."),
    # access
    "nav_access": ("权限", "Access"),
    "access_title": ("访问权限", "Access"),
    "access_lead": (
        "谁可以使用台账、以什么角色、在什么范围。系统管理员看不到任何干部的档案。",
        "Who may use the ledger, in which role and scope. Administrators see no record of anybody.",
    ),
    "access_scope": ("范围", "Scope"),
    "access_grant": ("授予权限", "Grant access"),
    "access_grant_hint": (
        "同名账号的原有权限和令牌随之失效。令牌只在下一页显示一次。",
        "An earlier grant of the same name and its token end. The new token is shown once, on the next page.",
    ),
    "access_several": ("多个用逗号分开；留空为不限。", "Several with commas between; none: not limited."),
    "access_groups_hint": ("填代码，多个用逗号分开；留空为不限。", "Codes, with commas between; none: not limited."),
    "access_cadre_hint": (
        "账号本人是干部的，填其编号：不得经办自己的考核。",
        "If the principal is a cadre, the id: nobody works on his own record.",
    ),
    "access_identity_hint": (
        "由统一身份认证登录的账号填写，不发令牌。",
        "For who signs in with the organisation's account; no token is made.",
    ),
    "access_link": ("生成一次性登录链接", "Make a sign-in link"),
    "access_revoke": ("收回权限", "Revoke"),
    "done_revoked": ("权限已收回。", "The access is revoked."),
    "granted_title": ("账号[ {name}]", "Access of[ {name}]"),
    "granted_token": (
        "已授予权限。令牌只在此显示一次，请当面或经可靠渠道交给本人：",
        "Access is granted. The token is shown only here, once; hand it over in person or by a safe way:",
    ),
    "granted_link": (
        "一次性登录链接，24 小时内有效，只能使用一次：",
        "A link that signs in once, within 24 hours:",
    ),
    "granted_or_link": ("也可以改发登录链接：", "A link may be sent instead:"),
    "granted_before": (
        "此次授权此前已经完成，令牌不再显示。遗失的请重新授权。",
        "This grant had been made before, and its token is not shown again. If it is lost, grant anew.",
    ),
    "granted_identity": ("已授予权限，由统一身份认证登录。", "Access is granted; the organisation's account signs in."),
    "granted_back": ("返回权限列表", "Back to the list"),
}
