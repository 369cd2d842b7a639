"""10,000 pictures and the memory of every process that they pass through."""

import os
import threading
import time

import decant_spark
import processes
import pytest

COUNT = 10_000
#: For the program itself; a debug build is slow.
REAL_COUNT = int(os.environ.get("DECANT_PICTURES", COUNT))


def resident(pid):
    """The memory of a process, in MiB; 0 if it is gone."""
    try:
        with open(f"/proc/{pid}/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)
    except OSError:
        return 0.0


class Watch:
    """The memory of the largest worker, and of the largest Python process that drives one, over time."""

    def __init__(self, program):
        self.program = program
        self.samples = []
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.run)

    def run(self):
        while not self.ended.wait(0.05):
            workers = max(map(resident, processes.workers(self.program)), default=0)
            drivers = max(map(resident, processes.ours("pyspark.daemon")), default=0)
            self.samples.append((workers, drivers))

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.ended.set()
        self.thread.join()

    def growth(self, which):
        """MiB by which the median of the last third exceeds that of the middle third."""
        column = [sample[which] for sample in self.samples if min(sample) > 0]
        third = len(column) // 3
        assert third > 2, "too few samples"
        middle, last = sorted(column[third : 2 * third]), sorted(column[2 * third :])
        return last[len(last) // 2] - middle[len(middle) // 2]


@pytest.mark.slow
@pytest.mark.parametrize("real", [False, True])
def test_memory_does_not_grow_with_the_pictures(spark, fake, pictures, request, real):
    program = request.getfixturevalue("decant") if real else fake
    model = request.getfixturevalue("model") if real else "model"
    count = REAL_COUNT if real else COUNT
    contents = []
    for number in range(1, 13):
        with open(os.path.join(pictures, f"scene-{number:02}.jpg"), "rb") as file:
            contents.append(bytearray(file.read()))
    few = spark.createDataFrame(list(enumerate(contents)), "kind bigint, picture binary")
    df = (
        spark.range(0, count, 1, 8)
        .selectExpr("id", f"id % {len(contents)} as kind")
        .join(few.hint("broadcast"), "kind")
    )
    # What is loaded once is there before the clock and the scales start.
    decant_spark.caption(df.limit(100), model, "picture", id="id", decant=program).collect()
    started = time.monotonic()
    with Watch(program) as watch:
        rows = decant_spark.caption(df, model, "picture", id="id", decant=program).select("id", "caption").collect()
    elapsed = time.monotonic() - started
    assert sorted(row["id"] for row in rows) == list(range(count))
    assert all(row["caption"] for row in rows)
    print(f"{count / elapsed:.0f} pictures a second; MiB of a worker and of its Python: {watch.samples[-1]}")
    assert watch.growth(0) < 16
    assert watch.growth(1) < 32
