"""Writes compare_annotations.json: how wfdb (PyPI) 4.3.1 matches detected beats with reference beats.

    BEATD_DATA=../shared/data python3 compare_annotations.py > compare_annotations.json

Beats only, no marks of fibrillation or signal quality (compare_annotations knows neither), window 150 ms, whole record.
"""
import json
import os

import wfdb
from wfdb.processing import compare_annotations

data = os.environ["BEATD_DATA"]
names = "100 108 119 201 203 207 208 209 213 217 222 232".split()
beats = set("NLRBAaJSVrFejnE/fQ?")


def frames(path, annotator):
    annotation = wfdb.rdann(path, annotator)
    return annotation.sample[[s in beats for s in annotation.symbol]]


rows = {}
for annotator in ["gqrs", "tst"]:
    for name in names:
        result = compare_annotations(
            frames(f"{data}/mitdb/{name}", "atr"), frames(f"{data}/scoring-reference/{name}", annotator), 54)
        rows[f"{name} {annotator}"] = {"tp": int(result.tp), "fp": int(result.fp), "fn": int(result.fn)}
print(json.dumps(rows, indent=0))
