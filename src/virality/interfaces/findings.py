"""What an audit found, for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.markup import escape
from rich.table import Table

from virality.evaluation.audit.findings import SEVERITIES
from virality.interfaces.console import console

if TYPE_CHECKING:
    from virality.evaluation.audit.findings import Audit

_STYLES = {"refused": "bold red", "warning": "bold", "information": ""}


def show_audit(audit: Audit) -> None:
    """Print the findings, the gravest first."""
    screen = console()
    made_up = " - SYNTHETIC DATA" if audit.synthetic else ""
    screen.print(
        f"[bold]Audit of {audit.rows:,} videos[/bold]: moment {audit.moment}, outcome "
        f"{escape(audit.outcome)}, {audit.split} split{made_up}"
    )
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in audit.findings:
        said = escape(f"{finding.code}: {finding.what}")
        table.add_row(finding.severity, said, style=_STYLES[finding.severity])
    screen.print(table)
    refused, warnings, others = (len(audit.of(severity)) for severity in SEVERITIES)
    screen.print(f"[dim]refused: {refused}, warnings: {warnings}, information: {others}[/dim]")
