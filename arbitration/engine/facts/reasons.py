"""Why a question is held, dismissed, no collision, or left to a person: the sentence for each reason that packs name."""

from arbitration.engine.facts.words import Note

REASONS: dict[str, Note] = {
    "no_rule_applies": (
        "没有条款适用于这些事实，由负责人裁定。",
        "No clause covers these facts, so the person in charge rules.",
    ),
    "no_ownership_rule": (
        "这份制度不规定客户归谁，由负责人裁定。",
        "This policy does not say whose the customer is, so the person in charge rules.",
    ),
    # D01
    "nobody_on_duty": (
        "到访时排班上没有（或分不出）谁值班、该谁接，由负责人指定。",
        "The roster does not say who was on duty or next when the customer came, so the person in charge names somebody.",
    ),
    "time_to_settle": (
        "登记不能证明客户归谁；双方还在协商期限内，期满未解决的报总经理。",
        "The records do not show whose customer it is; the parties still have time to settle, after that it goes to the general manager.",
    ),
    "unsettled": (
        "登记不能证明客户归谁，协商也未解决，按处罚 c 汇报总经理。",
        "The records do not show whose customer it is and the parties have not settled, so it is reported to the general manager.",
    ),
    "settled_too_late": (
        "各方协商一致，但已过协商期限，作为提议报总经理。",
        "The parties have settled, but after the time for it; the terms go to the general manager as a proposal.",
    ),
    # D09
    "not_visited_yet": (
        "客户还没有上门；按条款，上门时才按报备定归属。",
        "The customer has not visited yet; by the policy reports decide at the visit.",
    ),
    "customer_names_neither": (
        "同时报备，而客户没有找其中任何一位，条款没有规定，由负责人裁定。",
        "Both reported at the same time and the customer asks for neither; the policy is silent, so the person in charge rules.",
    ),
    # D08
    "same_second": (
        "两份有效报备在同一秒收到，分不出先后，由销售管理部门裁定（第五条 5）。",
        "Two approved reports were received in the same second, so neither is first; the sales management department decides.",
    ),
    "nobody_reported": (
        "没有一份审核通过的完整报备，报备先后无从适用，由销售管理部门裁定（第五条 5）。",
        "There is no complete and approved report, so nobody is first; the sales management department decides.",
    ),
    # D13
    "same_moment": (
        "两人在同一秒首次联系客户，分不出先后，由主管调整分工（第五条 3）。",
        "Two people were first in touch in the same second; the supervisor divides the work.",
    ),
    "no_proven_contact": (
        "没有一次联系有及时的记录或被采信的证据，由主管调整分工（第五条 3）。",
        "No contact was recorded in time or proven, so nobody was first; the supervisor divides the work.",
    ),
    # D14
    "compares_companies": (
        "客户主动找几家公司比较，业务员各自正常洽谈，不算撞单（第二条 2 a）。",
        "The customer asked several companies for comparison and each negotiated normally: no collision.",
    ),
    "several_companies_sign": (
        "客户与几家公司分别建立合作，不算撞单（第二条 2 b）。",
        "The customer works with several companies: no collision.",
    ),
    "training_or_sharing": (
        "培训或经同意的客户资源分享，不算撞单（第二条 2 c）。",
        "Training, or sharing of customers with consent: no collision.",
    ),
    "no_territory_holder": (
        "客户所在的地域、行业没有唯一的负责人，由上级根据调查处理（第三条 3）。",
        "No one person holds the customer's region or industry; the superior decides after the investigation.",
    ),
    # D17
    "nobody_received": (
        "还没有人接待过这位客户，条款按接待定归属，由负责人裁定。",
        "Nobody has received the customer yet, and the clauses go by reception; the person in charge rules.",
    ),
    # D18
    "left_to_leaders": (
        "表里查不到先录入的人，也没有约访人或第一个联系人可据：其他未尽事宜，由公司领导权衡处理（第 8 条）。",
        "Neither the table, nor an invitation, nor a first contact settles it: what is not covered the company's leadership weighs.",
    ),
    # D15
    "sold_twice": (
        "同一标的卖给了两位以上的买家；条款不规定归哪位买家，由上级请示处理（第三段）。",
        "One item was sold to several buyers; the policy does not say who gets it, so the superior decides.",
    ),
    "sold_apart": (
        "没有两位买家买到同一件标的，不是一物多卖。",
        "No two buyers bought the same item, so nothing was sold twice.",
    ),
    # D19
    "orders_alike": (
        "最前面的几张订单重要性、客户等级、新老、交期和收单时间都一样，分不出先后，由负责人排定。",
        "The foremost orders are alike in importance, tier, new or old, due date and time of entry; the person in charge decides.",
    ),
    # D07
    "contract_cancelled": (
        "合同已经解除，没有可分的佣金。",
        "The contract was cancelled, so there is no commission to divide.",
    ),
    "month_after_signing": (
        "撞单要等客户签约满一个月后再作处理（第八条 2）。",
        "A collision is handled one month after the customer signed (article eight, 2).",
    ),
    "agencies_negotiate": (
        "各公司还在协商期内；协商不成才按固定比例（第八条 6）。",
        "The companies still have time for talks; only where these fail do the fixed shares apply (article eight, 6).",
    ),
    "three_companies": (
        "三家以上公司主张，合同的比例只管两家，由负责人裁定。",
        "Three or more companies claim; the shares of the contract are for two, so the person in charge rules.",
    ),
    # D03
    "no_rotation": (
        "区域、权重和轮接都定不出由谁接待，由负责人指定。",
        "Neither area, weight nor rotation names who receives, so the person in charge does.",
    ),
    # D04
    "proposal_to_management": (
        "各方的共同方案和客户的意向交销售管理人员，由其分配并写明理由（第三条 2、3）。",
        "The joint proposal and the customer's wish go to sales management, who allocates with reasons (three, 2 and 3).",
    ),
    "management_allocates": (
        "撞单的客户由销售管理人员按需求、业绩、能力分配，并写明理由（第三条 3）。",
        "In a collision sales management allocates by need, performance and ability, with reasons (three, 3).",
    ),
    # D05
    "no_crm_title": (
        "没有所有权协议、有效转交或最先的登记可依据，由销售部门决定。",
        "There is no agreement, no valid hand-over and no first record, so the sales department decides.",
    ),
    # D12
    "nobody_responsible": (
        "平台上没有登记谁是客户负责人，由销售部门负责人调查处理（第六条 4）。",
        "The platform shows nobody as responsible, so the head of the sales department investigates and settles it (six, 4).",
    ),
    # D20
    "sample_unregistered": (
        "有同事送过样或拜访过，但没有登记，条款没有规定归谁，由负责人裁定。",
        "A colleague sampled or visited but did not register it; the policy is silent, so the person in charge rules.",
    ),
    # D10
    "slot_held": (
        "价格高或周期长的一方已申请保留媒体，保留期内对方不得签约（第一部分第 4 条）。",
        "The slot is held for whoever offered the higher price or the longer period; until that ends the other may not sign.",
    ),
    "price_against_period": (
        "一方价格高、另一方周期长，条款分不出先后，由负责人权衡（G-42）。",
        "One offer is higher and another longer; the clauses do not weigh them, so the person in charge does.",
    ),
    "equal_and_unsigned": (
        "价格、周期一样，还没有人签约；先确定细节并签约的一方优先使用。",
        "The offers are equal and nobody has signed yet; whoever settles the details and signs first has the slot.",
    ),
    "customers_partly_the_same": (
        "几方争同一媒体，有的客户相同、有的不同，条款只规定全部相同或全部不同的情形，由负责人裁定。",
        "Some of those who compete serve the same customer and some different ones; the clauses cover only one or the other.",
    ),
    # D11, D21
    "no_deal_yet": (
        "还没有成交；措施按带客成交定归属。",
        "There is no deal yet; the measures decide by who brings the customer and closes.",
    ),
    "parties_negotiate": (
        "措施没有规定这种情形，由当事人双方先协商。",
        "The measures do not settle this, so the parties negotiate first.",
    ),
}
