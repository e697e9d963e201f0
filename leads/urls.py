"""报备: register, notebooks, customers, deals."""

from django.urls import path

from leads import api
from leads.views import customers, deals, me, numbers, register

urlpatterns = [
    path("register", register.register, name="register"),
    path("register/check", register.register_check, name="register_check"),
    path("register/batch", register.receipts, name="receipts"),
    path("register/<str:no>", register.receipt, name="receipt"),
    path("me", me.me, name="me"),
    path("numbers", numbers.numbers, name="numbers"),
    path("customers/<uuid:pk>", customers.customer, name="customer"),
    path("customers/<uuid:pk>/contact", customers.contact, name="contact"),
    path("customers/<uuid:pk>/relate", customers.relate, name="relate"),
    path("customers/<uuid:pk>/reveal", customers.reveal, name="reveal"),
    path("customers/<uuid:pk>/deposit", deals.deposit, name="deposit"),
    path("customers/<uuid:pk>/deal", deals.deal_new, name="deal_new"),
    path("deposits/<str:no>/refund", deals.refund, name="refund"),
    path("deals/<str:no>", deals.deal, name="deal"),
]

# under /api/v1/
api_urlpatterns = [
    path("precheck", api.PreCheck.as_view(), name="api_precheck"),
    path("registrations", api.Registrations.as_view(), name="api_registrations"),
    path("registrations/<str:no>", api.RegistrationByNumber.as_view(), name="api_registration"),
]
