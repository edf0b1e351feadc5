"""Calls to action: how captions ask the viewer to do something, in one short list.

Only what asks is listed: ``like`` alone is a comparison more often than a request. A caption that
calls in other words, or in a language that is not here, counts as one that does not call.
"""

from __future__ import annotations

CALLS: dict[str, tuple[str, ...]] = {
    "English": (
        "follow", "subscribe", "double tap", "hit like", "like and", "like &", "like if",
        "like for", "like this", "smash that like", "comment below", "comment if", "comment your",
        "comment for", "in the comments", "leave a comment", "drop a comment", "let me know",
        "let us know", "tell me", "tag a", "tag someone", "tag your", "tag me", "share this",
        "share with", "share it", "save this", "save it", "save for later", "repost", "duet this",
        "stitch this", "link in bio", "link in my bio", "link in profile", "click the link",
        "check out", "dm me", "turn on notifications", "watch till the end",
        "watch until the end",
    ),
    "Spanish": (
        "síguenos", "sígueme", "sigueme", "suscríbete", "suscribete", "dale like", "comenta",
        "déjame un comentario", "comparte", "etiqueta a", "guarda este", "link en mi bio",
        "link en la bio", "enlace en la bio",
    ),
    "Portuguese": (
        "me segue", "me siga", "siga-me", "segue para", "inscreva-se", "se inscreva", "curta e",
        "deixa o like", "deixe seu like", "comente", "compartilhe", "marque um", "marca um",
        "salva esse", "salve este", "link na bio",
    ),
    "French": (
        "abonne-toi", "abonnez-vous", "suivez-moi", "suis-moi", "commente", "commentez",
        "partage avec", "partagez", "identifie un", "enregistre cette", "lien en bio",
        "lien dans la bio",
    ),
    "German": (
        "folg mir", "folgt mir", "folge mir", "abonniere", "abonniert", "kommentiere",
        "kommentiert", "schreib in die kommentare", "teile das", "teilt das", "markiere",
        "markiert", "link in der bio",
    ),
    "Indonesian": (
        "jangan lupa follow", "ikuti", "komen di", "tulis di komentar", "bagikan", "simpan video",
        "tag teman", "link di bio",
    ),
    "Vietnamese": (
        "theo dõi", "theo doi", "bấm theo", "thả tim", "tha tim", "bình luận", "binh luan",
        "chia sẻ", "chia se", "lưu lại", "luu lai", "gắn thẻ", "đăng ký kênh", "link ở bio",
        "link ở tiểu sử",
    ),
}  # fmt: skip
"""Phrases in lower case, of languages that part words by spaces: found as whole words."""

UNSPACED: dict[str, tuple[str, ...]] = {
    "Japanese": (
        "フォロー", "いいね", "コメントして", "コメントで", "シェアして", "保存して", "保存し",
        "チャンネル登録", "タグ付け", "プロフィールのリンク", "プロフのリンク",
    ),
    "Korean": ("팔로우", "팔로워해", "좋아요", "댓글", "공유해", "저장해", "구독", "프로필 링크"),
    "Chinese": ("关注", "關注", "点赞", "點讚", "评论区", "留言區", "收藏", "分享給", "分享给"),
    "Thai": ("กดติดตาม", "กดไลค์", "คอมเมนต์", "กดแชร์"),
}  # fmt: skip
"""Phrases of languages that do not: found anywhere."""


TAG = r"[#\x{FF03}][^\s#\x{FF03}]+"
"""A hashtag. What stands in one does not call: ``#follow`` is a tag."""

CALL_LETTERS = frozenset("".join(sum((*CALLS.values(), *UNSPACED.values()), ())))
"""Every character of a phrase."""

_LETTER = r"\p{L}\p{M}\p{N}_"


def pattern() -> str:
    """Write the list as one regular expression, for a caption in lower case without hashtags."""
    words = "|".join(r"\s+".join(call.split()) for calls in CALLS.values() for call in calls)
    anywhere = "|".join(call for calls in UNSPACED.values() for call in calls)
    return rf"(?:^|[^{_LETTER}@])(?:{words})(?:[^{_LETTER}]|$)|{anywhere}"
