"""Reading accounts: who holds a role over something, and what people are called."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Q

from xiezhi.kernel.access.actor import holding
from xiezhi.kernel.access.enums import Role
from xiezhi.kernel.access.models import Account, Grant
from xiezhi.kernel.access.scope import within


def accounts_with(roles: Iterable[Role], *, organisation: str, field: str, on: date) -> tuple[int, ...]:
    """Return the open accounts that hold one of the roles over an organisation and a field on a day, in order.

    Deputies are among them. An empty organisation is the whole city, an empty field all fields.
    """
    grants = Grant.objects.filter(holding(on), role__in=tuple(roles), account__is_active=True)
    if field:
        grants = grants.filter(Q(field="") | Q(field=field))
    found = grants.values_list("account_id", "organisation")
    return tuple(sorted({account for account, ancestor in found if within(organisation, ancestor)}))


def names_of(accounts: Iterable[int | None]) -> Mapping[int, str]:
    """Return the names of accounts by their ids, ended ones too; one query, whatever their number."""
    wanted = {account for account in accounts if account is not None}
    return dict(Account.objects.filter(pk__in=wanted).values_list("pk", "name")) if wanted else {}
