"""Pictures for the demo, painted: hills, seas, nights, towns and lights, each from a number.

The same scene and number always give the same bytes, so that a demo begun twice shares them once.
"""

from __future__ import annotations

import io
import math
from datetime import datetime
from random import Random

from PIL import Image, ImageDraw, ImageFilter

Colour = tuple[int, int, int]
Size = tuple[int, int]

DAWN = ((58, 76, 122), (247, 176, 132), (255, 236, 200))
NOON = ((64, 130, 196), (206, 229, 238), (255, 252, 235))
DUSK = ((38, 28, 66), (232, 104, 72), (255, 214, 140))
MIST = ((150, 164, 170), (226, 224, 214), (250, 246, 236))
NIGHT = ((8, 12, 30), (40, 58, 98), (240, 240, 228))
LIGHTS = (DAWN, NOON, DUSK, MIST)

EXIF_TAKEN_AT, EXIF_MAKE, EXIF_MODEL = 0x9003, 0x010F, 0x0110


def paint(scene: str, number: int, size: Size, taken_at: datetime) -> bytes:
    """Return a JPEG of that scene, `size` in px, with the EXIF of a camera that does not exist."""
    random = Random(f"{scene}{number}")
    painters = {"hills": _hills, "sea": _sea, "night": _night, "town": _town, "party": _party}
    image = _with_grain(painters[scene](random, size), random)
    exif = Image.Exif()
    exif[EXIF_MAKE], exif[EXIF_MODEL] = "Contact Sheet", "Paintbox"
    exif.get_ifd(0x8769)[EXIF_TAKEN_AT] = taken_at.strftime("%Y:%m:%d %H:%M:%S")
    file = io.BytesIO()
    image.save(file, "JPEG", quality=88, exif=exif)
    return file.getvalue()


def _hills(random: Random, size: Size) -> Image.Image:
    light = random.choice(LIGHTS)
    image = _sky(light, size)
    _sun(image, light[2], random.uniform(0.2, 0.8), random.uniform(0.25, 0.5), 0.05)
    _ridges(image, light, random, layers=6, top=random.uniform(0.45, 0.6))
    return image


def _sea(random: Random, size: Size) -> Image.Image:
    light = random.choice((DAWN, NOON, DUSK))
    width, height = size
    horizon = int(height * random.uniform(0.45, 0.6))
    image = _sky(light, size)
    _sun(image, light[2], across := random.uniform(0.3, 0.7), horizon / height - 0.06, 0.06)
    deep = _mix(light[0], (6, 30, 44), 0.6)
    image.paste(_gradient((width, height - horizon), _mix(deep, light[1], 0.5), deep), (0, horizon))
    draw = ImageDraw.Draw(image)
    for _ in range(700):
        depth = random.random() ** 2
        y = horizon + depth * (height - horizon)
        length = (0.01 + 0.09 * depth) * width
        spread = 0.06 + 0.5 * depth
        glitter = random.random() < 0.45
        x = width * (random.gauss(across, spread * 0.35) if glitter else random.random())
        colour = light[2] if glitter else _mix(deep, light[1], random.uniform(0.1, 0.5))
        thickness = 1 + 5 * depth * height / 1600
        draw.ellipse((x - length / 2, y, x + length / 2, y + thickness), fill=colour)
    return image.filter(ImageFilter.GaussianBlur(width / 1400))


def _night(random: Random, size: Size) -> Image.Image:
    width, height = size
    image = _sky(NIGHT, size)
    draw = ImageDraw.Draw(image)
    for _ in range(500):
        x, y = random.random() * width, random.random() ** 1.4 * height * 0.75
        radius = random.choice((0.6, 0.8, 1.0, 1.8)) * width / 1400
        shade = random.randint(130, 255)
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=(shade, shade, shade))
    _sun(image, NIGHT[2], random.uniform(0.2, 0.8), random.uniform(0.15, 0.3), 0.035)
    _ridges(image, ((4, 6, 14), NIGHT[1], NIGHT[2]), random, layers=3, top=0.68)
    _pines(image, random)
    return image


def _town(random: Random, size: Size) -> Image.Image:
    width, height = size
    light = random.choice((DUSK, DAWN))
    image = _sky(light, size)
    draw = ImageDraw.Draw(image)
    for layer in range(3):
        wall = _mix(light[1], (14, 14, 26), 0.4 + 0.28 * layer)
        x = 0.0
        while x < width:
            house = width * random.uniform(0.05, 0.12)
            top = height * (random.uniform(0.35, 0.62) + 0.11 * layer)
            draw.rectangle((x, top, x + house, height), fill=wall)
            if layer:
                _windows(draw, (x, top, x + house, height), random, width / 90)
            x += house * random.uniform(0.8, 1.05)
    return image


def _party(random: Random, size: Size) -> Image.Image:
    width, height = size
    image = _gradient(size, (24, 14, 34), (70, 26, 30))
    for blur in (28, 14, 5):
        lights = Image.new("RGBA", size)
        draw = ImageDraw.Draw(lights)
        for _ in range(16):
            x, y = random.random() * width, random.gauss(0.45, 0.22) * height
            radius = width * random.uniform(0.012, 0.045)
            colour = random.choice(
                ((255, 190, 90), (255, 110, 90), (250, 225, 180), (120, 170, 255))
            )
            draw.ellipse(
                (x - radius, y - radius, x + radius, y + radius),
                fill=(*colour, random.randint(70, 190)),
            )
        image.paste(lights, (0, 0), lights.filter(ImageFilter.GaussianBlur(blur * width / 1600)))
    return image


def _sky(light: tuple[Colour, Colour, Colour], size: Size) -> Image.Image:
    return _gradient(size, light[0], light[1])


def _sun(image: Image.Image, colour: Colour, across: float, down: float, radius: float) -> None:
    """Add a disc and its glow; place and radius as fractions of width, height and width."""
    width, height = image.size
    x, y, r = across * width, down * height, radius * width
    for spread, strength in ((5.0, 60), (2.2, 90), (1.0, 255)):
        mask = Image.new("L", image.size)
        ImageDraw.Draw(mask).ellipse(
            (x - r * spread, y - r * spread, x + r * spread, y + r * spread), fill=strength
        )
        image.paste(colour, (0, 0), mask.filter(ImageFilter.GaussianBlur(r * (spread - 0.9) / 2)))


def _ridges(
    image: Image.Image,
    light: tuple[Colour, Colour, Colour],
    random: Random,
    *,
    layers: int,
    top: float,
) -> None:
    """Add ridges one behind the other; the far ones take on the colour of the sky."""
    width, height = image.size
    near = _mix(light[0], (10, 22, 20), 0.75)
    draw = ImageDraw.Draw(image)
    for layer in range(layers):
        nearness = (layer + 1) / layers
        waves = [
            (random.uniform(0.5, 2.5) * 2**n, random.uniform(0, math.tau), 0.55**n)
            for n in range(5)
        ]
        base = top + (1 - top) * 0.9 * layer / layers
        points = [(0.0, float(height))]
        for x in range(0, width + 8, 8):
            swell = sum(
                high * math.sin(often * math.tau * x / width + phase)
                for often, phase, high in waves
            )
            points.append((x, height * (base + 0.055 * swell)))
        draw.polygon([*points, (width, height)], fill=_mix(light[1], near, nearness**0.8))


def _pines(image: Image.Image, random: Random) -> None:
    width, height = image.size
    draw = ImageDraw.Draw(image)
    for _ in range(70):
        x, tall = random.random() * width, height * random.uniform(0.06, 0.2)
        foot = height * random.uniform(0.96, 1.05)
        for step in range(5):
            top = foot - tall + tall * step / 6
            half = tall * (0.05 + 0.045 * step)
            draw.polygon(
                [(x, top), (x - half, top + tall / 3.2), (x + half, top + tall / 3.2)],
                fill=(3, 6, 10),
            )


def _windows(
    draw: ImageDraw.ImageDraw, wall: tuple[float, float, float, float], random: Random, step: float
) -> None:
    left, top, right, bottom = wall
    y = top + step
    while y < bottom:
        x = left + step * 0.7
        while x < right - step:
            if random.random() < 0.35:
                draw.rectangle((x, y, x + step * 0.4, y + step * 0.55), fill=(255, 206, 120))
            x += step
        y += step * 1.3


def _gradient(size: Size, top: Colour, bottom: Colour) -> Image.Image:
    mask = Image.linear_gradient("L").resize(size)
    return Image.composite(Image.new("RGB", size, bottom), Image.new("RGB", size, top), mask)


def _mix(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def _with_grain(image: Image.Image, random: Random) -> Image.Image:
    """Blend a little noise in: film has grain, and gradients without it show bands."""
    small = Image.frombytes("L", (256, 256), random.randbytes(256 * 256))
    grain = small.resize(image.size, Image.Resampling.BICUBIC).convert("RGB")
    return Image.blend(image, grain, 0.03)
