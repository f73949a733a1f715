"""Problems of a request's form, and of a ledger that cannot answer now."""

from collections.abc import Mapping

from ledger.texts.wording import Problem

REQUESTS: Mapping[str, Problem] = {
    "malformed": Problem(
        ("请求无法读取", "The request cannot be read"),
        (
            "请求内容不是格式正确的 JSON。请检查语法、UTF-8 编码和重复的键名，改正后重新提交。",
            "The request is not well-formed JSON. Check its syntax, UTF-8 encoding and repeated names, then send it "
            "again.",
        ),
        (
            "内容在逐项检查之前就无法读取：JSON 语法有误、不是 UTF-8、同一对象中键名重复、嵌套过深，或请求头格式不对。"
            "所提交的内容没有写入，改正后可用同一 id 重新提交。",
            "The content could not be read at all: broken JSON, not UTF-8, a name repeated in one object, nested too "
            "deep, or a header of the wrong form. Nothing of it was recorded; correct it and send it again with the "
            "same id.",
        ),
    ),
    "method-not-allowed": Problem(
        ("不支持此请求方法", "Method not allowed"),
        (
            "此地址不支持该请求方法。请改用答复的 Allow 头所列的方法。",
            "This address does not take that method. Use one that the Allow header of the answer lists.",
        ),
        (
            "读取用 GET，写入用 POST；考核台账只增不改，没有 PUT、PATCH 和 DELETE。更改以新的更正或撤销事件记录。",
            "Reading is GET, appending is POST. Nothing in the ledger is replaced or deleted: a change is recorded as "
            "a new correction or annulment.",
        ),
    ),
    "id-reused": Problem(
        ("编号已被使用", "The id was used before"),
        (
            "此 id 已用于内容不同的另一事件。重试请原样提交，新事件请换用新的 id。",
            "This id already belongs to an event with other content. To retry, send exactly the same; for a new event "
            "use a new id.",
        ),
        (
            "同一 id 以相同内容再次提交是安全的，会得到首次的回执；内容、类型或对象不同则被拒绝，"
            "以免一次重试掩盖另一件事。",
            "Sending the same id with the same content again is safe and gives the first receipt. With other content, "
            "type or stream it is refused, so that a retry never hides something new.",
        ),
    ),
    "stale": Problem(
        ("记录已有变化", "The record has moved on"),
        (
            "您读取之后，该记录已有新的事件[，现为版本 {version}]。请重新读取，确认后再提交。",
            "Something was recorded since you read this[; the version is now {version}]. Read it again, then decide "
            "whether to send yours.",
        ),
        (
            "If-Match 所带的版本不是当前版本，没有写入任何内容。重新读取后以新的 ETag 提交；不需要此项检查时可不带 "
            "If-Match。",
            "The version in If-Match is not the current one, and nothing was recorded. Read again and send the new "
            "ETag, or leave If-Match out if it does not matter.",
        ),
    ),
    "too-large": Problem(
        ("内容过大", "Too large"),
        (
            "提交的内容超过上限[（{limit}）]。请精简内容，或分批提交。",
            "What was sent is over the limit[ ({limit})]. Shorten it or send it in parts.",
        ),
        (
            "单个事件和批量中的每一行不超过 64 KiB，全部成败一致（atomic）的批量不超过 10000 行，"
            "批量总大小由服务器设定。材料请只写文件名和 SHA-256，不要放入正文。",
            "One event, and each line of a bulk, has at most 64 KiB, an atomic bulk at most 10,000 lines, and the "
            "whole body what the server allows. Documents are named by their SHA-256, not put into the text.",
        ),
    ),
    "unsupported-media-type": Problem(
        ("不支持此内容类型", "Unsupported media type"),
        (
            "此地址不接受该 Content-Type。请对照接口说明，改用 application/json 等规定的类型。",
            "This address does not take that Content-Type. Use the one in the interface description, for example "
            "application/json.",
        ),
        (
            "单个事件用 application/json，批量用 application/x-ndjson（每行一个 JSON），均为 UTF-8。",
            "One event is application/json, a bulk is application/x-ndjson with one JSON object a line; both in UTF-8.",
        ),
    ),
    "invalid": Problem(
        ("内容不符合要求", "The input is not valid"),
        (
            "提交的内容有不符合要求之处。请按 errors 逐项改正后重新提交。",
            "Something in the input breaks a rule. Correct each entry of errors, then send it again.",
        ),
        (
            "errors 中的 pointer 指出位置，message 说明要求，答复不会重复您填写的内容。该项内容没有写入，"
            "改正后可用同一 id 重新提交。",
            "In errors the pointer says where and the message what is asked for; what you sent is not repeated. "
            "Nothing of it was recorded, and the same id may be used again.",
        ),
    ),
    "not-appendable": Problem(
        ("此类事件不能直接记录", "Not to be appended"),
        (
            "此类事件[（{type}）]只由专门的操作产生。请改用审定封存、查阅、授权等相应操作。",
            "Events of this type[ ({type})] come only from their own command. Use that one, such as sealing, "
            "consulting or granting.",
        ),
        (
            "考核结果和审定封存由审定封存操作产生，查阅和授权由各自的操作产生，任何人都不能直接写入，"
            "以保证结果都有依据。",
            "Results come from sealing, and consultations and access from their own commands. Nobody may write them "
            "directly, so that every one has its ground.",
        ),
    ),
    "as-of-too-recent": Problem(
        ("时间点过近", "The moment is too recent"),
        (
            "as_of 须至少早于现在一秒。请改用更早的时间，或去掉 as_of 读取最新内容。",
            "as_of must lie at least a second back. Give an earlier time, or leave it out to read what stands now.",
        ),
        (
            "对过去时间点的答复以后不得改变，因此须等该时刻的写入全部完成。也可以改用台账序号 at。",
            "An answer about the past must never change, so the moment has to be over before it is asked for. A "
            "position (at) may be used instead.",
        ),
    ),
    "too-many-requests": Problem(
        ("请求过于频繁", "Too many requests"),
        (
            "短时间内请求过多。请按答复的 Retry-After 头稍候再试。",
            "There were too many requests in a short time. Wait as the Retry-After header says, then try again.",
        ),
        (
            "服务器限制了请求频率，本次没有写入任何内容。大量事件请用批量接口一次提交，稍后可用同一 id 重试。",
            "The server limits how often it is asked; nothing was recorded. Send many events as one bulk, and retry "
            "later with the same id.",
        ),
    ),
    "internal": Problem(
        ("系统出错", "Something went wrong here"),
        (
            "考核台账处理这个请求时出错，不是您的操作有误。",
            "The ledger failed at this request; it is a fault of its own.",
        ),
        (
            "程序有缺陷。写入可用同一 id 重新提交；请把出错时间告诉系统管理员，日志中有记录。",
            "A fault of the program. What was to be appended may be sent again with the same id; tell the "
            "administrator when it was, for the log says where.",
        ),
    ),
    "unavailable": Problem(
        ("暂时无法办理", "Unavailable"),
        (
            "考核台账暂时无法答复。请稍后重试；写入请使用同一 id，以免重复。",
            "The ledger cannot answer now. Try again later; use the same id for what you append, so that it is not "
            "doubled.",
        ),
        (
            "服务正在启动、关闭或升级，或数据库暂不可用。没有回执的写入可用同一 id 重新提交；"
            "持续出现请联系系统管理员。",
            "The service is starting, stopping or being upgraded, or its database is out of reach. What got no "
            "receipt may be sent again with the same id; if it lasts, tell the administrator.",
        ),
    ),
    "clock": Problem(
        ("服务器时钟有误", "The server's clock is wrong"),
        (
            "服务器时钟落后于最近一次记录，考核台账暂停写入。请系统管理员校准时钟后重试，读取不受影响。",
            "The server's clock is behind what was last recorded, so nothing is appended. Have the administrator set "
            "it, then try again; reading works.",
        ),
        (
            "记录时间只能递增。时钟比最近一个事件落后超过 5 秒时不再写入，时钟恢复后自动继续。",
            "Recorded times only go up. While the clock is more than 5 seconds behind the last event nothing is "
            "appended; it goes on by itself once the clock is right.",
        ),
    ),
    "log-diverged": Problem(
        ("考核台账与检查点不符", "The ledger contradicts its checkpoints"),
        (
            "考核台账与已签署的检查点不一致，现只供读取。请立即通知系统管理员和审计人员核查，不要继续使用。",
            "The ledger contradicts its signed checkpoints and can only be read. Tell the administrator and the "
            "auditors at once, and do not rely on it.",
        ),
        (
            "台账文件可能被改动、截断，或被较旧的备份替换。请保留现场，用 ledger verify 核查，"
            "并与见证方和已留存的检查点核对。",
            "The file may have been altered, cut or replaced by an older backup. Keep it as it is, run ledger verify, "
            "and compare it with the witnesses and the checkpoints that were kept.",
        ),
    ),
}
