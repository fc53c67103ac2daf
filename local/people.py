"""The six people of the demo: e-mail address to name."""

PEOPLE = {
    "ada@demo.example": "Ada",
    "bruno@demo.example": "Bruno",
    "chiara@demo.example": "Chiara",
    "dev@demo.example": "Dev",
    "elif@demo.example": "Elif",
    "finn@demo.example": "Finn",
}
