#!/usr/bin/env python3
"""Writes Tests/CodingAnalysisTests/Fixtures/agreement.json: what independent packages say of random ratings.

The tests read the file and need none of the packages. To make it anew:

    pip install krippendorff==0.9.0 scikit-learn==1.9.1 statsmodels==0.15.0 irrCAC==0.4.4
    python3 Scripts/agreement/make-fixtures.py > Tests/CodingAnalysisTests/Fixtures/agreement.json
"""
import json
import math
import random
import warnings

import krippendorff
import numpy as np
import pandas as pd
from irrCAC.raw import CAC
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa



def known(value):
    return None if math.isnan(value) else value


warnings.simplefilter("ignore")
random.seed(20061206)
cases = []
for raters, units, categories, agree, missing in [
    (2, 40, 2, 0.8, 0.0), (2, 200, 2, 0.95, 0.0), (2, 300, 5, 0.6, 0.0), (3, 60, 2, 0.7, 0.0), (3, 150, 4, 0.8, 0.15),
    (5, 90, 3, 0.5, 0.3), (2, 100, 2, 0.5, 0.2), (4, 500, 2, 0.97, 0.05), (3, 80, 6, 0.2, 0.4), (8, 30, 2, 0.6, 0.5),
]:
    truth = [random.choices(range(categories), [1.0 / (1 + c) for c in range(categories)])[0] for _ in range(units)]
    table = []
    for _ in range(raters):
        row = [t if random.random() < agree else random.randrange(categories) for t in truth]
        table.append([None if random.random() < missing else value for value in row])
    data = np.array([[np.nan if v is None else v for v in row] for row in table], dtype=float)
    used = sorted({v for row in table for v in row if v is not None})
    assert used == list(range(categories)), "a category that nobody used would count differently between packages"
    case = {"categories": categories, "ratings": table}
    case["alpha"] = float(krippendorff.alpha(reliability_data=data, level_of_measurement="nominal"))
    frame = pd.DataFrame(data.T)
    # Full precision: the package rounds to its `digits`.
    cac = CAC(frame, weights="identity", categories=[float(c) for c in range(categories)], digits=12)
    case["agreement"] = float(cac.gwet()["est"]["pa"])
    case["ac1"] = float(cac.gwet()["est"]["coefficient_value"])
    case["brennanPrediger"] = float(cac.bp()["est"]["coefficient_value"])
    pairs = []
    for a in range(raters):
        for b in range(a + 1, raters):
            both = [(x, y) for x, y in zip(table[a], table[b]) if x is not None and y is not None]
            xs, ys = [x for x, _ in both], [y for _, y in both]
            matrix = np.zeros((categories, categories))
            for x, y in both:
                matrix[x, y] += 1
            result = cohens_kappa(matrix)
            value = float(cohen_kappa_score(xs, ys, labels=list(range(categories))))
            assert math.isnan(value) or abs(value - result.kappa) < 1e-12
            # Undefined where both used one category only.
            pairs.append({"first": a, "second": b, "kappa": known(value), "standardError": known(float(result.std_kappa))})
    case["pairs"] = pairs
    cases.append(case)
print(json.dumps({"cases": cases}, separators=(",", ":")))
