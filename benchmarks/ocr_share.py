"""How much longer does it take to read a receipt from its picture than to recognise its text alone?

    python -m benchmarks.ocr_share [FOLDER] [--rounds N]

Beside the whole engine (decoding the picture, OCR, layout, fields, rules) it times in the same run, on the same
pictures and one thread: the same OCR alone, and rapidocr as it comes, with the same models
and the same size of picture. The ratios do not depend on the machine. Draws its own receipts; with FOLDER it reads
the JPEG and PNG files there instead. Of each
receipt the best of the rounds counts.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import rapidocr
from PIL import Image

from benchmarks.photographed import RECEIPTS, paper, perspective, shadow
from extraction.engine import pipeline
from extraction.engine.parsers import ocr_rapid
from extraction.engine.parsers.ocr import read_pixels
from extraction.engine.parsers.ocr_reader import reader
from extraction.engine.values import Options, Source

OPTIONS = Options(today=date(2026, 7, 1))


def whole(path: Path) -> None:
    pipeline.process(Source(path=str(path), media_type="", filename=path.name), OPTIONS)


def pixels(path: Path) -> np.ndarray:
    return np.ascontiguousarray(np.asarray(Image.open(path).convert("RGB"))[:, :, ::-1])


def plain_rapidocr() -> Any:
    models = Path(rapidocr.__file__).parent / "models"
    parameters = ocr_rapid.parameters(rapidocr, models, threads=1) | {
        "Global.use_cls": False,
        "Rec.engine_type": rapidocr.EngineType.OPENVINO,
        "Rec.model_path": str(models / ocr_rapid.RECOGNITION_MODEL),
    }
    return rapidocr.RapidOCR(params=parameters)


def seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def measure(files: Sequence[Path], rounds: int) -> None:
    """Prints processor seconds a receipt, and ratios. Each receipt is read in all ways in turn."""
    own, plain = reader("rapidocr", 1), plain_rapidocr()
    sums = [0.0, 0.0, 0.0]
    for number, file in enumerate(files):
        picture = pixels(file)
        works = [partial(whole, file), partial(read_pixels, own, picture), partial(plain, picture)]
        if number == 0:
            seconds(works[0])  # models, tables
        times = [[seconds(work) for work in works] for _ in range(rounds)]
        sums = [total + min(column) for total, column in zip(sums, zip(*times, strict=True), strict=True)]
    everything, alone, as_it_comes = (total / len(files) for total in sums)
    print(f"receipts              {len(files):8d}")
    print(f"engine, all stages    {everything:8.3f} s a receipt")
    print(f"its OCR alone         {alone:8.3f} s   ratio {everything / alone:.3f}")
    print(f"rapidocr as it comes  {as_it_comes:8.3f} s   ratio {everything / as_it_comes:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    chosen = parser.parse_args()
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    if chosen.folder:
        measure(sorted(file for file in chosen.folder.iterdir() if file.suffix in (".jpg", ".png")), chosen.rounds)
        return
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for country, receipt in RECEIPTS.items():
            files.append(Path(folder, f"{country}.jpg"))
            Image.fromarray(perspective(shadow(paper(receipt)))).save(files[-1], quality=88)
        measure(files, chosen.rounds)


if __name__ == "__main__":
    main()
