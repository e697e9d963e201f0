"""The site map. What a page is for stands in `docs/pages.md`; who may open it, in the view itself (`needs(...)`)."""

from django.urls import include, path

from arbitration.urls import api_urlpatterns as collisions
from finance.urls import api_urlpatterns as finance
from leads.urls import api_urlpatterns as leads
from penalties.urls import api_urlpatterns as sanctions
from people.urls import api_urlpatterns as description
from visits.urls import api_urlpatterns as visits

handler404 = "people.api.problems.page_not_found"
handler500 = "config.outage.failed"

urlpatterns = [
    # for programs; first, since its beginning tells it from all pages
    path("api/v1/", include([*leads, *visits, *collisions, *sanctions, *finance])),
    path("api/", include(description)),
    # for whatever watches over it
    path("", include("config.health")),
    # coming and going, 消息, 设置
    path("", include("people.urls")),
    # 报备: register, notebooks, customers, deals
    path("", include("leads.urls")),
    # 到访: desk, visits, rotation
    path("", include("visits.urls")),
    # 撞单: cases and the policy they are ruled by
    path("", include("arbitration.urls")),
    # 处分、举报、奖励
    path("", include("penalties.urls")),
    # 结算: splits of a month, exports
    path("", include("finance.urls")),
]
