"""The model card: the report on the file that is served."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from starlette.responses import Response

from virality.interfaces.service.problems import ProblemError

if TYPE_CHECKING:
    from virality.interfaces.service.serving import Serving

_POLICY = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def model_card(serving: Serving, html: bool) -> Response:  # noqa: FBT001  two forms
    """Write the report as a page, which names its own scripts by their hashes, or in Markdown.

    Raises
    ------
    ProblemError
        With 501 where the extra ``report`` is not installed.
    """
    try:
        text = _written(serving, html)
    except ModuleNotFoundError as error:
        remedy = 'install it: pip install "virality[report]"'
        raise ProblemError(501, f"{error.name} is missing here; {remedy}") from error
    if html:
        return Response(text, headers={"content-security-policy": _POLICY}, media_type="text/html")
    return Response(text, media_type="text/markdown")


@lru_cache(maxsize=2)
def _written(serving: Serving, html: bool) -> str:  # noqa: FBT001  two forms
    from virality.report.assembly import view_of  # noqa: PLC0415  slow, and an extra
    from virality.report.evidence import of_file  # noqa: PLC0415

    view = view_of(of_file(serving.scorer))
    if html:
        from virality.report.page import page  # noqa: PLC0415

        return page(view)
    from virality.report.card import card  # noqa: PLC0415

    return card(view)
