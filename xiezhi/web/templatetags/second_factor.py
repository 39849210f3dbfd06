"""Reminding of one-time codes, wherever a page wants to: ``{% load second_factor %}{% remind_of_codes %}``."""

from typing import Any

from django import template

from xiezhi.web.account.second_factor import reminder
from xiezhi.web.request import actor_of_request

register = template.Library()


@register.inclusion_tag("account/_reminder.html", takes_context=True)
def remind_of_codes(context: dict[str, Any]) -> dict[str, Any]:
    """Show a line to someone who has a role and no one-time codes; to nobody else, nothing."""
    return {"reminding": reminder(actor_of_request(context["request"]))}
