"""How long does the picture of a page take, on the screen of a review?

    python -m benchmarks.page_images [--rounds 20] [--starts 3]

Starts throw-away servers and gunicorn, has documents of each kind read (a digital page, a page of 200, a scan, a
photograph of 12 megapixels), and asks for their pages over HTTP as a signed-in reviewer: the first time, when nothing
is remembered of the document, and again, when its picture is. Prints milliseconds. Last comes the very first picture of
a web server that has just started.
"""

from __future__ import annotations

import argparse
import http.client
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from random import Random

import cv2
import numpy as np

from benchmarks.drawn import draw_invoices
from benchmarks.list_documents import empty_service, web_server
from training.generator import scans

WIDTHS = (200, 1200, 2600)  # a thumbnail, a page that fits the screen, one that is looked at closely
LONG, SCAN_DPI, PHOTO = 200, 300, (3024, 4032)
KINDS: dict[str, tuple[str, int]] = {
    "digital PDF": ("invoice.pdf", 1),
    "page 150 of 200": ("long.pdf", 150),
    "scanned PDF, 300 dpi": ("scan.pdf", 1),
    "photograph, 12 MP": ("photo.jpg", 1),
}


def draw(folder: Path) -> None:
    draw_invoices(folder / "invoice.pdf", [1])
    draw_invoices(folder / "long.pdf", range(LONG))
    paper = scans.rendered((folder / "invoice.pdf").read_bytes(), SCAN_DPI)[0]
    scan = scans.scanned(paper, Random(3))
    (folder / "scan.pdf").write_bytes(scans.bound([scan], SCAN_DPI, quality=85))
    photo = scans.photographed(paper, Random(5))
    pixels = np.asarray(cv2.resize(photo.pixels, PHOTO, interpolation=cv2.INTER_CUBIC), np.uint8)
    (folder / "photo.jpg").write_bytes(scans.jpeg(photo._replace(pixels=pixels), quality=90))


def fill(folder: Path) -> tuple[str, dict[str, str]]:
    """The session of a reviewer, and the address of each file's pages."""
    from django.test import Client

    from accounts import actions
    from accounts.queries import personal_workspace
    from documents.intake import receive_path
    from extraction import intake
    from review.models import ReviewPolicy, ReviewTask

    reviewer = actions.register(email="reviewer@example.com", password="-")
    reviewer.is_staff = True
    reviewer.save()
    workspace = personal_workspace(reviewer)
    ReviewPolicy.objects.create(workspace=workspace, automation="never")
    for path in folder.iterdir():
        intake.receive(arrival=receive_path(path), workspace=workspace, by=reviewer)
    client = Client()
    client.force_login(reviewer)
    tasks = ReviewTask.objects.select_related("document")
    pages = {task.document.original_filename: f"/admin/review/reviewtask/{task.pk}/screen/pages" for task in tasks}
    return client.cookies["sessionid"].value, pages


@contextmanager
def connected(session: str) -> Iterator[Callable[[str], tuple[float, bytes]]]:
    """Milliseconds and body of a request to a web server that is up but has drawn nothing yet."""
    with web_server() as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def ask(path: str) -> tuple[float, bytes]:
            started = time.perf_counter()
            connection.request("GET", path, headers={"Cookie": f"sessionid={session}"})
            response = connection.getresponse()
            body = response.read()
            assert response.status == 200, (path, body[:2_000])
            return (time.perf_counter() - started) * 1000, body

        ask("/admin/review/reviewtask/")
        yield ask


def told(taken: list[float]) -> str:
    return f"{statistics.median(taken):8.1f}{statistics.quantiles(taken, n=20, method='inclusive')[-1]:8.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--starts", type=int, default=3)
    arguments = parser.parse_args()
    with ExitStack() as stack:
        os.environ["PROCESSING_MODE"] = "inline"
        stack.enter_context(empty_service())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        draw(folder)
        session, pages = fill(folder)
        from django.core.cache import cache

        print(f"{'':32}{'first':>16}{'again':>16}\n{'':32}{'p50':>8}{'p95':>8}{'p50':>8}{'p95':>8}{'KiB':>8}  ms")
        with connected(session) as ask:
            for kind, (name, number) in KINDS.items():
                for width in WIDTHS:
                    path = f"{pages[name]}/{number}.png?width={width}"
                    first, again = [], []
                    for _ in range(arguments.rounds + 1):
                        cache.clear()
                        first.append(ask(path)[0])
                        again += [ask(path)[0] for _ in range(5)]
                    size = len(ask(path)[1]) / 1024
                    print(f"{f'{kind}, {width} px':32}{told(first[1:])}{told(again[5:])}{size:8.0f}", flush=True)
        starts = []
        for _ in range(arguments.starts):
            cache.clear()
            with connected(session) as ask:
                starts.append(ask(f"{pages['invoice.pdf']}/1.png?width=1200")[0])
        print(f"{'the very first, 1200 px':32}{told(starts)}")


if __name__ == "__main__":
    main()
