"""The words of a ruling beside those of facts and rules: zh and en."""

Texts = tuple[str, str]

HEADINGS: dict[str, Texts] = {
    "facts": ("认定事实", "Facts found"),
    "rules": ("适用制度与条款", "Policy and clauses"),
    "examined": ("证据与行为的认定", "What was examined, and what it is worth"),
    "rejected": ("未采纳的条款及理由", "Clauses not applied, and why"),
    "result": ("结论", "Result"),
    "whatif": ("若事实不同", "If the facts were otherwise"),
    "appeal": ("救济途径", "How to appeal"),
}
ORIGINS: dict[str, Texts] = {
    "text": ("〔原文〕", "[written in the policy]"),
    "interpretation": ("〔推定〕", "[inferred where the policy is silent]"),
}
APPEAL: Texts = (
    "本件为建议，须由有权的人裁定。裁定后 7 天内可以申诉一次，由上一级决定；申诉期间暂停付款和处罚。",
    "This is a proposal; a person with the right to rule decides. One appeal to the next level is open for 7 days after the"
    " ruling; payments and sanctions wait meanwhile.",
)
STATUS: dict[str, Texts] = {
    "on_hold": ("暂不裁定。", "On hold."),
    "escalated": ("交由负责人裁定。", "Left to the person in charge."),
    "needs_evidence": ("事实不足，须补充。", "Facts are missing."),
    "no_collision": ("不构成撞单。", "No collision."),
    "dismissed": ("不予受理。", "Not admitted."),
    "conflict": ("条款相互冲突，交由负责人裁定。", "Clauses conflict; left to the person in charge."),
}
# Who has what the policy decides on.
OWNED: dict[str, Texts] = {
    "customer": ("客户归{who}", "the customer is {who}'s"),
    "sale": ("标的归{who}", "the item is {who}'s"),
    "slot": ("媒体由{who}优先使用", "{who} has the slot"),
    "order": ("先排{who}的订单", "the order of {who} goes first"),
    "nothing": ("归{who}", "it is {who}'s"),
}
OWNERS: dict[str, Texts] = {
    "company": ("公司", "the company"),
    "pool": ("公海", "the public pool"),
    "reassign": ("重新分配的人", "whoever it is reallocated to"),
}
DUTY: dict[str, Texts] = {
    "open": ("待办", "open"),
    "met": ("已履行", "met"),
    "breached": ("未按时履行", "not done in time"),
}
# Steps of complaints and incidents, where a clause asks for several.
STEPS: dict[str, Texts] = {
    "replied": ("回复客户", "reply"), "notified": ("通知现场负责人", "tell whoever is in charge"),
    "evidence_kept": ("保留证据", "keep the evidence"), "reported_up": ("向上级汇报", "report to the superiors"),
    "investigated": ("调查", "investigate"), "admitted": ("认错道歉", "admit and apologise"), "improved": ("改进", "improve"),
    "supervised": ("加强监管", "strengthen supervision"), "retrospective": ("总结", "review"),
}  # fmt: skip
RESULTS: dict[str, Texts] = {
    "valid": ("有效", "valid"), "late": ("过期", "too late"), "incomplete": ("不完整", "incomplete"),
    "wrong_channel": ("方式不符", "by the wrong channel"), "rejected": ("不予认可", "rejected"), "pending": ("待审核", "pending"),
    "void": ("无效", "void"), "admissible": ("予以取证", "admissible"), "inadmissible": ("不予取证", "inadmissible"),
    "same_customer": ("算同一客户", "the same customer"), "not_same_customer": ("不算同一客户", "not the same customer"),
    "protected": ("受保护", "protected"), "expired": ("已过期", "expired"), "unprotected": ("不受保护", "not protected"),
    "collision": ("构成撞单", "a collision"), "no_collision": ("不构成撞单", "no collision"), "breach": ("违规", "a breach"),
    "no_breach": ("不违规", "no breach"), "poaching": ("抢单", "poaching"), "interference": ("干扰", "interference"),
    "counts": ("计入", "counts"), "does_not_count": ("不计入", "does not count"), "allowed": ("准许", "allowed"),
    "blocked": ("不准", "blocked"), "first": ("优先", "goes first"), "not_first": ("在后", "goes later"),
    "new_visitor": ("新上门客户", "a new visitor"), "not_new_visitor": ("不算新上门客户", "no new visitor"),
    "flagged": ("有疑问", "flagged"), "not_flagged": ("无疑问", "not flagged"),
}  # fmt: skip
SANCTIONS: dict[str, Texts] = {
    "warning": ("警告", "a warning"), "written_warning": ("书面警告", "a written warning"), "fine": ("罚款", "a fine"),
    "suspension": ("停职", "suspension"), "dismissal": ("辞退", "dismissal"), "compensation": ("赔偿", "compensation"),
    "criticism": ("批评教育", "criticism"), "rectify": ("责令整改", "an order to rectify"),
}  # fmt: skip
TURNS: dict[str, Texts] = {
    "make_up": ("补接 {n} 个客户", "{n} make-up turn(s)"),
    "skip": ("错过 {n} 轮", "{n} turn(s) passed over"),
    "suspend": ("停接 {n} 天", "no turns for {n} day(s)"),
}
EVENTS: dict[str, Texts] = {
    "report": ("报备", "report"), "call_list": ("通话清单", "call list"), "slip": ("客户确认单", "confirmation slip"),
    "objection": ("异议", "objection"), "contact": ("联系", "contact"), "visit": ("到访", "visit"), "query": ("查询", "look-up"),
    "reception": ("接待", "reception"), "bring": ("带看", "showing"), "conduct": ("行为", "conduct"), "offer": ("报价", "offer"),
    "contract": ("签约", "contract"), "accusation": ("举报", "accusation"), "statement": ("客户表态", "customer's statement"),
    "transfer": ("转交", "transfer"), "deed": ("所有权协议", "ownership agreement"), "deposit": ("定金", "deposit"),
    "invitation": ("邀约", "invitation"), "notebook": ("本子登记", "notebook entry"), "work_order": ("订单", "order"),
    "consent": ("同意或安排", "consent"), "referral": ("介绍", "referral"), "incident": ("事件", "incident"),
    "complaint": ("投诉", "complaint"), "hold_request": ("保留申请", "hold request"), "evidence": ("证据", "evidence"),
    "terms_fixed": ("确定细节", "terms settled"), "negotiation": ("协商", "negotiation"), "withdrawal": ("退出", "withdrawal"),
}  # fmt: skip
