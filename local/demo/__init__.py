"""Six people with some forty photos, for somebody who looks at Contact Sheet for the first time."""
