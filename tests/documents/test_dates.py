"""Dates as sources write them."""

import pytest

from kgbuild.documents.dates import date_in_url, iso_date


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2019-02-26", "2019-02-26"),
        ("2019-02-26 09:00:00 -0500", "2019-02-26T09:00:00-05:00"),
        ("2013-12-04 4:26:11 -0400", "2013-12-04T04:26:11-04:00"),
        ("2023-07-24T09:00:00Z", "2023-07-24T09:00:00+00:00"),
        ("2023/07/24", "2023-07-24"),
        ("20230724", "2023-07-24"),
        ("November 14, 2024", "2024-11-14"),
        ("Nov. 14, 2024", "2024-11-14"),
        ("Tuesday, January 13, 2009", "2009-01-13"),
        ("14 November 2024", "2024-11-14"),
        ("1st May 2020", "2020-05-01"),
        ("Tue, 14 Nov 2023 10:00:00 GMT", "2023-11-14T10:00:00+00:00"),
        ("D:20220403193102+02'00'", "2022-04-03"),
        ("12. Mai 2020", "2020-05-12"),
        ("12 de mayo de 2020", "2020-05-12"),
        ("2020年5月12日", "2020-05-12"),
        ("mai 2020", None),
        ("01/02/2020", None),
        ("2020-13-01", None),
        ("2020-02-30", None),
        ("soon", None),
        ("10", None),
        ("Foo 12, 2020", None),
    ],
)
def test_a_date_is_read_only_when_it_is_certain(written, iso):
    assert iso_date(written) == iso


@pytest.mark.parametrize(
    ("url", "iso"),
    [
        ("https://www.hhs.gov/about/news/2018/09/20/unauthorized-disclosure.html", "2018-09-20"),
        ("https://example.org/2018-09-20-title", "2018-09-20"),
        ("https://example.org/1234/567", None),
    ],
)
def test_dates_in_urls(url, iso):
    assert date_in_url(url) == iso
