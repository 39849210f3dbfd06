"""What the installation calls itself: the city and its platform, from the environment."""

import os

from xiezhi.engine.words import Words

PLACE = Words(
    os.environ.get("XIEZHI_PLACE_ZH", "廉政监督"),
    os.environ.get("XIEZHI_PLACE_EN", "Integrity supervision"),
)
