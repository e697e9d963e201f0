"""The audit log in words: names for ids, verbs for codes, in the reader's language."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from people import audit_details
from people.models import User
from trail.models import Entry

ACTIONS = {
    "routine.finish": _("做完例行工作"), "routine.choose": _("选了例行工作"), "acknowledgement.sign": _("签收"),
    "handover.open": _("开始离职交接"), "handover.books": _("收到离职人员的本子"), "handover.customer": _("分配离职人员的客户"),
    "handover.sign": _("签离职交接"), "handover.archive": _("存档离职交接"), "handover.withdraw": _("撤回离职交接"),
    "organisation.change": _("改公司"), "organisation.close": _("关闭了公司"), "organisation.create": _("新建公司"),
    "organisation.reopen": _("重新开放公司"), "project.change": _("改项目"), "project.close": _("关闭了项目"),
    "project.create": _("新建项目"), "project.reopen": _("重新开放项目"), "site.change": _("改案场"), "site.close": _("关闭了案场"),
    "site.create": _("新建案场"), "site.reopen": _("重新开放案场"), "team.change": _("改团队"), "team.close": _("关闭了团队"),
    "team.create": _("新建团队"), "team.reopen": _("重新开放团队"), "person.change": _("改人员资料"), "person.create": _("新建人员"),
    "person.deactivate": _("停用了账号"), "person.reactivate": _("重新启用了账号"), "membership.add": _("加了角色"),
    "membership.end": _("结束了角色"), "membership.move": _("换了团队"), "people.import": _("导入人员"),
    "history.broken": _("历史被改过"), "delivery.retry": _("再发通知"), "job.drop": _("不再管一个任务"), "job.retry": _("再试一个任务"),
    "audit.read": _("看了审计日志"), "audit.export": _("导出了审计日志"), "history.verified": _("核对了历史"),
    "calendar.change": _("改工作日历"), "calendar.undo": _("撤销日历改动"),
    "attachment.stage": _("传了一份证据"), "attachment.submit": _("提交了一份证据"), "attachment.withdraw": _("撤下了一份证据"),
    "attachment.redact": _("遮了一份证据"), "attachment.read": _("看了别人的证据"), "attachment.take": _("下载了别人的证据"),
    "collision.escalate": pgettext_lazy("audit", "上报撞单"), "collision.event": _("给撞单补记一件事"),
    "collision.evidence": _("要求当事人补证据"), "collision.open": pgettext_lazy("audit", "撞单立案"),
    "collision.open_by_hand": _("人工立案"),
    "subject.add": _("加了一样争的东西"), "collision.reopen": _("重新审理撞单"),
    "collision.take": _("认领撞单"), "collision.release": _("放回认领的撞单"), "collision.postpone": _("暂缓撞单"),
    "collision.resume": _("不再暂缓撞单"), "cases.export": _("导出撞单队列"), "insight.export": _("导出撞单统计"),
    "warning.dismiss": _("看过撞单预警"),
    "settlement.write": _("写了协商条款"), "settlement.confirm": _("确认了协商条款"), "settlement.reject": _("不同意协商条款"),
    "settlement.withdraw": _("撤回了协商条款"), "collision.talks": _("记下协商到哪一步"), "collision.report": _("向上级上报撞单"),
    "collision.investigate": _("开始调查撞单"), "collision.investigated": _("结束调查撞单"), "appeal.open": _("申诉裁定"),
    "appeal.decide": _("处理申诉"), "appeal.withdraw": _("撤回申诉"),
    "collision.judge": _("认定证据"), "collision.negotiate": _("让各方先协商"),
    "collision.rule": _("裁定撞单"), "customer.relate": _("记下客户关系"), "deal.sign": _("登记签单"),
    "deal.change": _("改了签单金额"), "deal.settle": _("录了甲方结佣"),
    "deposit.refund": _("退定金"), "deposit.take": _("收了定金"), "duty.change": pgettext_lazy("audit", "改值班"),
    "duty.copy": _("照抄上周值班"), "duty.remove": _("撤值班"), "duty.set": _("排值班"), "lead.register": _("报备了客户"),
    "mail_server.change": _("改邮件服务器"), "mail_server.try": _("试邮件服务器"), "person.address": _("改自己的邮箱"),
    "ownership.move": _("改变客户归属"), "phone.reveal": _("查看整号"), "plan.add": _("加提成方案"), "plan.end": _("结束提成方案"),
    "policy.in_force": _("启用制度"), "policy.withdraw": _("停用制度"),
    "policy.call_off": _("撤掉还没生效的制度"), "draft.begin": _("开始起草制度"), "draft.change": _("改制度草稿"),
    "draft.drop": _("作废制度草稿"), "draft.submit": _("把制度草稿送审"), "draft.take_back": _("撤回送审"),
    "draft.send_back": _("退回制度草稿"), "draft.publish": _("发布制度"),
    "policy.simulate": _("试算制度草稿"), "policy.simulation_export": _("导出试算"),
    "rotation.away": _("暂离或回来"), "rotation.back": _("暂离或回来"), "rotation.join": _("加入轮接"),
    "rotation.leave": _("移出轮接"), "rotation.move": _("调整轮接"), "texts.change": _("改话术和单据"),
    "export.ask": _("导出结算"), "export.retry": _("再导一次结算"), "export.take": _("下载了导出的结算"),
    "period.close": _("关账"), "period.reopen": _("重新打开已关的账"), "due.post": _("把处分和奖励入账"), "statement.send": _("发了分成单"),
    "statement.confirm": _("确认了分成单"), "statement.question": _("对分成单有疑问"), "statement.reply": _("答复了分成单的疑问"),
    "second_factor.codes": _("换了一批恢复码"), "second_factor.off": pgettext_lazy("audit", "关闭两步验证"),
    "second_factor.on": _("开启两步验证"),
    "second_factor.moved": _("两步验证换了手机"), "second_factor.stop": _("没扫完就取消了两步验证或换手机"),
    "second_factor.recover": _("用了一个恢复码"), "second_factor.remove": _("替人关闭了两步验证"),
    "installation.set_up": _("设置了归属"), "person.invite": _("发了邀请"), "person.join": _("凭邀请加入"),
    "person.reset_link": _("发新密码链接"), "person.reset": _("用链接设新密码"), "person.change_password": _("改了密码"),
    "policy.none": _("决定先不用制度"),
    "second_factor.duty": _("定了两步验证从哪天起"), "provider.add": _("加了登录方式"), "provider.change": _("改了登录方式"),
    "provider.on": _("开了登录方式"), "provider.off": _("停了登录方式"), "identity.link": _("连上企业账号"),
    "identity.unlink": _("断开企业账号"), "session.end": _("在别的设备上退出"), "session.end_for": _("让人在各处退出了"),
    "token.make": _("做了令牌"), "token.revoke": _("作废了令牌"),
    "customer.frozen": _("停用了客户"), "customer.released": _("恢复了停用的客户"), "customer.erased": _("删除了客户的个人信息"),
    "customer.corrected": _("更正了客户的资料"), "person.exported": _("导出了一位客户的全部资料"),
    "request.take": _("记下了客户的个人信息要求"), "request.propose": _("提议删除客户的个人信息"), "request.close": _("办完了个人信息要求"),
    "request.release": _("按客户的意思恢复了停用的客户"), "looks.many": _("看到的整号很多"), "looks.ask": _("申请多看整号"),
    "looks.agree": _("同意多看整号，还要另一个人"), "looks.give": _("批准多看整号"), "looks.refuse": _("没有批准多看整号"),
    "notice.publish": _("发布了个人信息告知"), "basis.record": _("记下告知客户了"), "basis.withdraw": _("记下客户撤回同意"),
    "provision.record": _("记下把客户的资料给了别的公司"),
    "retention.change": _("改了资料保存多久"), "retention.outlived": _("清理了到期的资料"),
    "customer.allocate": _("分配了客户"), "pool.claim": _("从公海认领了客户"), "pool.release": _("把客户放回了公海"),
    "offer.accept": _("接手了客户"), "offer.decline": _("没有接手客户"), "protection.decide": _("定了保护期"),
    "protection.terms": _("改了保护和公海的规则"), "transfer.ask": _("提出了转交客户"), "transfer.approve": _("批准了转交客户"),
    "transfer.refuse": _("没有批准转交客户"), "transfer.withdraw": _("撤回了转交客户"), "transfer.blocked": _("想私自转交客户，没让转"),
    "deed.enter": _("录入了归属协议"),
    "identity.answer": _("核实了客户是谁"), "customer.merged": _("合并了客户"), "customer.put_away": _("收起了更正后空着的客户记录"),
    "customer.parted": _("撤销了合并"),
    "customer.number": _("补登了号码"), "customer.prove": _("记下关系凭据"), "collision.lay_down": _("撞单不再成立"),
    "inbound.assign": _("给收到的报备认了人"), "inbound.close": _("关了一条收到的报备"), "inbound.put_right": _("补报了收到的报备"),
    "inbound_source.close": _("关了报备的来源"), "inbound_source.open": _("开了报备的来源"), "precheck.contact": _("为一位客户找了同事"),
    "precheck.probing": _("一天里查重太多"), "precheck.read": _("看了查重记录"), "registration.approve": _("审核通过了报备"),
    "registration.reject": _("审核退回了报备"),
    "permission.give": _("允许同事联系客户"), "permission.end": _("收回了允许"), "permission.ask": _("请接待人允许"),
    "contact.blocked": _("想联系别人接待的客户，没让联系"), "conduct.report": _("记了一件接待时的事"),
    "conduct.answer": _("说明了一件接待时的事"), "conduct.decide": _("认定了一件接待时的事"),
    "expected.say": _("约了客户到访"), "expected.announce": _("报了不陪同的到访"), "expected.withdraw": _("撤回了约到访"),
    "announced.check": _("到甲方处审客"), "announced.call": _("电话追访"), "slip.issue": _("出了到访确认单"),
    "slip.sign": _("客户签了确认单"), "desk_rules.change": _("改前台规则"),
    "visit.check_in": _("登记了到访"), "visit.enter_late": pgettext_lazy("audit", "补登到访"), "visit.leave": _("登记离开"),
    "visit.sweep": _("闭店时补记离开"), "visit.gift": _("补记礼品"), "visit.correct": _("更正到访"),
    "visit.correct_refused": _("想改到访登记，没让改"), "visit.enter_whole": _("补登整次到访"), "visit.ask_late": _("请前台补登"),
    "visits.export": _("导出到访本"), "paper.print": _("印纸单"), "paper.void": _("作废纸单"),
    "gift.add": _("加礼品"), "gift.stock": _("记礼品进出"), "gift.end": _("不再发礼品"), "gift.again": _("再发礼品"),
    "visit.answer": _("应答接待"), "visit.pass_on": _("叫了下一位接待"), "visit.hand_over": _("换人接待"),
    "profile.change": _("改客户资料"), "profile.grade": _("定客户等级"), "notebook.export": _("导出三本"),
    "territory.give": _("划分客户范围"), "territory.weigh": _("改范围权重"), "territory.end": _("结束客户范围"),
    "work_phone.enter": _("登记工作电话"), "import.upload": _("上传了要导入的文件"), "import.begin": _("开始导入"),
    "incident.open": _("记下投诉或事件"), "incident.step": _("做完事件的一步"), "incident.note": _("补充了事件的说明"),
    "incident.cause": _("写了投诉的原因"), "incident.close": _("结了投诉或事件"),
    "sanction.proposed": _("提出处分"), "sanction.noticed": _("告知了处分"), "sanction.answered": _("写了申辩"),
    "sanction.decided": _("决定了处分"), "sanction.dropped": _("不办处分了"), "sanction.acknowledged": _("签收了处分"),
    "sanction.refused_to_sign": _("记下拒签处分"), "sanction.appealed": _("申诉处分"),
    "sanction.appeal_decided": _("处理了处分的申诉"), "sanction.payable": _("放行了处分"), "sanction.posted": _("把处分入账"),
    "sanction.reversed": _("撤销了处分"), "sanction_rules.change": _("改了处分规则"), "wage.enter": _("录了工资"),
    "accusation.file": _("举报了违规"), "accusation.evidence": _("交了举报的证据"), "accusation.accepted": _("采信了举报的证据"),
    "accusation.read": _("看了举报的证据"), "accusation.download": _("下载了举报的证据"),
    "accusation.rejected": _("没有采信举报的证据"), "accusation.taken": _("开始调查举报"),
    "accusation.established": _("认定举报属实"), "accusation.dismissed": _("举报不成立"),
    "accusation.withdrawn": _("撤回了举报"), "reward.propose": _("提出奖励"), "reward.approved": _("批准了奖励"),
    "reward.dropped": _("不办奖励了"), "reward.posted": _("把奖励入账"),
    "hook.make": _("做了 Webhook"), "hook.change": _("改了 Webhook"), "hook.on": _("打开了 Webhook"), "hook.off": _("停用了 Webhook"),
    "hook.try": _("试发了 Webhook"), "hook.again": _("再发 Webhook"),
    "robot.add": _("加了群机器人"), "robot.change": _("改了群机器人"), "robot.on": _("启用了群机器人"), "robot.off": _("停用了群机器人"),
    "robot.try": _("试了群机器人"), "robot.again": _("再发群消息"), "sms.change": _("改短信通道"), "sms.try": _("试短信通道"),
    "sms.off": _("停用了短信"),
    "backup.make": _("做了备份"), "backup.failed": _("备份没做成"), "history.not_kept": _("没导出历史印章"),
    "backup.restore": _("恢复了备份"), "key.seal": _("换了加密密钥"), "key.index": _("换了索引密钥"),
    "import.drop": _("没有导入"), "import.done": _("导入完"), "import.confirm": _("确认了导入的归属"),
}  # fmt: skip
KINDS = {
    "backup": _("备份"), "key": _("密钥"), "hook": "Webhook", "robot": _("群机器人"),
    "gift": _("礼品"), "paper": _("纸单"), "warning": _("撞单预警"),
    "import": _("导入"), "routine": _("例行工作"), "handover": _("离职交接"),
    "history": _("历史"), "channel": _("渠道"), "collision": _("撞单"),
    "subject": _("争的东西"), "customer": _("客户"), "day": _("日历"), "deal": _("签单"),
    "delivery": _("通知"), "deposit": _("定金"), "job": _("任务"), "organisation": _("公司"),
    "period": pgettext_lazy("audit", "月份"), "statement": _("分成单"), "plan": _("提成方案"),
    "draft": _("制度草稿"), "simulation": _("试算"), "policy": _("制度"), "project": _("项目"), "registration": _("报备"),
    "site": _("案场"), "team": _("团队"), "provider": _("登录方式"), "token": _("令牌"),
    "territory": _("客户范围"), "incident": _("投诉和事件"), "visit": _("到访"), "question": _("身份"), "message": _("收到的报备"),
    "export": _("导出"),
    "conduct": _("行为记录"), "source": _("报备的来源"), "transfer": _("转交"), "deed": _("归属协议"),
    "sanction": _("处分"), "accusation": _("举报"), "reward": _("奖励"), "request": _("个人信息要求"), "notice": _("个人信息告知"),
    "retention": _("保存期限"), "expected": _("约到访"),
}  # fmt: skip
# What actions are about, by the first word of their codes: to search for all of one kind.
THINGS = KINDS | {
    "acknowledgement": _("签收"), "announced": _("甲方审客"), "appeal": _("申诉"), "attachment": _("证据"), "audit": _("审计日志"),
    "basis": _("告知和同意"), "calendar": _("工作日历"), "cases": _("撞单队列"),
    "contact": pgettext_lazy("audit", "联系客户"), "desk_rules": _("前台规则"), "due": pgettext_lazy("audit", "入账"), "duty": _("值班"),
    "identity": _("企业账号和身份"), "inbound": _("收到的报备"), "inbound_source": _("报备的来源"),
    "insight": _("撞单统计"), "installation": _("归属"), "lead": _("报备"), "looks": _("看整号"), "mail_server": _("邮件服务器"),
    "membership": _("角色"), "notebook": _("三本"), "offer": _("分来的客户"), "ownership": _("客户归属"), "people": _("人员名单"),
    "permission": _("允许联系"), "person": _("人员"), "phone": _("整号"), "pool": _("公海"), "precheck": _("查重"),
    "profile": _("客户资料"), "protection": _("保护期"), "provision": _("给别的公司的资料"), "rotation": _("轮接"),
    "sanction_rules": _("处分规则"), "second_factor": _("两步验证"), "session": _("登录的设备"), "settlement": _("协商条款"),
    "slip": _("到访确认单"), "sms": _("短信"), "texts": _("话术和单据"), "visits": _("到访本"), "wage": _("工资"),
    "work_phone": _("工作电话"),
}  # fmt: skip


def in_words(entries: Iterable[Entry]) -> list[dict[str, Any]]:
    """Lines of the log with the actor's name, what was done and to what, why and from where; one query for all names."""
    rows = list(entries)
    ids = {e.actor for e in rows} | {e.subject.removeprefix("user:") for e in rows if e.subject.startswith("user:")}
    ids |= {id_ for e in rows for id_ in audit_details.ids(e.detail)}
    names = User.objects.in_bulk([int(id_) for id_ in ids if id_.isdigit()])
    return [
        {
            "at": e.at, "who": _who(e.actor, names), "did": ACTIONS.get(e.action, e.action),
            "what": _what(e.subject, names), "address": e.address,
            "why": audit_details.in_words(e.detail, e.action, names),
        }
        for e in rows
    ]  # fmt: skip


def _who(actor: str, names: dict[int, User]) -> str:
    if actor in {"system", "clock"}:
        return str(pgettext_lazy("audit", "系统"))
    if actor == "protected":
        return str(_("举报人（保护）"))
    return str(names.get(int(actor), actor)) if actor.isdigit() else actor


def _what(subject: str, names: dict[int, User]) -> str:
    kind, _sep, id_ = subject.partition(":")
    if kind == "user":
        return _who(id_, names)
    return f"{KINDS[kind]} {id_[:36]}" if kind in KINDS else subject
