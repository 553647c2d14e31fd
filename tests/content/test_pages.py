"""The site's own pages at their addresses, and what is said when something goes wrong."""

import pytest
from django.template.loader import render_to_string

from content.demo.planting import INFO_PAGES, plant_info_pages, plant_trees
from content.models import InfoPage


@pytest.fixture
def site(db):
    homes = plant_trees()
    plant_info_pages(homes)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/about/", "民发〔2017〕126号"),
        ("/about/", "CC BY 4.0"),
        ("/en/about/", "CC BY 4.0"),
        ("/privacy/", "存多久"),
        ("/en/privacy/", "For how long"),
        ("/help/", "怎么用"),
        ("/help/learner/", "拿证"),
        ("/en/help/learner/", "The certificate"),
    ],
)
def test_a_stranger_reads_the_sites_own_pages_in_both_languages(client, site, address, words):
    response = client.get(address)

    assert response.status_code == 200
    assert words in response.content.decode()


def test_what_a_lawyer_must_check_is_not_shown_to_readers(client, site):
    notes = InfoPage.objects.get(slug="privacy", locale__language_code="zh-hans").review_notes

    assert "律师" in notes
    assert notes.splitlines()[0] not in client.get("/privacy/").content.decode()


def test_planting_twice_makes_each_page_once_in_each_language(site):
    plant_info_pages(plant_trees())

    assert InfoPage.objects.count() == 2 * len(INFO_PAGES)
    assert len(set(InfoPage.objects.values_list("translation_key", flat=True))) == len(INFO_PAGES)


def test_an_unknown_address_is_answered_in_our_look(client, site):
    response = client.get("/no-such-page/")

    assert response.status_code == 404
    assert "没有这一页" in response.content.decode()


def test_a_form_without_its_token_is_answered_in_our_look(site):
    from django.test import Client

    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})

    assert response.status_code == 403
    assert "这一页放得太久了" in response.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_the_pages_of_last_resort_need_nothing_and_tell_nothing(name):
    html = render_to_string(name, {"exception": "SECRET", "request_path": "SECRET"})

    assert "SECRET" not in html
    assert 'lang="en"' in html
    assert "110" in html
