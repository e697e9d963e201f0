"""What a person may be in a project, and what that lets them do. One table; everything else asks it.

A right is a verb on a thing. A page or a service names the right that it needs, never a role.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Role(models.TextChoices):
    """The roles of the trade. Somebody may hold several at once, and others in another project."""

    FRONT_DESK = "front_desk", _("前台")
    SALESPERSON = "salesperson", _("业务员")
    AGENT = "agent", _("外部经纪人")
    SECRETARY = "secretary", _("销售秘书")
    DESIGNER = "designer", _("设计师")
    COUNTERPART = "counterpart", _("对接人")
    MANAGER = "manager", _("主管")
    GENERAL_MANAGER = "general_manager", _("总经理")
    FINANCE = "finance", _("财务")
    ADMINISTRATOR = "administrator", _("管理员")


class Right(models.TextChoices):
    """What a role may do."""

    REGISTER = "register", _("报备客户")
    OWN_BOOKS = "own_books", _("看自己的三本")
    DESK = "desk", _("接待到访")
    ROTATION = "rotation", _("排轮接")
    VISIT_LOG = "visit_log", _("看到访本")
    ALL_CUSTOMERS = "all_customers", _("看项目里所有客户")
    REVEAL = "reveal", _("看完整号码")
    DEALS = "deals", _("录入签单和定金")
    CASES = "cases", _("看撞单队列")
    RULE = "rule", pgettext_lazy("right", "裁定")
    EVIDENCE = "evidence", _("补录撞单证据")
    POLICY = "policy", _("看制度")
    SANCTIONS = "sanctions", _("看处罚建议")
    SPLITS = "splits", _("看分成")
    EXPORT = "export", _("导出")
    AUDIT = "audit", _("看审计日志")
    STAFF = "staff", _("看人员与角色")
    SETTINGS = "settings", _("改设置")
    POLICIES = "policies", pgettext_lazy("right", "启用制度")
    DRAFTS = "drafts", _("起草制度")
    INSIGHT = "insight", _("看撞单统计")
    ROSTER = "roster", pgettext_lazy("right", "排值班")
    PLANS = "plans", _("定提成方案")
    IDENTITY = "identity", _("核实客户是谁")
    MERGE = "merge", pgettext_lazy("right", "合并客户")
    INBOUND = "inbound", _("处理收到的报备")
    IMPORT = "import", _("导入名单")
    POOL = "pool", _("从公海认领")
    ALLOCATE = "allocate", _("分配客户")
    PRECHECKS = "prechecks", _("看查重记录")
    ROUTINES = "routines", _("管例行工作")
    HAND_OVER = "hand_over", _("办离职交接")
    CORRECT = "correct", _("更正到访")
    INCIDENTS = "incidents", _("记投诉和事件")
    ANNOUNCED = "announced", _("审客和追访")
    CONDUCT = "conduct", _("记违规行为")
    ACCUSE = "accuse", _("举报违规")
    PUNISH = "punish", _("办处分和奖励")
    CHANGE_DEALS = "change_deals", _("改签单、退款、解约")
    BOOKKEEPING = "bookkeeping", _("记账和关账")
    REOPEN = "reopen", pgettext_lazy("right", "重新打开已关的账")
    PRIVACY = "privacy", _("办理客户对个人信息的要求")


RIGHTS: dict[str, frozenset[str]] = {
    Role.FRONT_DESK: frozenset(
        {
            Right.DESK, Right.ROTATION, Right.VISIT_LOG, Right.POLICY, Right.IDENTITY, Right.CORRECT, Right.INCIDENTS,
            Right.CONDUCT, Right.ACCUSE,
        }
    ),
    Role.SALESPERSON: frozenset(
        {Right.REGISTER, Right.OWN_BOOKS, Right.DEALS, Right.POLICY, Right.POOL, Right.ACCUSE}
    ),
    Role.AGENT: frozenset({Right.REGISTER, Right.OWN_BOOKS, Right.ACCUSE}),
    Role.SECRETARY: frozenset(
        {
            Right.DESK, Right.ROTATION, Right.ROSTER, Right.VISIT_LOG, Right.POLICY, Right.IDENTITY, Right.INBOUND, Right.CORRECT,
            Right.INCIDENTS, Right.CONDUCT, Right.ACCUSE,
        }
    ),
    Role.DESIGNER: frozenset({Right.POLICY}),
    Role.COUNTERPART: frozenset(
        {Right.VISIT_LOG, Right.CASES, Right.EVIDENCE, Right.POLICY, Right.IDENTITY, Right.INBOUND, Right.ANNOUNCED, Right.ACCUSE}
    ),
    Role.MANAGER: frozenset(
        {
            Right.REGISTER, Right.OWN_BOOKS, Right.ROTATION, Right.ROSTER, Right.VISIT_LOG, Right.ALL_CUSTOMERS, Right.REVEAL,
            Right.DEALS, Right.CASES, Right.RULE, Right.EVIDENCE, Right.POLICY, Right.SANCTIONS, Right.IDENTITY, Right.MERGE,
            Right.INBOUND, Right.IMPORT, Right.POOL, Right.ALLOCATE, Right.PRECHECKS, Right.ROUTINES, Right.HAND_OVER,
            Right.INCIDENTS, Right.ANNOUNCED, Right.CONDUCT, Right.DRAFTS, Right.INSIGHT, Right.ACCUSE, Right.PUNISH,
            Right.CHANGE_DEALS, Right.PRIVACY,
        }
    ),
    Role.GENERAL_MANAGER: frozenset(
        {
            Right.VISIT_LOG, Right.ALL_CUSTOMERS, Right.REVEAL, Right.CASES, Right.RULE, Right.EVIDENCE, Right.POLICY,
            Right.SANCTIONS, Right.SPLITS, Right.EXPORT, Right.AUDIT, Right.STAFF, Right.POLICIES, Right.PLANS, Right.IDENTITY,
            Right.MERGE, Right.ALLOCATE, Right.PRECHECKS, Right.ROUTINES, Right.HAND_OVER, Right.INCIDENTS, Right.CONDUCT,
            Right.DRAFTS, Right.INSIGHT, Right.PUNISH, Right.CHANGE_DEALS, Right.REOPEN, Right.PRIVACY,
        }
    ),
    Role.FINANCE: frozenset(
        {
            Right.SPLITS, Right.EXPORT, Right.SANCTIONS, Right.POLICY, Right.PLANS, Right.HAND_OVER, Right.CHANGE_DEALS,
            Right.BOOKKEEPING,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Right.AUDIT, Right.STAFF, Right.POLICY, Right.SETTINGS, Right.POLICIES, Right.ROSTER, Right.IMPORT, Right.PRECHECKS,
            Right.HAND_OVER, Right.CORRECT, Right.DRAFTS,
        }
    ),
}  # fmt: skip

# Where each role lands after login; the first that a person holds wins.
LANDING: tuple[tuple[str, str], ...] = (
    (Role.FRONT_DESK, "desk"),
    (Role.SECRETARY, "desk"),
    (Role.MANAGER, "cases"),
    (Role.GENERAL_MANAGER, "cases"),
    (Role.FINANCE, "period"),
    (Role.SALESPERSON, "me"),
    (Role.AGENT, "me"),
    (Role.ADMINISTRATOR, "settings_people"),
    (Role.COUNTERPART, "visits"),
    (Role.DESIGNER, "policy"),
)

# Roles that may follow a customer, so that a registration or a reception can make them its owner.
SELLING = frozenset({Role.SALESPERSON, Role.AGENT})
# Roles that still count in a project that was closed: they finish what is open, read and pay.
KEEPING = frozenset({Role.ADMINISTRATOR, Role.GENERAL_MANAGER, Role.FINANCE})
# Roles that must have a second factor (people/workplace.py, people/middleware.py, people/api/resource.py).
GUARDED = frozenset({Role.MANAGER, Role.GENERAL_MANAGER, Role.FINANCE, Role.ADMINISTRATOR})
# Roles that rule; the general manager is the next level above the manager (G-47).
RULING = (Role.MANAGER, Role.GENERAL_MANAGER)


def rights_of(roles: frozenset[str]) -> frozenset[str]:
    """Everything that these roles together may do; nothing for nobody."""
    return frozenset().union(*(RIGHTS[role] for role in roles))


def roles_with(right: str) -> list[str]:
    """The roles that hold a right: whom to ask about something that needs it."""
    return [role for role, rights in RIGHTS.items() if right in rights]
