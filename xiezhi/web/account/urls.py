"""Addresses of sign-in, one's own account, and the administrators' pages.

Of the library's pages those are taken that are used: no sign-up, no reset by mail, no addresses.
"""

from allauth.account import views as account_views
from allauth.mfa.base import views as code_views
from django.urls import URLPattern, URLResolver, include, path

from xiezhi.web.account import deputies, entrance, entries, handing, own, people, preferences, record

entries.add()

urlpatterns: list[URLPattern | URLResolver] = [
    path("account/", own.own_account, name="own_account"),
    path("account/login/", entrance.SignInView.as_view(), name="account_login"),
    path("account/logout/", account_views.logout, name="account_logout"),
    path("account/inactive/", account_views.account_inactive, name="account_inactive"),
    path("account/reauthenticate/", account_views.reauthenticate, name="account_reauthenticate"),
    path("account/password/", account_views.password_change, name="account_change_password"),
    path("account/password/none/", own.to_own_account, name="account_set_password"),
    path("account/link/<str:secret>/", entrance.invitation, name="account_link"),
    path("account/preferences/", preferences.preferences, name="preferences"),
    path("account/codes/", own.to_own_account, name="mfa_index"),
    path("account/codes/authenticate/", code_views.authenticate, name="mfa_authenticate"),
    path("account/codes/reauthenticate/", code_views.reauthenticate, name="mfa_reauthenticate"),
    path("account/codes/totp/", include("allauth.mfa.totp.urls")),
    path("account/codes/recovery/", include("allauth.mfa.recovery_codes.urls")),
    path("account/sessions/", own.to_own_account, name="usersessions_list"),
    path("account/sessions/end/", own.end_session, name="end_session"),
    path("account/views/forget/", own.forget_view, name="forget_view"),
    path("account/deputies/", deputies.deputies, name="deputies"),
    path("account/deputies/<int:account>/", deputies.deputies, name="deputies_of"),
    path("account/deputies/<int:account>/end/", deputies.end, name="end_deputy"),
    path("account/hand-over/<int:pk>/", handing.handing_over, name="hand_over"),
    path("account/record/", record.own_record, name="own_record"),
    path("accounts/", people.accounts, name="accounts"),
    path("accounts/new/", people.new_account, name="new_account"),
    path("accounts/<int:pk>/", people.account, name="account"),
    path("accounts/<int:pk>/change/", people.change, name="change_account"),
    path("accounts/<int:pk>/link/", people.new_link, name="new_link"),
    path("accounts/<int:pk>/end/", people.end, name="end_account"),
    path("accounts/<int:pk>/codes/lift/", people.lift_codes, name="lift_codes"),
    path("accounts/<int:pk>/grants/<int:grant>/end/", people.stop_grant, name="end_grant"),
    path("ledger/", record.ledger, name="ledger"),
]
