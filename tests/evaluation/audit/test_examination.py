from dataclasses import replace

import numpy as np
import pytest

from virality.errors import DataError
from virality.evaluation.audit.examination import Examined, audit_matrix
from virality.evaluation.audit.findings import CODES, SEVERITIES, Audit, Finding, gravest_first
from virality.evaluation.splits import Split


def examined(**changes):
    """A made-up matrix of 2,000 videos in which nothing leaks."""
    generator = np.random.default_rng(0)
    outcome = generator.lognormal(11, 1.5, size=2000)
    features = np.column_stack(
        [generator.lognormal(size=2000), outcome * generator.lognormal(0, 1.5, size=2000)]
    )
    cuts = np.quantile(outcome, [0.25, 0.5, 0.75, 0.9])
    plain = Examined(
        names=("length", "usual"),
        phases=("content", "history"),
        features=features,
        tiers=np.searchsorted(cuts, outcome, side="right") + 1,
        outcome=outcome,
        outcome_name="views",
        split=Split("time", np.arange(1500), np.arange(1500, 2000)),
        authors=np.arange(2000),
        moment="before",
    )
    return replace(plain, **changes)


def found(**changes):
    """Findings by code."""
    return {finding.code: finding for finding in audit_matrix(examined(**changes))}


def test_an_honest_matrix_is_only_told_its_closest_set():
    findings = found()
    assert set(findings) == {"closest-set"}
    assert findings["closest-set"].severity == "information"
    assert findings["closest-set"].figures["sets"] == 3


@pytest.mark.parametrize(("moment", "severity"), [("before", "refused"), ("full", "warning")])
def test_a_disguised_label_is_refused_where_something_is_to_be_foreseen(moment, severity):
    outcome = examined().outcome
    features = np.column_stack([outcome, examined().features[:, 1]])
    finding = found(features=features, moment=moment)["label-rebuilding"]
    assert finding.severity == severity
    assert finding.features == ("length",)
    assert finding.what.startswith("length gives back the tier of 100.0 % of 2,000 videos")


def test_early_counts_that_settle_the_tier_are_seen_in_time_and_not_refused():
    features = np.column_stack([examined().outcome, examined().features[:, 1]])
    finding = found(features=features, phases=("early", "history"), moment="after")
    assert finding["label-rebuilding"].severity == "warning"
    assert "what is seen early settles it" in finding["label-rebuilding"].what


def test_a_feature_of_a_later_phase_is_refused():
    findings = found(phases=("early", "engagement"))
    assert findings["later-phase"].features == ("length", "usual")
    assert "are not known yet" in findings["later-phase"].what
    after = found(phases=("early", "history"), moment="after")
    assert "later-phase" not in after


def test_a_column_that_is_too_good_is_a_warning():
    outcome = examined().outcome
    blurred = outcome * np.random.default_rng(1).lognormal(0, 0.5, size=2000)
    finding = found(features=np.column_stack([blurred, blurred]))["too-good"]
    assert finding.severity == "warning"
    assert finding.figures["correlation"] > 0.9


def test_repeated_rows_and_shared_accounts_are_information():
    plain = examined()
    features, outcome = plain.features.copy(), plain.outcome.copy()
    features[1999], outcome[1999] = features[0], outcome[0]
    findings = found(features=features, outcome=outcome, authors=np.arange(2000) % 1600)
    assert findings["duplicates"].figures == {"repeated": 1, "across": 1}
    assert findings["account-overlap"].figures == {"accounts": 400, "videos": 400, "share": 0.8}
    assert {findings[code].severity for code in ("duplicates", "account-overlap")} == {
        "information"
    }


def test_a_cohort_without_a_lower_tail_is_named_with_its_numbers():
    outcome = examined().outcome + 200_000
    finding = found(outcome=outcome)["selected-cohort"]
    assert "look selected on views" in finding.what
    assert finding.figures["low_step"] < 1.5


def test_too_few_rows_to_search_are_said():
    few = {name: getattr(examined(), name)[:50] for name in ("features", "tiers", "outcome")}
    split = Split("time", np.arange(40), np.arange(40, 50))
    assert set(found(**few, split=split, authors=None)) == {"not-searched"}


def finding(code, severity, **more):
    return Finding(code, severity, f"{code}.", **more)


def test_findings_are_ordered_by_severity_and_then_by_code():
    codes = ["immature", "moving", "too-good", "later-phase"]
    severities = ["information", "warning", "warning", "refused"]
    mixed = tuple(map(finding, codes, severities))
    assert [one.code for one in gravest_first(mixed)] == [
        "later-phase", "moving", "too-good", "immature",
    ]  # fmt: skip


def audit(*findings):
    return Audit("before", "views", "time", rows=9, synthetic=False, findings=findings)


def test_an_audit_that_refuses_says_what_to_leave_out():
    refusing = audit(finding("moving", "refused", features=("x",)))
    with pytest.raises(DataError, match=r"moment before: moving\. \(leave out x \(by --without, "):
        refusing.require_honest()
    assert audit(finding("moving", "warning")).require_honest() is None


def test_an_audit_states_itself_in_plain_values():
    stated = audit(finding("moving", "refused", features=("x",))).stated()
    assert stated["findings"][0] == {
        "code": "moving", "severity": "refused", "what": "moving.", "features": ["x"], "figures": {}
    }  # fmt: skip
    assert (stated["moment"], stated["rows"], stated["synthetic"]) == ("before", 9, False)


def test_every_code_and_severity_has_its_place():
    assert set(SEVERITIES) == {"refused", "warning", "information"}
    assert {one.code for one in found(phases=("early", "engagement")).values()} <= set(CODES)
