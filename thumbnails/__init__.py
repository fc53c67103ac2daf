"""The image function: an uploaded file becomes three pictures that are safe to show."""
