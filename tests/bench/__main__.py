"""``make bench``: what the command line and a thousand mails cost, as figures and ratios measured side by side.

Never a pass or a fail: machines are shared and noisy, so only the ratios of one run mean something.
"""

from __future__ import annotations

import email
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from itertools import cycle, islice
from pathlib import Path

ROOT = Path(__file__).parents[2]
CORDIALLY = Path(sys.executable).with_name("cordially")
ROUNDS = 15
MAILS = 1_000


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def run(command: Sequence[str]) -> None:
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)


def side_by_side(commands: dict[str, Sequence[str]]) -> dict[str, float]:
    """The median seconds of each command, taken in turns so that noise falls on all alike."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            taken[name].append(seconds(lambda command=command: run(command)))  # type: ignore[misc]
    return {name: statistics.median(times) for name, times in taken.items()}


def start_up() -> None:
    medians = side_by_side(
        {
            "python -c pass": (sys.executable, "-c", "pass"),
            'python -c "import click"': (sys.executable, "-c", "import click"),
            "cordially --help": (str(CORDIALLY), "--help"),
        }
    )
    bare, click, ours = medians.values()
    for name, median in medians.items():
        print(f"{name:28} {median * 1000:7.1f} ms")
    print(f"{'cordially --help':28} {ours / click:7.2f} x import click, {ours / bare:.2f} x python -c pass\n")


def sample_mails() -> list[bytes]:
    folders = (ROOT / "tests" / "corpus", ROOT / "agent" / "demo" / "mails")
    return [path.read_bytes() for folder in folders for path in sorted(folder.rglob("*.eml"))]


def thousand_mails() -> None:
    mails = list(islice(cycle(sample_mails()), MAILS))
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder) / f"{number}.eml" for number in range(MAILS)]
        for path, octets in zip(paths, mails, strict=True):
            path.write_bytes(octets)
        ours = seconds(lambda: run((str(CORDIALLY), "classify", "--json", *map(str, paths))))
        pass_ = seconds(lambda: run((sys.executable, "-c", "pass")))
    stdlib = seconds(lambda: [email.message_from_bytes(octets) for octets in mails])
    size = sum(map(len, mails)) / MAILS
    print(f"classify of {MAILS} mails of {size:.0f} octets on average")
    print(f"{'cordially classify --json':28} {ours:7.2f} s  {MAILS / ours:7.0f} mails a second, start-up included")
    print(f"{'':28} {ours / stdlib:7.2f} x a bare stdlib parse, {ours / pass_:.0f} x python -c pass")


if __name__ == "__main__":
    start_up()
    thousand_mails()
