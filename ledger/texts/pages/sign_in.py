"""Signing in, and opening records."""

from collections.abc import Mapping

from ledger.texts.wording import Both

SIGN_IN: Mapping[str, Both] = {
    "sign_in": ("登录", "Sign in"),
    "sign_in_lead": (
        "请使用系统管理员发给您的令牌登录；收到一次性登录链接的，打开链接即可。",
        "Sign in with the token that your administrator gave you, or open your single-use link.",
    ),
    "token_hint": ("以 lk_ 开头，只在授予时显示一次。", "Begins with lk_ and was shown once, when it was granted."),
    "sign_in_failed": (
        "登录未成功：所用凭证有误、已失效或已用过，或者您尚无权限、权限已收回。",
        "You could not be signed in: what you used is mistyped, expired or used already, or you have no access.",
    ),
    "sign_in_provider": ("用单位统一身份认证登录", "Sign in with your organisation's account"),
    "sign_in_link": ("一次性登录", "Sign in once"),
    "sign_in_link_lead": (
        "此链接只能使用一次，24 小时内有效。点击下面的按钮登录。",
        "This link works once, within 24 hours. Press the button to sign in.",
    ),
    "consultation_title": ("查阅登记", "Open a record"),
    "consultation_lead": (
        "查阅干部档案前须先登记用途。登记写入台账，8 小时内凭此查阅。",
        "Before a record is read, say what for. This is recorded in the ledger and opens the record for 8 hours.",
    ),
    "consultation_cadres": ("查阅对象", "Whose record"),
    "consultation_matter_hint": ("如：任用方案编号、会议议题。", "Such as the number of the proposal or the agenda."),
    "consultation_open": ("登记并查阅", "Record and open"),
}
