"""The HTTP contract, line by line. One file for each endpoint, named after it; what holds for all of them is here:

========================================================  ============================================================
What clients rely on                                      Where it is tested
========================================================  ============================================================
one error shape, also for 404 routes, 405, 413, 415, 500  ``test_errors`` (429: ``test_throttles``)
no exception text, ``request_id`` leads to the log        ``test_errors``
401 for tokens missing, malformed, expired, forged        ``test_me``
bad input is 422 in body, query and path                  ``test_errors``, ``test_document_list``, ``test_document_get``
somebody else's object is like one that does not exist    every file; word for word in ``test_document_get``
registering, logging in                                   ``test_register``, ``test_login``
what an upload accepts and refuses                        ``test_upload`` (in chunks: ``test_wsgi``)
pages and filters of the list                             ``test_document_list``
results, validation, required fields                      ``test_result``, ``test_validation``
columns of the CSV export                                 ``test_export_csv``
a CSV as a table                                          ``test_smallest_example``; its heads: ``tests/engine``
``/health``, ``/docs``, ``/redoc``                        ``test_health``, ``test_pages``, ``tests/console/test_docs``
the OpenAPI description is complete and true              ``test_openapi``
the smallest example                                      ``test_smallest_example``
========================================================  ============================================================
"""
