"""The addresses of accounts."""

from django.urls import path

from accounts.views import keys, people, profile

app_name = "accounts"
urlpatterns = [
    path("", profile.profile, name="profile"),
    path("sign-out-elsewhere/", profile.sign_out_elsewhere, name="sign_out_elsewhere"),
    path("users/", people.user_list, name="user_list"),
    path("users/<int:pk>/", people.user_detail, name="user"),
    path("users/<int:pk>/grant/", people.grant_role, name="grant_role"),
    path("users/<int:pk>/revoke/", people.revoke_role, name="revoke_role"),
    path("users/<int:pk>/close/", people.close_account, name="close_account"),
    path("users/<int:pk>/open/", people.open_account, name="open_account"),
    path("users/<int:pk>/email/", people.change_email, name="change_email"),
    path("api-clients/", keys.client_list, name="client_list"),
    path("api-clients/new/", keys.client_new, name="client_new"),
    path("api-clients/<int:pk>/", keys.client_detail, name="client"),
    path("api-clients/<int:pk>/new-key/", keys.key_new, name="key_new"),
    path("api-keys/<int:pk>/revoke/", keys.revoke_key, name="revoke_key"),
]
