"""Each reason of screening in words, for whoever has to answer or to look (docs/screening.md explains them at length)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

REASONS: dict[str, Any] = {
    "same_phone": _("整号相同，姓名对得上"),
    "linked_number": _("是这位客户登记过的另一个号码"),
    "relative_with_proof": _("直系亲属，凭据看过了"),
    "same_phone_other_name": _("整号相同，姓名不同"),
    "same_phone_several": _("整号登记在几位客户名下"),
    "full_number_fits_mask": _("整号和一条隐号报备对得上，姓也对得上"),
    "full_number_fits_several_masks": _("整号和几条隐号报备都对得上"),
    "mask_hits_one": _("隐号和姓对得上一位客户"),
    "mask_hits_several": _("隐号和姓对得上几位客户"),
    "mask_other_person": _("隐号对得上，姓或称呼对不上"),
    "relative_unproven": _("说是直系亲属，还没看凭据"),
    "not_direct_kin": _("不是直系亲属，各算各的"),
    "link_not_yet_entered": _("这个号码是后来才登记的"),
    "name_only": _("姓名相同，号码不同"),
    "nothing_matches": _("没有对得上的"),
    "same_company_code": _("统一社会信用代码相同"),
    "same_company_name": _("公司全称相同"),
    "linked_company": _("登记过的关联公司"),
    "branch_of_company": _("一家是另一家的分公司"),
    "company_short_form": _("像是这家公司的简称"),
    "other_company_code": _("名称像，信用代码不同，是另一家"),
    "other_company": _("没有这家公司"),
    "number_of_another": _("补登的号码也是别人的"),
}


def in_words(reason: str) -> str:
    """Why somebody may be whom."""
    return str(REASONS[reason])
