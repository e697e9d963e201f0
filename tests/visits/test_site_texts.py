"""What the desk says and prints: the program's wording, a site's own, and the words that may be put in."""

import pytest
from django.utils import translation

from people.models import Site
from tests import make
from trail.models import Entry
from trail.refusals import Refusal
from visits import services, wording
from visits.models import SiteTexts

pytestmark = pytest.mark.django_db
URL = "/settings/texts"
SOURCE = "进店您好！叔叔/阿姨，您找哪位？您先坐，稍等下，马上给您联系业务员。"  # D01, line 11


def save(store, **given):
    texts = {field: given.get(field, "") for field in wording.DEFAULTS}
    return services.save_texts(here=store.admin, site=store.site, texts=texts, at=make.MOMENT)


def test_a_site_without_texts_says_what_the_policy_says(store):
    assert wording.texts_of(store.site).greeting == SOURCE
    with translation.override("en"):
        assert wording.texts_of(store.site).greeting.startswith("Welcome!")


def test_a_sites_own_words_are_filled_in(store):
    save(store, greeting="欢迎光临{company}{site}！")
    assert wording.texts_of(store.site).greeting == "欢迎光临秀兰秀兰门店！"
    assert Entry.objects.get(action="texts.change").subject == f"site:{store.site.pk}"


def test_an_emptied_text_gives_way_to_the_programs_wording_again(store):
    save(store, greeting="你好")
    save(store)
    assert wording.texts_of(store.site).greeting == SOURCE
    assert (SiteTexts.objects.count(), SiteTexts.history.count()) == (1, 2)


def test_each_site_has_its_own(store):
    other = Site.objects.create(project=store.project, name="秀兰西区店")
    save(store, farewell="慢走")
    assert wording.texts_of(store.site).farewell == "慢走"
    assert wording.texts_of(other).farewell != "慢走"


@pytest.mark.parametrize(
    ("field", "text", "word"),
    [
        ("greeting", "你好 {name}", "name"),
        ("greeting", "你好 {phone}", "phone"),
        ("slip_note", "{site.project}", "site.project"),
        ("slip_note", "{0}", "0"),
        ("slip_note", "{}", ""),
        ("slip_heading", "{site!r}", "site!r"),
        ("farewell", "{ site }", " site "),
    ],
)
def test_a_word_that_there_is_not_is_refused_at_its_field(store, field, text, word):
    with pytest.raises(Refusal) as refused:
        save(store, **{field: text})
    assert (refused.value.code, refused.value.field) == ("word_unknown", field)
    assert f"没有 {{{word}}}" in refused.value.sentence
    assert not SiteTexts.objects.exists()


def test_what_is_put_in_is_not_read_again(store):
    save(store, slip_note="客户 {name} 已确认")
    assert wording.texts_of(store.site, name="{company}").slip_note == "客户 {company} 已确认"


def test_a_lone_brace_is_only_a_brace(store):
    save(store, greeting="你好 { 请坐 % %s")
    assert wording.texts_of(store.site).greeting == "你好 { 请坐 % %s"


def test_a_note_of_too_many_lines_is_refused(store):
    with pytest.raises(Refusal) as refused:
        save(store, slip_note="一\n二\n三\n四\n五")
    assert refused.value.code == "note_too_long"


def test_the_desk_shows_the_words_and_the_slip_prints_them(store, signed_in, at_noon):
    save(store, greeting="欢迎光临{site}", slip_heading="{company}到访确认", slip_note="{name} 已确认")
    visit = make.arrived(store, make.MOMENT)
    client = signed_in(store.desk)
    assert "欢迎光临秀兰门店" in client.get("/desk").content.decode()
    slip = client.get(f"/visits/{visit.no}/slip").content.decode()
    assert '<h1 id="heading">秀兰到访确认</h1>' in slip
    assert "张建国 已确认" in slip


def test_what_was_typed_is_never_markup(store, signed_in, at_noon):
    save(store, greeting="<script>alert(1)</script>")
    assert "<script>alert" not in signed_in(store.desk).get("/desk").content.decode()


def test_looking_first_keeps_nothing(store, signed_in, at_noon):
    page = signed_in(store.admin).post(URL, {"greeting": "欢迎{site}", "look": "1"}).content.decode()
    assert "会是这样（还没保存）" in page
    assert "欢迎秀兰门店" in page
    assert not SiteTexts.objects.exists()


def test_saving_takes_effect_and_a_mistake_comes_back_with_what_was_typed(store, signed_in, at_noon):
    client = signed_in(store.admin)
    assert client.post(URL, {"greeting": "欢迎{site}"}).status_code == 302
    answer = client.post(URL, {"greeting": "欢迎{sight}"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有 {sight}。这里能用 {site}、{company}" in page
    assert "欢迎{sight}" in page
    assert SiteTexts.objects.get().greeting == "欢迎{site}"
