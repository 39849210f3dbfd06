"""People and firms that do not exist. A name whose digest is on the list of real, known people is drawn again."""

from hashlib import sha256
from random import Random

from xiezhi.demo.city import City, read

_POSTS = {"W": 3, "H": 4, "T": 2, "R": 2, "D": 1, "F": 1, "I": 2, "C": 1}
POST_OF = {"CP1": "W", "CP2": "W", "CP3": "F", "CP4": "H", "CP5": "T", "CP6": "R", "CP7": "D", "CP8": "I", "CP9": "C"}
_FORMS = {
    "firm": (("有限公司", "有限责任公司", "股份有限公司"), (86, 11, 3)),
    "shop": (("", "（个体工商户）"), (70, 30)),
    "coop": (("农民专业合作社",), (1,)),
    "clinic": (("有限公司", ""), (60, 40)),
    "school": (("",), (1,)),
}


class Names:
    """Draws names from the parts that the city has."""

    def __init__(self, rng: Random, city: City) -> None:
        self._rng = rng
        self._forbidden = {row["sha256_16"] for row in read("forbidden_names")}
        surnames = read("surnames")
        self._surnames = [row["surname"] for row in surnames]
        self._weights = [float(row["weight"]) for row in surnames]
        self._given = read("given_names")
        self._brands = [row["brand"] for row in read("brands")]
        self._trades: dict[str, list[tuple[str, str]]] = {}
        for row in read("trades"):
            for matter in row["matters"].split():
                self._trades.setdefault(matter, []).append((row["trade"], row["form"]))
        self._districts = city.districts

    def person(self) -> str:
        """Return the name of a natural person."""
        while True:
            (surname,) = self._rng.choices(self._surnames, self._weights)
            name = surname + self._given_name()
            if sha256(name.encode()).hexdigest()[:16] not in self._forbidden:
                return name

    def _given_name(self) -> str:
        group = self._rng.choice(self._given)
        last = self._rng.choice(group["last"])
        if self._rng.random() < float(group["one_character_share"]):
            return last
        first = self._rng.choice([character for character in group["first"] if character != last])
        return first + last

    def firm(self, matter: str) -> str:
        """Return the name of a body that may apply for the matter; it always begins with the invented city."""
        trade, form = self._rng.choice(self._trades.get(matter) or [("商贸", "firm")])
        (ending,) = self._rng.choices(*_FORMS[form])
        district = self._rng.choice(self._districts)[:-1] if self._rng.random() < 0.6 else ""
        return f"明川{district}{self._rng.choice(self._brands)}{trade}{ending}"


class Staff:
    """Who holds which post of which department. Nobody holds two posts."""

    def __init__(self, rng: Random, city: City, names: Names) -> None:
        self._rng = rng
        self.held: dict[tuple[str, str], tuple[str, ...]] = {}  # (department, post) → "name number"
        for department in city.departments:
            number = 0
            for post, seats in _POSTS.items():
                people = []
                for _ in range(seats):
                    number += 1
                    people.append(f"{names.person()} MC-{department}-{number:04}")
                self.held[department, post] = tuple(people)

    def anyone(self, department: str, checkpoint: str) -> str:
        """Return somebody whose post owns the checkpoint."""
        return self._rng.choice(self.held[department, POST_OF[checkpoint]])
