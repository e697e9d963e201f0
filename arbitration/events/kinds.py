"""The table: every kind of event that is put on record in a case, what it asks for, and who may."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from arbitration.events.format import Field, Is, Kind, May
from arbitration.models import CaseEvent
from leads.models import Registration

Type = CaseEvent.Type
PARTY_OR_SITE, SITE, RULER = frozenset({May.PARTY, May.SITE}), frozenset({May.SITE}), frozenset({May.RULER})
DEALING, SITE_SAYS, TALKS, MISCONDUCT, MORE = (
    _("商谈"),
    _("客户和现场"),
    _("告知和同意"),
    _("违规和损失"),
    _("补充资料"),
)
CLAIMED = Field("claimed_at", Is.MOMENT, _("实际是什么时候（可不填）"), hint=_("只作记录，先后看提交的时间"))
HIGH_LOW = (("high", _("大")), ("low", _("小")))
SEVERITIES = (("minor", _("轻微")), ("normal", _("一般")), ("serious", _("严重")))


def _who(label: Any = None, key: str = "by", *, own: bool = True, required: bool = True) -> Field:
    return Field(key, Is.PERSON, label or _("是谁"), required=required, own=own and key == "by")


def _whom(label: Any = None, *, required: bool = True) -> Field:
    return Field("customer", Is.CUSTOMER, label or _("哪位客户"), required=required)


SUBJECT = Field("subject", Is.SUBJECT, _("哪一样东西"))
OFFERED = Field("subject", Is.SUBJECT, _("哪一样东西"), required=True)

DEALINGS = (
    Kind(
        Type.OFFER, DEALING, _("给客户报了价，就记一条；改了价，再记一条。"),
        (
            _who(_("谁报的")), _whom(), OFFERED, Field("price", Is.MONEY, _("总价（元）"), required=True),
            Field("days", Is.NUMBER, _("多少天")), CLAIMED,
        ),
        PARTY_OR_SITE,
    ),
    Kind(
        Type.TERMS_FIXED, DEALING, _("价格、天数都和客户定了，只差签约。"),
        (Field("offer", Is.EVENT, _("哪次报价"), required=True, of=Type.OFFER), CLAIMED), PARTY_OR_SITE,
    ),
    Kind(
        Type.HOLD_REQUEST, DEALING, _("条件定了，申请先留着不卖给别人。"),
        (_who(_("谁申请")), OFFERED, Field("offer", Is.EVENT, _("凭哪次报价"), of=Type.OFFER), CLAIMED), PARTY_OR_SITE,
    ),
    Kind(
        Type.CONTRACT, DEALING, _("合同在「签单」登记；这里补写它卖的是哪一样、凭哪次报价。"),
        (
            Field("contract", Is.EVENT, _("哪份合同"), required=True, of=Type.CONTRACT), OFFERED,
            Field("offer", Is.EVENT, _("凭哪次报价"), of=Type.OFFER),
        ),
        SITE, completes="contract",
    ),
    Kind(
        Type.CANCELLATION, DEALING, _("合同解除了。"),
        (Field("contract", Is.EVENT, _("哪份合同"), required=True, of=Type.CONTRACT), CLAIMED), SITE,
    ),
    Kind(
        Type.WORK_ORDER, DEALING, _("要排先后的生产订单，一张记一条。"),
        (
            _whom(_("为哪位客户")), Field("cost_impact", Is.CHOICE, _("晚做对成本的影响"), choices=HIGH_LOW),
            Field("quality_impact", Is.CHOICE, _("晚做对质量的影响"), choices=HIGH_LOW),
            Field("due_at", Is.MOMENT, _("交货时间")), Field("stock_gap", Is.YES_NO, _("库存有没有缺口")),
        ),
        PARTY_OR_SITE,
    ),
    Kind(
        Type.CONTACT, DEALING, _("电话、微信、拜访、送样、报价、洽谈在客户页记；这里记推介和售后服务。"),
        (
            _who(), _whom(),
            Field(
                "mode", Is.CHOICE, _("怎么联系的"), required=True,
                choices=(
                    ("pitch", _("推介产品")), ("service", _("售后服务")),
                ),
            ),
            SUBJECT, CLAIMED,
        ),
        PARTY_OR_SITE,
    ),
    Kind(
        Type.REPORT, DEALING, _("网页、邮件、短信的报备系统已经记了；这里补记群里说的、填在表格上的、前台听客户说的。"),
        (
            _who(_("谁报备的")), _whom(),
            Field(
                "channel", Is.CHOICE, _("怎么报备的"), required=True,
                choices=(
                    ("im", Registration.Channel.IM.label), ("form", Registration.Channel.FORM.label),
                    ("phone", Registration.Channel.PHONE.label), ("intent_table", _("意向客户信息统计表")),
                ),
            ),
            SUBJECT, CLAIMED,
        ),
        PARTY_OR_SITE, packs=frozenset({"property-sharing"}),
    ),
    Kind(
        Type.RECORD_UPDATE, DEALING, _("拜访或通话以后，把结果补进了系统。拜访的结果写在每周拜访记录里，不用再记。"),
        (_who(_("谁更新的")), _whom(), CLAIMED), PARTY_OR_SITE,
    ),
)  # fmt: skip

FROM_THE_SITE = (
    Kind(
        Type.SAID, SITE_SAYS, _("客户当面或来电说的，原意是什么。"),
        (
            _whom(),
            Field(
                "kind", Is.CHOICE, _("说了什么"), required=True,
                choices=(
                    ("asks_for", _("要找谁")), ("endorses", _("认可谁的服务")), ("wants_change", _("要求换人")),
                    ("claims_relation", _("说和谁是亲友")), ("forgot", _("记不得是谁接待的")), ("no_preference", _("谁都可以")),
                ),
            ),
            Field("people", Is.PEOPLE, _("说的是谁")), CLAIMED,
        ),
        SITE,
    ),
    Kind(
        Type.VISIT, SITE_SAYS, _("到访由前台登记；这里只补客户当时说不说得出销售的名字。"),
        (
            Field("visit", Is.EVENT, _("哪次到访"), required=True, of=Type.VISIT),
            Field("names", Is.PERSON, _("说得出谁（不选：问了，谁也说不出）")),
        ),
        SITE, completes="visit", packs=frozenset({"walk-in-store", "sales-office"}),
    ),
    Kind(
        Type.RECEPTION, SITE_SAYS, _("前台登记的接待不用再记；这里只记没有经过前台的。"),
        (
            _who(_("谁接待的"), own=False), _whom(),
            Field(
                "mode", Is.CHOICE, _("怎么排到的"),
                choices=(
                    ("in_turn", _("轮接")), ("asked_for", _("指名")), ("stand_in", _("代接")), ("on_duty", _("值班")),
                    ("assigned", _("指派")), ("out_of_turn", _("插队")),
                ),
            ),
            _who(_("替谁接"), "for", own=False, required=False), _who(_("谁安排的"), "arranged_by", own=False, required=False),
            Field("until", Is.MOMENT, _("接待到几点")), CLAIMED,
        ),
        SITE,
    ),
    Kind(
        Type.INVITATION, SITE_SAYS, _("约客户到现场，成没成。"),
        (
            _who(_("谁约的"), own=False), _whom(), _who(_("替谁约的（自己约的不选）"), "for", own=False, required=False),
            Field("succeeded", Is.YES_NO, _("约成了没有")), CLAIMED,
        ),
        SITE,
    ),
    Kind(
        Type.REFERRAL, SITE_SAYS, _("老客户介绍来的。"),
        (
            Field("old_customer", Is.OTHER, _("哪位老客户"), required=True, hint=_("手机号整号，或你看得到的客户的全名")), _whom(),
            _who(_("介绍给谁"), "to", own=False, required=False), CLAIMED,
        ),
        SITE,
    ),
)  # fmt: skip

TELLING = (
    Kind(
        Type.KNOWN, TALKS, _("什么时候知道别人也在跟。自己知道了就记，期限从这里算。"),
        (_who(_("谁知道了")), _whom(required=False), CLAIMED), PARTY_OR_SITE,
    ),
    Kind(
        Type.NOTICE, TALKS, _("提醒、警告过谁，或告知了结果。"),
        (
            _who(_("谁说的")), _who(_("告诉了谁"), "to", own=False), _whom(required=False),
            Field(
                "kind", Is.CHOICE, _("说的是什么"),
                choices=(
                    ("reminder", _("提醒跟进")), ("warning", _("警告")), ("result", _("处理结果")), ("prompt", _("已有人在跟")),
                    ("handover", _("交接")),
                ),
            ),
            CLAIMED,
        ),
        PARTY_OR_SITE,
    ),
    Kind(
        Type.CONSENT, TALKS, _("转交的同意、接待人的允许在各自的页面上办；这里记那里没有的。"),
        (
            Field(
                "kind", Is.CHOICE, _("哪一种"), required=True,
                choices=(
                    ("manager_assignment", _("主管指派")), ("department_approval", _("部门批准")), ("holder_request", _("跟单人请求帮忙")),
                    ("secretary_arrangement", _("秘书安排")), ("customer_consent", _("客户同意")), ("holder_permission", _("跟单人允许")),
                ),
            ),
            _who(_("谁同意的"), required=False), _who(_("让谁来做"), "to", own=False, required=False), _whom(required=False),
            Field("note", Is.TEXT, _("理由"), hint=_("主管指派要写：凭客户需求、业绩、能力里的哪一条")), CLAIMED,
        ),
        PARTY_OR_SITE,
    ),
    Kind(
        Type.TRANSFER, TALKS, _("转交在客户页办；这里只记没有经过系统的。"),
        (
            _who(_("从谁手里"), "from", own=False, required=False), Field("to", Is.TAKER, _("到谁手里"), required=True), _whom(), CLAIMED,
        ),
        SITE,
    ),
    Kind(
        Type.WITHDRAWAL, TALKS, _("放弃这位客户，不再主张。"), (_who(_("谁放弃")), _whom(), CLAIMED), PARTY_OR_SITE,
    ),
)  # fmt: skip

WRONGS = (
    Kind(
        Type.ACCUSATION, MISCONDUCT, _("举报别人违规。以系统收到的时间为准。"),
        (_who(_("谁举报")), _who(_("举报谁"), "against", own=False), _whom(required=False)), PARTY_OR_SITE,
    ),
    Kind(
        Type.CONDUCT, MISCONDUCT, _("插嘴、私留电话、争执这些由前台记；在这里选那一条，写轻重。别的违规在这里新记。"),
        (
            Field("act", Is.EVENT, _("前台记的哪一条"), of=Type.CONDUCT),
            Field(
                "kind", Is.CHOICE, _("或者，新的一条：什么行为"),
                choices=(
                    ("poaching", _("抢单")), ("interference", _("干扰别人成交")), ("rebate", _("私下返利")),
                    ("personal_attack", _("人身攻击")), ("defamation", _("诋毁")), ("privacy_breach", _("泄露客户隐私")),
                    ("false_report", _("虚假报备")), ("quarrel", _("争执")),
                ),
            ),
            _who(_("谁做的"), own=False, required=False), _who(_("对谁"), "against", own=False, required=False),
            _whom(required=False), Field("severity", Is.CHOICE, _("轻重"), choices=SEVERITIES),
            Field("serious_loss", Is.YES_NO, _("造成重大损失")), Field("customer_lost", Is.YES_NO, _("客户因此流失")),
            Field("before_customer", Is.YES_NO, _("当着客户的面")), Field("stopped", Is.YES_NO, _("劝了就停")),
            Field("proven", Is.YES_NO, _("查实了没有")), CLAIMED,
        ),
        RULER, completes="act",
    ),
    Kind(
        Type.LOSS, MISCONDUCT, _("公司或别人因此损失了多少。"),
        (_who(_("谁造成的"), own=False, required=False), Field("amount", Is.MONEY, _("金额（元）"), required=True), CLAIMED), RULER,
    ),
    Kind(
        Type.EFFORT, MISCONDUCT, _("各方出了多少力，打一个分，按比例分成。"),
        (_who(own=False), _whom(), Field("score", Is.NUMBER, _("分数"), required=True)), RULER,
    ),
)  # fmt: skip

ABOUT = (
    Kind(
        Type.CUSTOMER, MORE, _("客户本人的情况，登记时没有问的。"),
        (
            _whom(),
            Field(
                "lifecycle", Is.CHOICE, _("是哪一种客户"),
                choices=(("new", _("新客户")), ("potential", _("潜在客户")), ("old", _("买过的老客户"))),
            ),
            Field("same_unit", Is.OTHER, _("和哪位客户是一起买的"), hint=_("手机号整号，或你看得到的客户的全名")),
        ),
        SITE, completes="customer", packs=frozenset({"order-priority", "sales-office", "intent-table"}),
    ),
    Kind(
        Type.PERSON, MORE, _("按业绩排先后的制度要看。"),
        (_who(own=False), Field("performance", Is.NUMBER, _("业绩（整数）"), required=True)),
        RULER, completes="by", packs=frozenset({"property-sharing"}),
    ),
)  # fmt: skip

KINDS: dict[str, Kind] = {str(kind.type): kind for kind in (*DEALINGS, *FROM_THE_SITE, *TELLING, *WRONGS, *ABOUT)}
