/* Passkeys: shows what needs them where the browser has them, starts the ceremony, and says when a key was not used.
   The ceremony itself is allauth's (mfa/js/webauthn.js), which reports trouble as the event `allauth.error`. */

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
}

/* A form says which ceremony it is (data-passkey) and which of its buttons starts it (data-passkey-starts). */
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const button = form.querySelector("[data-passkey-starts]");
  window.allauth.webauthn.forms[form.dataset.passkey]({
    ids: {
      [button.dataset.passkeyStarts]: button.id,
      credential: form.elements.credential.id,
      passwordless: form.elements.passwordless?.id,
      data: "js_data",
    },
  });
}

document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-refused]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});
