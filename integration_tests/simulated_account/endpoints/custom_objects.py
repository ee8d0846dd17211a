"""Records of custom objects: their export, and their list.

Facts: docs/zendesk-api.md#custom-objects.
"""

import orjson

from integration_tests.simulated_account.api_call import ApiCall
from integration_tests.simulated_account.exports import cursor_page
from integration_tests.simulated_account.make_custom_object_records import KIND
from integration_tests.simulated_account.paging import ListPaging, page_of
from integration_tests.simulated_account.responses import ApiError, ApiResponse
from integration_tests.simulated_account.tables import LIVE

from .endpoint import ApiEndpoint

RECORDS = ListPaging(frozenset({"cursor"}), sorts=frozenset({"id", "updated_at"}))
PHOTO = {"id": 44300000000777, "file_name": "estate.png"}


def _object_key(call: ApiCall) -> str:
    key = call.ids["custom_object_key"]
    if key not in call.account.table("custom_objects"):
        raise _refused(404, "CustomObjectNotFound")
    return key


def _refused(status: int, code: str) -> ApiError:
    return ApiError(status, {"errors": [{"code": code, "title": "Not possible", "status": str(status)}]})


def _exported(call: ApiCall) -> ApiResponse:
    """A page of the export, which says `meta.has_more` in the place of `end_of_stream`."""
    key = _object_key(call)
    table = call.account.table(KIND)
    try:
        page, response = cursor_page(call, table, 0, KIND, lambda row: row.parent == key)
    except ApiError as error:
        raise _refused(422, "InvalidCursor" if call.has("cursor") else "StartTimeTooRecent") from error
    response.rest["meta"] = {"has_more": not response.rest.pop("end_of_stream")}
    if not page:
        response.rest |= {"after_cursor": None, "after_url": None}
    response.rows = [row.body for row in page]
    return response


def _listed(call: ApiCall) -> ApiResponse:
    """A page of the list: what has not been deleted, with photos."""
    key = _object_key(call)
    rows = [row for row in call.account.table(KIND).children(key) if row.state == LIVE]
    page, response = page_of(call, RECORDS, rows, KIND)
    response.rows = [orjson.dumps(row.record() | {"photo": PHOTO}) for row in page]
    return response


CUSTOM_OBJECTS = (
    ApiEndpoint("incremental/custom_objects/{custom_object_key}/cursor", _exported),
    ApiEndpoint("custom_objects/{custom_object_key}/records", _listed),
)
