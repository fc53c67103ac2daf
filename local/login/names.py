"""What the stand-in and its client call themselves."""

POOL = "us-east-1_local"
CLIENT_ID = "contact-sheet-local"
# Identity is issuer and subject. Neither may change with the port or the data folder.
ISSUER = f"https://login.contact-sheet.example/{POOL}"
SCOPES = ("openid", "email", "profile")
