// What every page does when scripts are on. Each behaviour hangs on a data- attribute, and the page works without it.

const root = document.documentElement;

// --- Light or dark: the choice shows at once; the form keeps it in the cookie. ---
document.addEventListener("submit", (event) => {
  const form = event.target.closest("[data-theme-form]");
  if (!form || !event.submitter) return;
  event.preventDefault();
  const theme = event.submitter.value;
  const body = new FormData(form, event.submitter);
  fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  for (const button of form.querySelectorAll("button")) {
    button.setAttribute("aria-pressed", String(button === event.submitter));
  }
});

// --- Menus and confirmation sheets close when one looks elsewhere. ---
function closeOpen(except) {
  for (const open of document.querySelectorAll("details[data-closes][open]")) {
    if (!except || !open.contains(except)) open.open = false;
  }
}
document.addEventListener("click", (event) => closeOpen(event.target));
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  const open = document.activeElement?.closest("details[data-closes][open]");
  closeOpen();
  open?.querySelector("summary").focus();
});

// --- A button used twice sends once. ---
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.hasAttribute("hx-post")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  form.dataset.sending = "true";
  // Disabled after the browser has read the form, so that the name and value of the button are sent.
  setTimeout(() => {
    for (const button of form.querySelectorAll("button:not([type=button])")) button.setAttribute("aria-busy", "true");
  });
});
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) {
    delete form.dataset.sending;
    for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
  }
});

// --- Filters apply when a choice is made; typing waits for Enter. ---
document.addEventListener("change", (event) => {
  const form = event.target.closest("form[data-submits-on-change]");
  if (form && event.target.matches("select, [type=checkbox], [type=radio], [type=date]")) form.requestSubmit();
});

// --- Empty filters stay out of the address. ---
document.addEventListener("submit", (event) => {
  if (!event.target.matches("form[data-submits-on-change]")) return;
  for (const field of event.target.elements) {
    if (field.name && !field.value) field.disabled = true;
  }
});
window.addEventListener("pageshow", () => {
  for (const field of document.querySelectorAll("form[data-submits-on-change] :disabled")) field.disabled = false;
});

// --- Lists: up and down move between the rows, Home and End to the first and last. ---
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const list = event.target.closest?.("[data-keys-rows]");
  const moves = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity };
  if (!list || !(event.key in moves) || !event.target.matches(".row-link")) return;
  const links = [...list.querySelectorAll(".row-link")];
  const next = Math.min(links.length - 1, Math.max(0, links.indexOf(event.target) + moves[event.key]));
  event.preventDefault();
  links[next].focus();
});

// --- One key for one step, outside fields: data-key="v". ---
document.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const target = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (!target) return;
  event.preventDefault();
  if (target.matches("input, textarea, select")) target.focus();
  else target.click();
});

// --- Dialogs: data-opens="id" opens one; a click beside it closes it. ---
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  } else if (event.target.matches("dialog[open]")) {
    event.target.close();
  }
});

// --- Going back keeps what stands in the form of the page before. ---
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-goes-back]") || history.length < 2) return;
  event.preventDefault();
  history.back();
});

// --- Printing. ---
document.addEventListener("click", (event) => {
  if (event.target.closest("[data-prints]")) window.print();
});

// --- The current section or tab is in view when its line is longer than the screen. ---
for (const current of document.querySelectorAll(".sections [aria-current], .tabs [aria-current]")) {
  const line = current.closest(".sections, .tabs");
  if (line.scrollWidth <= line.clientWidth) continue;
  const offset = current.getBoundingClientRect().left - line.getBoundingClientRect().left;
  line.scrollLeft += offset - (line.clientWidth - current.offsetWidth) / 2;
}

// --- What went wrong takes the focus. ---
document.querySelector("[data-takes-focus]")?.focus();

// --- Copying: data-copies="id of an element". ---
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copies]");
  if (!button) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent.trim());
  button.dataset.copied = "true";
  if (button.dataset.copiedWord) button.textContent = button.dataset.copiedWord;
});

// --- Text kept for a form that was sent and accepted is forgotten; signing out forgets all of it. ---
const user = document.body.dataset.user;
const prefix = "pvenet:text:";
const weeks = 7 * 24 * 3600 * 1000;
for (const key of Object.keys(localStorage).filter((name) => name.startsWith(prefix))) {
  let kept = {};
  try {
    kept = JSON.parse(localStorage.getItem(key));
  } catch {
    // What cannot be read cannot be given back either.
  }
  const isOld = Date.now() - (kept.at ?? 0) > weeks;
  const wasAccepted = kept.sent && user && key.startsWith(`${prefix}${user}:`) && !formWithKey(key);
  if (isOld || (wasAccepted && !document.querySelector(".error-page"))) localStorage.removeItem(key);
}
function formWithKey(key) {
  return [...document.querySelectorAll("form[data-keeps]")].some((form) => key.endsWith(`:${form.dataset.keeps}`));
}
document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-forgets]")) return;
  for (const key of Object.keys(localStorage)) if (key.startsWith(`${prefix}${user}:`)) localStorage.removeItem(key);
});
