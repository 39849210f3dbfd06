"""What keeps people out of a page, as axe finds it."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def violations(page: Page) -> list[str]:
    """Return each rule that is broken, with the element that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{item['id']}: {node['html']}" for item in found for node in item["nodes"]]
