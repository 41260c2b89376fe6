"""What the box itself says, in the languages of the card."""

_TEXTS = {
    "en": (
        "The card cannot be reached at the moment. The ticket itself is complete.",
        "Try again",
        "Trying again.",
    ),
    "de": (
        "Die Karte ist gerade nicht erreichbar. Das Ticket selbst ist vollständig.",
        "Erneut versuchen",
        "Neuer Versuch läuft.",
    ),
    "es": (
        "No se puede acceder a la tarjeta en este momento. El tique está completo.",
        "Reintentar",
        "Reintentando.",
    ),
    "fr": (
        "La carte est injoignable pour le moment. Le ticket lui-même est complet.",
        "Réessayer",
        "Nouvel essai en cours.",
    ),
    "ja": (
        "現在カードに接続できません。チケット自体はすべて表示されています。",
        "再試行",
        "再試行しています。",
    ),
}


def texts(language: str) -> dict[str, str]:
    """Return the texts in *language*, such as `de` or `de-at`; in English where there are none."""
    lost, again, trying = _TEXTS.get(language.partition("-")[0], _TEXTS["en"])
    return {"lost": lost, "again": again, "trying": trying}
