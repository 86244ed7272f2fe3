"""The Excel table for residents: only where the office says so, in the usual columns, nothing but what is public."""

import datetime as dt
import io

from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook

from app.core.database import db, transaction
from app.feeds.models import FeedSettings
from app.roster.models import Duty
from tests.integration.feeds.conftest import County
from tests.published import replace_leader

ADDRESS = "/o/county/year/2026.xlsx"


def test_residents_get_it_where_the_office_says_so(county: County, client: FlaskClient) -> None:
    assert client.get(ADDRESS).status_code == 404
    assert ADDRESS not in client.get("/o/county/year/2026").get_data(as_text=True)
    with transaction():
        db.session.add(FeedSettings(office_id=county.office.id, public_excel=True))
        replace_leader(county.office, dt.date(2026, 3, 10), county.leaders[2], note="内部备注")
    assert db.session.query(Duty).filter_by(note="内部备注").count() == 1
    assert ADDRESS in client.get("/o/county/year/2026").get_data(as_text=True)
    answer = client.get(ADDRESS)
    assert answer.status_code == 200 and "county-2026-r2.xlsx" in answer.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(io.BytesIO(answer.data)).get_sheet_by_index(0).to_python()
    assert rows[2][:4] == ["日期", "星期", "接访领导", "职务"]
    text = repr(rows)
    assert "内部备注" not in text and "陈三" in text and len(rows) == 3 + 44
    known = {"If-None-Match": answer.headers["ETag"]}
    assert client.get(ADDRESS, headers=known).status_code == 304
    assert client.get("/o/county/year/2031.xlsx").status_code == 404
