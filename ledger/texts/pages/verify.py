"""Verification."""

from collections.abc import Mapping

from ledger.texts.wording import Both

VERIFY: Mapping[str, Both] = {
    "nav_verify": ("查验", "Verify"),
    "verify_title": ("台账查验", "Verify the ledger"),
    "verify_lead": (
        "台账的每个事件都编入一棵哈希树，树根由台账签名、由见证人会签。凭以下内容可用他人的工具离线查验。",
        "Every event is in one tree of hashes whose root the ledger signs and witnesses cosign. What is below lets "
        "anybody verify it offline, with tools that are not ours.",
    ),
    "verify_none": (
        "尚未发布检查点：台账还没有签名密钥（ledger keys create）。",
        "No checkpoint was published yet: the ledger has no key to sign with (ledger keys create).",
    ),
    "verify_newest": ("最新检查点", "Newest checkpoint"),
    "verify_size": ("事件数", "events"),
    "verify_root": ("根值", "root"),
    "verify_made": ("签发时间", "made at"),
    "verify_covered": ("所有事件都已签入检查点。", "Every event is covered by a checkpoint."),
    "verify_not_covered": ("[{count} ]个事件尚未签入检查点。", "[{count} ]events are not covered by a checkpoint yet."),
    "verify_signers": ("签名与会签", "Signatures and cosignatures"),
    "verify_key": ("密钥", "key"),
    "verify_signed": ("签名", "signed"),
    "verify_signed_at": ("会签时间", "cosigned at"),
    "verify_log": ("台账", "ledger"),
    "verify_witness": ("见证人", "witness"),
    "verify_holds": ("有效", "holds"),
    "verify_wrong": ("无效", "is wrong"),
    "verify_absent": ("未会签", "did not sign"),
    "verify_quorum": (
        "会签要求：[{quorum}]（[{members}]中至少[ {threshold} ]个）",
        "Quorum:[ {quorum}]; at least[ {threshold}][ of {members}]",
    ),
    "verify_quorum_none": ("未要求见证人会签。", "No witness is asked for."),
    "verify_vkey": ("公开密钥", "Public keys of the log"),
    "verify_vkey_hint": (
        "请与另行取得的公钥核对：伪造者可以连同公钥一并替换。",
        "Compare them with what you have from elsewhere: whoever forges a ledger can replace them too.",
    ),
    "verify_checks": ("全部检查", "All checks"),
    "verify_run": ("开始检查", "Run the checks"),
    "verify_run_again": ("重新检查", "Run the checks again"),
    "verify_partly": (
        "只有权限范围为全部的审计人员和组织部门可以在此运行检查。",
        "Only auditors and organisers whose scope is the whole ledger run the checks here.",
    ),
    "verify_never": ("服务启动以来尚未检查。", "They were not run since the service started."),
    "verify_running": ("正在检查：已回放[ {done} ]/[ {of} ]个事件", "Running:[ {done}] of[ {of}] events replayed"),
    "verify_begun": ("正在检查日志……", "Running: the log is being walked"),
    "verify_look": ("查看进展", "Look again"),
    "verify_sound": ("已做的检查全部通过。", "Sound: every check that was made holds."),
    "verify_unsound": ("发现[ {count} ]处不符。", "Unsound:[ {count}] findings."),
    "verify_could_not": (
        "检查未能运行，请在服务器上运行 ledger verify 查看原因。",
        "The checks could not be run; ledger verify on the server says why.",
    ),
    "verify_ran": (
        "检查时间：[{began}][ 至 {ended}]，台账序号[ {position}]",
        "Run[ {began}][ to {ended}], position[ {position}]",
    ),
    "verify_check": ("检查项目", "check"),
    "verify_outcome": ("结果", "outcome"),
    "verify_said": ("检查程序的说明", "in the verifier's words"),
    "verify_notices": ("提示", "To be known besides"),
    "verify_findings": ("不符之处", "Findings"),
    "verify_what": ("对象", "what"),
    "verify_expected": ("应为", "expected"),
    "verify_found": ("实为", "found"),
    "verify_more": ("另有[ {count} ]处未列出。", "[{count} ]more are not listed."),
    "verify_event": ("查验一个事件", "Verify one event"),
    "verify_event_lead": (
        "输入事件编号（回执上有），取得它的存在证明；证明在他人手中，台账尾部就无法被悄悄截去。",
        "Give the id of an event, as on its receipt, and take its proof: in other hands it catches a cut tail.",
    ),
    "verify_event_none": ("权限范围内没有这个事件。", "There is no such event in your scope."),
    "verify_event_waits": (
        "此事件尚未签入检查点，请稍后再试。",
        "No checkpoint covers this event yet; try again shortly.",
    ),
    "verify_proof": ("下载证明（tlog-proof）", "Download its proof (tlog-proof)"),
    "verify_excerpt": ("下载该干部的全部事件及证明（ZIP）", "Download this cadre's events with their proofs (ZIP)"),
    "verify_bundle": ("取走全部", "Take it all away"),
    "verify_bundle_lead": (
        "在服务器上导出审计包，其中的 verify.py 可独立离线查验：",
        "Export a bundle on the server; the verify.py inside checks it offline, by itself:",
    ),
    "verify_earlier": ("历次检查点", "Earlier checkpoints"),
    "verify_number": ("编号", "number"),
}
