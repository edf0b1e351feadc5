"""Made-up videos and answers that the documentation of the interface shows."""

from __future__ import annotations

from typing import Any

VIDEO: dict[str, Any] = {
    "caption": "My cat reviews tinned fish #cats #food",
    "duration_seconds": 31,
    "followers": 12000,
    "created_at": "2025-07-08T18:30:00Z",
}
HISTORY: list[dict[str, Any]] = [
    {
        "video_id": "7512345678901234567",
        "author_id": "cat.and.tin",
        "created_at": "2025-06-01T17:00:00Z",
        "scraped_at": "2025-06-12T09:00:00Z",
        "views": 15400,
        "duration_seconds": 27,
    }
]
ANSWER: dict[str, Any] = {
    "score": 47.31,
    "tier": 3,
    "tier_probabilities": [0.13, 0.27, 0.38, 0.17, 0.05],
    "percentile": 58.0,
    "interval": {"low": 24.1, "median": 57.2, "high": 86.5},
    "unknown": ["is_photo"],
    "ignored": [],
    "narrows": "history_level",
    "model": {
        "fingerprint": "0123456789abcdef",
        "trained_at": "2025-07-01T08:00:00Z",
        "synthetic": True,
    },
}
