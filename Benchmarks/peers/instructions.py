"""Counts the instructions of the hot stages with valgrind and compares them with the thresholds of instructions.json.

    python3 peers/instructions.py .build/release/bench [--write]

A stage's count is the difference between more and fewer repetitions, so what happens once is left out; it does not depend on
the machine's speed or load. valgrind knows no AVX-512: what is counted is the AVX2 variant of the kernels.
Fails when a stage takes over 3 % more than its threshold; --write sets the thresholds to what was counted.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
FILE = os.path.join(os.path.dirname(HERE), "instructions.json")
# Fewer and more runs of each.
STAGES = {"input": (2, 6), "detector": (2, 6), "conditioner": (2, 6), "extraction": (2, 6), "scalogram": (10, 60),
          "inception-base": (1, 3), "efficientnet-b0": (1, 3), "dual-tiny-signal": (5, 25), "dual-tiny-vision": (5, 25),
          "dual-tiny-timing": (5, 25), "dual-base-signal": (1, 3), "dual-base-vision": (1, 3),
          "dual-base-timing": (5, 25)}
# The part of `input` that the making of a stage's signal takes, which is no part of the stage.
MADE = {"detector": 1, "conditioner": 1, "extraction": 128 / 360}
MARGIN = 0.03


def count(bench, stage, times):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bench, "hot", stage, str(times)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    return int(re.search(r"Collected : (\d+)", output)[1])


def main():
    with tempfile.TemporaryDirectory() as folder:
        # valgrind 3.19 gives up on newer debugging information: it gets a copy without.
        bench = os.path.join(folder, "bench")
        subprocess.run(["strip", "--strip-debug", "-o", bench, sys.argv[1]], check=True)
        check(bench)


def check(bench):
    thresholds = {}
    if os.path.exists(FILE):
        with open(FILE) as file:
            thresholds = json.load(file)
    counted, failed = {}, False
    print("| stage | instructions a run | threshold | |\n|---|---|---|---|")
    for stage, (few, many) in STAGES.items():
        each = (count(bench, stage, many) - count(bench, stage, few)) // (many - few)
        each -= int(counted["input"] * MADE.get(stage, 0)) if counted else 0
        counted[stage] = each
        limit = thresholds.get(stage)
        verdict = "" if limit is None else f"{each / limit - 1:+.1%}"
        failed |= limit is not None and each > (1 + MARGIN) * limit
        print(f"| {stage} | {each:,} | {limit or ''} | {verdict} |", flush=True)
    if "--write" in sys.argv:
        with open(FILE, "w") as file:
            json.dump(counted, file, indent=2)
            file.write("\n")
    elif failed:
        sys.exit(f"a stage takes over {MARGIN:.0%} more instructions than its threshold")


if __name__ == "__main__":
    main()
