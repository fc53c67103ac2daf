"""Who lives in the demo: e-mail address to name, who is whose friend."""

PEOPLE = {
    "ada@demo.example": "Ada",
    "bruno@demo.example": "Bruno",
    "chiara@demo.example": "Chiara",
    "deniz@demo.example": "Deniz",
    "emre@demo.example": "Emre",
    "freya@demo.example": "Freya",
}
# Ada knows nearly everybody; Freya only Emre, so that her feed shows what a stranger does not see.
FRIENDS = [
    ("ada", "bruno"),
    ("ada", "chiara"),
    ("ada", "deniz"),
    ("ada", "emre"),
    ("bruno", "chiara"),
    ("bruno", "deniz"),
    ("chiara", "emre"),
    ("emre", "freya"),
]
