"""A whole number for each of many runs or rows, kept in files, so that memory does not grow with them."""

from pathlib import Path

import numpy as np
import numpy.typing as npt

_STRETCH = 1 << 18  # ordinals whose numbers are in memory at once

Numbers = npt.NDArray[np.int64]


class Stretches:
    """Ordinal → number, both from 1, in a file for each stretch of ordinals; 0 stands for none."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.folder = folder
        self.newest = 0  # the highest number; 0: no ordinal has one
        self.same = True  # whether each number is its ordinal
        self.loaded: tuple[int, Numbers] = (-1, np.zeros(0, np.int64))

    def add(self, ordinal: Numbers, number: Numbers) -> None:
        """Keep the numbers of some ordinals, in any order."""
        self.newest = max(self.newest, int(number.max(initial=0)))
        self.same = self.same and bool((ordinal == number).all())
        self.loaded = (-1, self.loaded[1])
        stretch = ordinal // _STRETCH
        for one in np.unique(stretch):
            inside = stretch == one
            with self._file(one).open("ab") as file:
                file.write(np.column_stack((ordinal[inside], number[inside])).tobytes())

    def of(self, ordinal: Numbers) -> Numbers:
        """Return the numbers of ordinals; those of one stretch should be asked for together."""
        stretch = ordinal // _STRETCH
        found = np.zeros(len(ordinal), np.int64)
        for one in np.unique(stretch):
            inside = stretch == one
            found[inside] = self._stretch(int(one))[ordinal[inside] - one * _STRETCH]
        return found

    def _stretch(self, one: int) -> Numbers:
        if self.loaded[0] != one:
            numbers = np.zeros(_STRETCH, np.int64)
            if self._file(one).exists():
                pairs = np.fromfile(self._file(one), np.int64).reshape(-1, 2)
                numbers[pairs[:, 0] - one * _STRETCH] = pairs[:, 1]
            self.loaded = (one, numbers)
        return self.loaded[1]

    def _file(self, stretch: int) -> Path:
        return self.folder / f"{stretch}.numbers"
