"""GET /api/v1/openapi.json: valid, complete, and true."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.files.base import ContentFile
from hypothesis import HealthCheck, settings
from openapi_schema_validator import OAS31Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis.specs.openapi.checks import negative_data_rejection, positive_data_acceptance

from accounts import tokens
from common import heartbeat
from config.docs import openapi
from config.wsgi import application
from documents import storage
from documents.intake import TYPES
from tests.api.conftest import Caller
from tests.factories import DocumentFactory, JobFactory, ResultFactory, TaskFactory, UserFactory, ValidationFactory
from tests.factories.files import TEXT

SPEC = openapi()
PUBLIC = {"register", "login", "refresh", "logout", "health", "ready"}


def operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in SPEC["paths"].items():
        for method, operation in item.items():
            yield method, path, operation


def named(name: str) -> dict[str, Any]:
    return next(operation for _, _, operation in operations() if operation["operationId"] == name)


def test_it_is_served_to_anybody(nobody):
    response = nobody.get("/openapi.json")

    assert response.status_code == 200
    assert response.headers["Content-Type"] == "application/json"
    assert response.json() == SPEC


def test_it_is_valid():
    assert SPEC["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(SPEC).validate()


def test_every_call_of_the_contract_is_in_it():
    assert {(method, path) for method, path, _ in operations()} == {
        ("post", "/api/v1/auth/register"),
        ("post", "/api/v1/auth/login"),
        ("get", "/api/v1/auth/me"),
        ("post", "/api/v1/auth/refresh"),
        ("post", "/api/v1/auth/logout"),
        ("post", "/api/v1/documents/upload"),
        ("get", "/api/v1/documents"),
        ("get", "/api/v1/documents/{document_id}"),
        ("delete", "/api/v1/documents/{document_id}"),
        ("get", "/api/v1/documents/{document_id}/file"),
        ("get", "/api/v1/documents/{document_id}/result"),
        ("get", "/api/v1/documents/{document_id}/validation"),
        ("get", "/api/v1/documents/{document_id}/export/json"),
        ("get", "/api/v1/documents/{document_id}/export/csv"),
        ("post", "/api/v1/documents/{document_id}/reprocess"),
        ("get", "/api/v1/documents/{document_id}/jobs"),
        ("get", "/api/v1/jobs/{job_id}"),
        ("patch", "/api/v1/documents/{document_id}/result"),
        ("get", "/api/v1/documents/{document_id}/corrections"),
        ("get", "/api/v1/review/tasks"),
        ("get", "/api/v1/review/tasks/{task_id}"),
        ("get", "/api/v1/review/tasks/{task_id}/reviewers"),
        ("post", "/api/v1/review/tasks/next"),
        ("patch", "/api/v1/review/tasks/{task_id}/fields"),
        *(
            ("post", f"/api/v1/review/tasks/{{task_id}}/{verb}")
            for verb in ("claim", "renew", "release", "approve", "reject", "postpone", "assign", "reopen")
        ),
        ("get", "/api/v1/documents/{document_id}/pages"),
        ("get", "/api/v1/documents/{document_id}/pages/{number}/words"),
        ("get", "/api/v1/documents/{document_id}/pages/{number}/image"),
        ("get", "/api/v1/rules"),
        ("put", "/api/v1/rules/{code}"),
        ("get", "/health"),
        ("get", "/health/ready"),
    }


@pytest.mark.parametrize(("method", "path", "operation"), list(operations()), ids=lambda value: str(value)[:60])
def test_every_operation_is_complete(method, path, operation):
    responses = operation["responses"]
    good = [status for status in responses if status.startswith("2")]

    assert operation["summary"]
    assert operation["tags"]
    assert good
    assert {"500", "503"} <= set(responses)
    assert ("security" in operation) == (operation["operationId"] not in PUBLIC)
    if operation["operationId"] not in PUBLIC:
        assert operation["security"] == [{"bearer": []}]
        assert {"401", "429"} <= set(responses)
    if "{" in path:
        assert {"404", "422"} <= set(responses)
    if "requestBody" in operation:
        assert {"413", "415", "422", "429"} <= set(responses)
    for status, response in responses.items():
        if int(status) >= 400:
            assert response == {"$ref": f"#/components/responses/Error{status}"}
    for body in [operation.get("requestBody"), *(responses[status] for status in good)]:
        for media_type, content in (body or {}).get("content", {}).items():
            binary = content["schema"].get("format") == "binary"
            assert binary or media_type == "multipart/form-data" or content["examples"]


def test_what_is_not_json_says_so():
    assert named("upload_document")["requestBody"]["content"].keys() == {"multipart/form-data"}
    assert named("export_csv")["responses"]["200"]["content"].keys() == {"text/csv"}
    for status in ("200", "206"):
        file = named("get_file")["responses"][status]["content"]
        assert file.keys() == {kind.content_type for kind in TYPES.values()}
        assert all(body["schema"] == {"type": "string", "format": "binary"} for body in file.values())
    assert "Content-Range" in named("get_file")["responses"]["206"]["headers"]


def fits(value: Any, described: dict[str, Any]) -> bool:
    validator = OAS31Validator(described | {"components": SPEC["components"]})
    return not list(validator.iter_errors(value))


def bodies() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every JSON body that is described: of requests, of answers, of errors."""
    for _, _, operation in operations():
        for place in [operation.get("requestBody", {}), *operation["responses"].values()]:
            for media_type, body in place.get("content", {}).items():
                if media_type == "application/json":
                    yield operation["operationId"], body
    for name, response in SPEC["components"]["responses"].items():
        yield name, response["content"]["application/json"]


@pytest.mark.parametrize(("name", "body"), list(bodies()), ids=lambda value: value if isinstance(value, str) else "")
def test_examples_fit_what_they_are_examples_of(name, body):
    examples = [example["value"] for example in body.get("examples", {}).values()] or [body["example"]]

    assert all(fits(example, body["schema"]) for example in examples)


@pytest.mark.parametrize("full_name", ["Ada", "", None])
def test_a_name_may_be_left_empty(full_name):
    body = {"email": "ada@example.com", "password": "correct horse", "full_name": full_name}

    assert fits(body, SPEC["components"]["schemas"]["RegisterRequest"])
    assert not fits(body | {"full_name": 5}, SPEC["components"]["schemas"]["RegisterRequest"])


@pytest.mark.parametrize("value", ["INV-1", 1.5, None, ["a"]])
def test_the_value_of_a_field_may_be_anything(value):
    assert fits(value, SPEC["components"]["schemas"]["Field"]["properties"]["value"])


def test_operations_have_names_of_their_own():
    names = [operation["operationId"] for _, _, operation in operations()]

    assert len(names) == len(set(names))


# --- Is it true? ------------------------------------------------------------------------------------------------------
schema = schemathesis.openapi.from_dict(SPEC)
schema.app = application


@pytest.fixture
def world(db) -> dict[str, str]:
    """Somebody with a document that has everything."""
    user = UserFactory()
    document = DocumentFactory(owner=user, file_size=len(TEXT))
    storage.save(document.file, ContentFile(TEXT))
    ResultFactory(document=document), ValidationFactory(document=document)
    job = JobFactory(document=document)
    for part in ("worker", "ocr-worker", "scheduler"):
        heartbeat.beat(part)
    return {
        "token": tokens.issue(user).access,
        "document_id": str(document.pk),
        "job_id": str(job.pk),
        "code": "iban_invalid",
        "number": "1",
        "task_id": str(TaskFactory(document=document).pk),
    }


@schema.parametrize()
@pytest.mark.usefixtures("kept_connection")
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None)
def test_answers_are_as_described(case, world):
    """Made-up requests, good and bad: no fault of ours, and nothing that the description does not say.

    That bad input is refused is tested input by input elsewhere: the tool also calls unknown parameters bad, and over
    WSGI leaves out some of what it believes to have sent.
    """
    for name in case.path_parameters or {}:
        if case.meta is None or case.meta.generation.mode.is_positive:
            case.path_parameters[name] = world[name]
    token = {"Authorization": f"Bearer {world['token']}"}
    # Files, times to come, members, sides of a box in their order.
    more_than_form = case.operation.path.endswith(("/upload", "/postpone", "/assign", "/image"))
    excluded = [negative_data_rejection, *([positive_data_acceptance] if more_than_form else [])]
    case.call_and_validate(headers=token, excluded_checks=excluded)


def test_several_documents_in_a_file_and_the_taxes_are_described():
    schemas = SPEC["components"]["schemas"]
    data, part = schemas["ExtractedData"], schemas["Part"]
    assert {"parts", "tax_lines"}.isdisjoint(data["required"])
    assert data["properties"]["parts"]["items"] == {"$ref": "#/components/schemas/Part"}
    assert set(data["required"]) < set(part["required"])
    assert {"first_page", "last_page"} <= set(part["required"])
    assert set(schemas["TaxLine"]["properties"]) == {"tax_rate", "tax_base", "tax_amount"}


# --- What is sent is what is described --------------------------------------------------------------------------------
BILL = """INVOICE
{vendor}
Invoice number: {number}
Invoice date: 15 April 2026
Description      Quantity   Unit price    Amount
Consulting              1       100.00    100.00
Subtotal 100.00
VAT 19% 19.00
Total EUR 119.00
"""


def schema_of(path, code="200"):
    answer = SPEC["paths"][f"/api/v1{path}"]["get"]["responses"][code]
    return answer["content"]["application/json"]["schema"] | {"components": SPEC["components"]}


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pages", [[("Blue Heron Ltd", "A-1")], [("Blue Heron Ltd", "A-1"), ("Red Kite Ltd", "B-7")]], ids=["one", "several"]
)
def test_what_the_engine_writes_fits_the_description(
    settings, pages, django_capture_on_commit_callbacks, django_assert_max_num_queries
):
    settings.PROCESSING_MODE = "inline"
    person = Caller(UserFactory())
    content = "\f".join(BILL.format(vendor=vendor, number=number) for vendor, number in pages)
    with django_capture_on_commit_callbacks(execute=True):
        sent = person.upload("bill.txt", content.encode(), "text/plain").json()
    document = sent["document"]["id"]
    bodies = {}
    for name in ("result", "validation"):
        with django_assert_max_num_queries(6):
            bodies[name] = person.get(f"/documents/{document}/{name}").json()
        OAS31Validator(schema_of(f"/documents/{{document_id}}/{name}")).validate(bodies[name])

    result = bodies["result"]
    assert result["fields"]["total_amount"]["why"]["reasons"]
    assert len(result["part_fields"]) == (0 if len(pages) == 1 else len(pages))
    numbers = [(part["first_page"], part["fields"]["invoice_number"]["page"]) for part in result["part_fields"]]
    assert all(first == page for first, page in numbers)
    for described in (result, *result["part_fields"]):
        wanted = SPEC["components"]["schemas"]["Why"]["required"]
        for field in described["fields"].values():
            assert field.get("why", {}).keys() in (set(), set(wanted))
