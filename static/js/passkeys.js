/* Passkeys: shows what needs them where the browser has them, and says when a key was not used. The ceremony itself is
   allauth's (mfa/js/webauthn.js), which reports trouble as the event `allauth.error`. */

if (window.PublicKeyCredential) {
  for (const part of document.querySelectorAll("[data-needs-passkeys]")) part.hidden = false;
}

document.addEventListener("allauth.error", (event) => {
  const notice = document.querySelector("[data-passkey-refused]");
  if (!notice) return;
  event.preventDefault();
  notice.hidden = false;
});
