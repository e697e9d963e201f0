"""核身份 and 合并客户 on the screen: both sides beside each other, one answer, a check before a merge, and the way back."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags

from leads.models import IdentityQuestion, Merge, Phone, Registration
from leads.services import log_contact, relate
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]
FIRST, LATER = make.at("2025-04-01 10:00"), make.at("2025-04-02 10:00")
OTHER = "13700000000"


def words(response):
    return " ".join(strip_tags(response.content.decode()).split())


@pytest.fixture
def question(store):
    make.registered(store.li, FIRST)
    make.registered(store.wang, LATER, name="李红", honorific="女士")
    return IdentityQuestion.objects.get()


class TestTheQueue:
    def test_shows_what_came_in_beside_whom_it_may_be_and_what_differs(self, store, signed_in, question):
        said = words(signed_in(store.desk).get("/questions"))
        for word in (
            "李红女士",
            "139****3333",
            "整号一致",
            "整号相同，姓名不同",
            "王芳",
            "张建国",
            "不同",
            "李强",
            "是另一位",
        ):
            assert word in said, word
        assert make.PHONE not in said

    def test_names_no_rival_to_whom_the_policy_does_not_tell(self, estate, signed_in):
        estate.project.terms_data = {**estate.project.terms_data, "disclose_owner": False}
        estate.project.save()
        make.registered(estate.anju, FIRST)
        make.registered(estate.hengxin, LATER, name="李红", honorific="女士")
        said = words(signed_in(estate.counterpart).get("/questions"))
        assert "李红" in said
        assert "高翔" not in said
        assert "马兰" not in said
        assert "有人跟进" in said

    @pytest.mark.parametrize(("same", "tag"), [(True, "是同一位"), (False, "是另一位")])
    def test_is_answered_by_a_button_and_a_reason(self, store, signed_in, question, same, tag):
        client = signed_in(store.desk)
        chosen = str(make.customer().pk) if same else "other"
        sent = {"same": chosen, "why": "看了身份证"}
        page = client.post(f"/questions/{question.pk}/answer", sent, follow=True)
        question.refresh_from_db()
        assert question.get_answer_display() == tag
        assert "核实好了" in words(page)
        assert "没有要核实的" in words(page)

    @pytest.mark.parametrize(
        ("sent", "said"),
        [
            ({"same": "other"}, "写明怎么核实的"),
            ({"why": "看了"}, "选是同一位"),
            ({"why": "看了", "same": "x"}, "只能从列出的"),
        ],
    )
    def test_says_what_is_missing(self, store, signed_in, question, sent, said):
        page = signed_in(store.desk).post(f"/questions/{question.pk}/answer", sent)
        assert page.status_code == 422
        assert said in words(page)
        assert IdentityQuestion.objects.filter(answer=None).exists()

    def test_says_that_somebody_answered_meanwhile(self, store, signed_in, question):
        sent = {"same": "other", "why": "看了身份证"}
        signed_in(store.desk).post(f"/questions/{question.pk}/answer", sent)
        page = signed_in(store.manager).post(f"/questions/{question.pk}/answer", sent)
        assert page.status_code == 409
        assert "已经有人答过了" in words(page)

    def test_asks_no_more_of_the_database_for_ten_than_for_two(self, store, signed_in):
        client = signed_in(store.desk)

        def queries(start, count):
            for i in range(start, start + count):
                number = f"1380000{i:04d}"
                make.registered(store.li, FIRST, number=number)
                make.registered(store.wang, LATER, number=number, name="李红", honorific="女士")
            with CaptureQueriesContext(connection) as asked:
                client.get("/questions")
            return len(asked)

        few = queries(0, 2)
        assert queries(2, 8) <= few <= 25


class TestACustomersPage:
    def test_takes_a_further_number_with_how_it_is_known(self, store, signed_in):
        make.registered(store.li, FIRST)
        client, url = signed_in(store.li), f"/customers/{make.customer().pk}"
        page = client.post(f"{url}/number", {"phone": "137 0000 0000", "proof": "客户来电"}, follow=True)
        assert "号码登记好了" in words(page)
        assert "客户来电" in words(page)
        assert Phone.objects.whole(f"+86{OTHER}").get().customer == make.customer()

    def test_tells_the_house_that_a_number_is_somebody_elses_and_an_agency_nothing(self, estate, signed_in):
        today = make.at("2025-04-28 10:00")
        make.registered(estate.xu, today, number=OTHER, name="赵云")
        for here, number, told in ((estate.anju, make.PHONE, False), (estate.xu, "13900000001", True)):
            customer = make.registered(here, today, number=number).registration.customer
            url = f"/customers/{customer.pk}/number"
            page = signed_in(here).post(url, {"phone": OTHER, "proof": "来电"}, follow=True)
            assert "号码登记好了" in words(page)
            assert ("也在别人名下" in words(page)) == told

    def test_notes_who_saw_the_proof_of_a_relation(self, store, signed_in):
        husband = make.registered(store.li, FIRST).registration.customer
        wife = make.registered(store.li, FIRST, number=OTHER, name="李红", honorific="女士").registration.customer
        relation = relate(here=store.li, customer=husband, other=wife, staff=None, kind="spouse", at=FIRST)
        client = signed_in(store.desk)
        assert "还没看凭据" in words(client.get(f"/customers/{husband.pk}"))
        page = client.post(f"/relations/{relation.pk}/proof", {"proof": "marriage_certificate"}, follow=True)
        assert "结婚证 周敏" in words(page)

    def test_warns_of_samples_that_the_company_got_through_another_buyer(self, store, signed_in):
        company = make.registered(
            store.li, FIRST, number="", name="宏达装饰有限公司", honorific="", kind="company"
        ).registration.customer
        buyer = make.registered(store.li, FIRST).registration.customer
        relate(here=store.li, customer=company, other=buyer, staff=None, kind="contact", at=FIRST)
        log_contact(here=store.li, customer=buyer, mode="sample", note="", at=LATER)
        assert "已送过样 1 次" in words(signed_in(store.li).get(f"/customers/{company.pk}"))


class TestMerging:
    @pytest.fixture
    def two(self, store):
        make.registered(store.li, FIRST)
        make.registered(store.wang, LATER, number=OTHER, name="赵云")
        return make.customer(), make.customer(OTHER)

    def merge(self, client, two, **more):
        sent = {"with_": two[1].pk, "keep": two[0].pk, "reason": "同一张身份证"} | more
        return client.post(f"/customers/{two[0].pk}/merge", sent, follow=True)

    @pytest.mark.parametrize("text", ["赵云", OTHER])
    def test_shows_both_and_what_follows_before_anything_is_done(self, store, signed_in, two, text):
        page = signed_in(store.manager).post(f"/customers/{two[0].pk}/merge", {"other": text})
        for word in ("张建国", "赵云", "李强", "王芳", "报备1", "立案由主管裁定", "可以撤销"):
            assert word in words(page), word
        assert OTHER not in words(page)
        assert not Merge.objects.exists()

    def test_leads_to_the_record_that_stays_with_the_way_back(self, store, signed_in, two):
        client = signed_in(store.manager)
        page = self.merge(client, two)
        assert page.redirect_chain == [(f"/customers/{two[0].pk}", 302)]
        assert "赵云先生并进了这条" in words(page)
        assert client.get(f"/customers/{two[1].pk}").headers["Location"] == f"/customers/{two[0].pk}"
        undone = client.post(f"/merges/{Merge.objects.get().pk}/undo", {"why": "不是同一位"}, follow=True)
        assert "各归各的" in words(undone)
        assert set(Registration.objects.values_list("customer", flat=True)) == {one.pk for one in two}

    @pytest.mark.parametrize(("more", "said"), [({"reason": ""}, "写明为什么"), ({"keep": ""}, "选保留哪条")])
    def test_says_what_is_missing_and_keeps_both(self, store, signed_in, two, more, said):
        page = self.merge(signed_in(store.manager), two, **more)
        assert page.status_code == 422
        assert said in words(page)
        assert not Merge.objects.exists()

    def test_of_one_with_itself_is_refused_in_words(self, store, signed_in, two):
        page = signed_in(store.manager).post(f"/customers/{two[0].pk}/merge", {"other": make.PHONE})
        assert "就是同一条记录" in words(page)

    def test_knows_no_customer_of_another_house(self, store, signed_in, two):
        sent = {"with_": "no-uuid", "keep": two[0].pk, "reason": "同一位"}
        assert signed_in(store.manager).post(f"/customers/{two[0].pk}/merge", sent).status_code == 404


class TestRegistering:
    def test_tells_the_house_whom_a_line_may_mean_how_strongly_and_why(self, store, signed_in):
        make.registered(store.li, FIRST)
        text = "李红女士 13912343333\n张建国先生 13700000000\n张先生 139****3333"
        said = words(signed_in(store.wang).post("/register/check", {"text": text}))
        for word in (
            "整号一致 整号相同，姓名不同 张** 李强在跟进",
            "仅姓名相似 姓名相同，号码不同 张**",
            "仅前三后四一致 隐号和姓对得上一位客户 张**",
        ):
            assert word in said, (word, said)

    def test_tells_an_agency_of_nobody(self, estate, signed_in):
        make.registered(estate.xu, FIRST)
        text = "恒信公司，张建国先生，13700000000"
        said = words(signed_in(estate.hengxin).post("/register/check", {"text": text}))
        assert "仅姓名相似" not in said
        assert "张**" not in said

    def test_says_on_the_receipt_what_is_asked_about_the_customer(self, store, signed_in, question):
        url = f"/register/{question.registration.no}"
        assert "等核实 整号一致 · 整号相同，姓名不同" in words(signed_in(store.wang).get(url))
        signed_in(store.desk).post(f"/questions/{question.pk}/answer", {"same": "other", "why": "看了身份证"})
        assert "是另一位 整号一致" in words(signed_in(store.wang).get(url))

    def test_takes_a_company_by_its_full_name_and_code_without_a_number(self, store, signed_in):
        sent = {
            "kind": "company",
            "name": "上海宏达装饰有限公司",
            "code": "91310000MA1FL0XX1A",
            "phone": "",
            "honorific": "",
        }
        client = signed_in(store.li)
        assert client.post("/register", sent).status_code == 302
        company = Registration.objects.get().customer
        assert (company.kind, company.code) == ("company", "91310000MA1FL0XX1A")
        again = client.post("/register", {**sent, "kind": "person", "code": ""})
        assert again.status_code == 422
        assert "手机号没有填" in words(again)
