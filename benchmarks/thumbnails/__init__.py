"""The image pipeline against sharp, pyvips, ImageMagick and naive Pillow, at equal quality."""
