"""Finding organisations by what they are called or by their code."""

from xiezhi.kernel.registry.picture import Body, picture


def find_organisations(text: str, *, most: int) -> tuple[tuple[Body, ...], bool]:
    """Return the bodies one of whose names, codes or aliases holds a text; and whether there are more.

    A body of that very name or code comes first, then those whose name begins with it.
    """
    wanted = text.casefold()
    found: list[tuple[int, str, Body]] = []
    for body in picture().bodies.values():
        texts = [told.casefold() for told in body.texts]
        if wanted in texts:
            found.append((0, body.code, body))
        elif any(told.startswith(wanted) for told in texts):
            found.append((1, body.code, body))
        elif any(wanted in told for told in texts):
            found.append((2, body.code, body))
    ranked = sorted(found, key=lambda item: item[:2])
    return tuple(body for _, _, body in ranked[:most]), len(ranked) > most
