"""An invented vocabulary in several scripts: it says nothing, in the shape of captions.

The words are pairs of syllables and belong to no language; calls to action alone are real
English, as captions of every language carry them and as a reader looks for them.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

MARK = "synthetic"
"""The word that every handle begins with."""

CALLS = (
    "Link in bio",
    "Follow for more",
    "Comment below",
    "Tag a friend",
    "Share this with a friend",
    "Save this for later",
)
EMOJI = ("✨", "🔥", "😂", "🐙", "🫧", "🎉", "🌵", "👀", "🧃", "💫", "🥟", "🪴")


@dataclass(frozen=True)
class Language:
    """A script and an audience.

    Parameters
    ----------
    code
        What the scraper reports as the language.
    offset
        The audience's clock, in hours ahead of UTC.
    weight
        Share of the accounts.
    question, space
        The question mark, and what stands between words.
    words
        The vocabulary.
    """

    code: str
    offset: int
    weight: float
    question: str
    space: str
    words: tuple[str, ...]


def _pairs(syllables: str) -> tuple[str, ...]:
    return tuple(a + b for a, b in itertools.permutations(syllables.split(), 2))


_LATIN = _pairs("vum blo kren tiz zor plaf mip quen draf felb solv nox wim gro")
_MARKED = _pairs("vừm blợ krẽn tịz phổm quển đắf nộx giữm lờp trẩv xẽo")
_TILDED = _pairs("ñum bló kréz tíz zorá plaf mip quén dráf feñ nox güi")
_KANA = _pairs("ぬぽ けむ ざゆ ぺろ もぎ そべ わぢ るぷ ひょむ ちぬ")
_CYRILLIC = _pairs("бюж шлиф дцы жум фяд щил юдж плю цви дзяб")
_ARABIC = _pairs("ضغط ثشف قظي غزب طصم خذن بشق فغض")
_THAI = _pairs("ฟุม ปลอ กเร ทิซ ซอร ควะ ดรา เฟบ นอฆ")

LANGUAGES = (
    Language("vi", 7, 0.42, "?", " ", _MARKED),
    Language("en", 1, 0.22, "?", " ", _LATIN),
    Language("es", -4, 0.10, "?", " ", _TILDED),
    Language("ja", 9, 0.08, "？", "", _KANA),  # noqa: RUF001 - the full-width mark is the point
    Language("th", 7, 0.08, "?", "", _THAI),
    Language("ru", 3, 0.06, "?", " ", _CYRILLIC),
    Language("ar", 3, 0.04, "؟", " ", _ARABIC),
)


@dataclass(frozen=True)
class Caption:
    """The parts of a caption, given as positions in the vocabulary.

    Parameters
    ----------
    language
        Whose words these are.
    words, hashtags
        Numbers in [0, 1): where in the vocabulary each word stands.
    emoji
        How many emoji follow.
    question, call
        Whether it asks, and calls to action.
    """

    language: Language
    words: Sequence[float]
    hashtags: Sequence[float]
    emoji: int
    question: bool
    call: bool

    def tags(self) -> list[str]:
        """Return the hashtags, without their sign: all different, and some used by many."""
        pool = self.language.words
        places: dict[int, None] = {}
        for u in self.hashtags:
            place = int(u * u * len(pool))
            while place in places:
                place = (place + 1) % len(pool)
            places[place] = None
        return [pool[place] for place in places]

    def text(self) -> str:
        """Return the caption; empty when it has no words."""
        if not self.words:
            return ""
        pool = self.language.words
        chosen = [pool[int(u * len(pool))] for u in self.words]
        body = self.language.space.join(chosen).capitalize()
        ending = self.language.question if self.question else ""
        turn = int(self.words[0] * 9973)
        parts = [body + ending]
        if self.call:
            parts.append(CALLS[turn % len(CALLS)] + "!")
        if self.emoji:
            parts.append("".join(EMOJI[(turn + 5 * k) % len(EMOJI)] for k in range(self.emoji)))
        parts += ["#" + tag for tag in self.tags()]
        return " ".join(parts)


def nickname(language: Language, number: int) -> str:
    """Return the invented name that account `number` shows."""
    pool = language.words
    first, second = pool[number % len(pool)], pool[(number * 7 + 3) % len(pool)]
    return f"{first.capitalize()} {second.capitalize()} {EMOJI[number % len(EMOJI)]}"


def handle(number: int) -> str:
    """Return the invented handle of account `number`."""
    return f"{MARK}.{_LATIN[number % len(_LATIN)]}{number:05d}"


def song(number: int) -> str:
    """Return the invented title of song `number`."""
    first, second = _LATIN[(number * 11) % len(_LATIN)], _LATIN[(number * 5 + 1) % len(_LATIN)]
    return f"{first.capitalize()} {second.capitalize()} ({_LATIN[number % len(_LATIN)]} mix)"
