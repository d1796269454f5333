// Writing in long forms: word counts, a save on every change, and text that outlives a lost session or connection.
//
// data-keeps="showcase-12-background"  keeps the text of the form in this browser until the server has it; the key of
//                                      the reader is added, entries go after seven days, files and passwords never stay
// data-autosave="/address/"            posts the form there a moment after each change. Answers: 200 {"saved_at": "12:03",
//                                      "version": 4}; 409 or 422 {"message": "…"}; anything that leads to the sign-in page
//                                      counts as signed out

const words = document.getElementById("writing-words")?.dataset ?? {};
const user = document.body.dataset.user;
const SAVE_AFTER = 1200;

// --- Word counts ---
// The same rule as core/text.py, so that the count shown is the count checked.
const segments = (text) => (text.match(/[\p{L}\p{N}_]+(?:[-’'ٔ][\p{L}\p{N}_]+)*/gu) ?? []).length;
for (const output of document.querySelectorAll("[data-word-count-of]")) {
  const field = document.getElementById(output.dataset.wordCountOf);
  if (!field) continue;
  const limit = Number(output.dataset.limit);
  const show = () => {
    const count = segments(field.value);
    const isOver = limit > 0 && count > limit;
    output.classList.toggle("is-over", isOver);
    output.textContent = (isOver ? words.over : words.words)
      .replace("%s", count.toLocaleString("en"))
      .replace("%o", (count - limit).toLocaleString("en"))
      .replace("%l", limit.toLocaleString("en"));
  };
  field.addEventListener("input", show);
  show();
}

// --- What is kept in this browser ---
const keyOf = (form) => `pvenet:text:${user}:${form.dataset.keeps}`;
const isKept = (field) =>
  field.name && field.name !== "csrfmiddlewaretoken" && field.name !== "version" &&
  !["password", "file", "hidden", "submit", "button"].includes(field.type);

function valuesOf(form) {
  const values = {};
  for (const field of form.elements) {
    if (!isKept(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      values[field.name] ??= [];
      if (field.checked) values[field.name].push(field.value);
    } else if (field.multiple) {
      values[field.name] = [...field.selectedOptions].map((option) => option.value);
    } else {
      values[field.name] = field.value;
    }
  }
  return values;
}

function putBack(form, values) {
  for (const field of form.elements) {
    if (!isKept(field) || !(field.name in values)) continue;
    const value = values[field.name];
    if (field.type === "checkbox" || field.type === "radio") field.checked = value.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = value.includes(option.value);
    else field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

function keep(form, sent = false) {
  if (!form.dataset.keeps || !user) return;
  try {
    localStorage.setItem(keyOf(form), JSON.stringify({ at: Date.now(), values: valuesOf(form), sent }));
  } catch {
    // A full or forbidden storage takes the safety net away, not the form.
  }
}

function forget(form) {
  localStorage.removeItem(keyOf(form));
}

function offer(form) {
  let kept;
  try {
    kept = JSON.parse(localStorage.getItem(keyOf(form)));
  } catch {
    return forget(form);
  }
  if (!kept) return;
  const now = valuesOf(form);
  const isSame = Object.entries(kept.values).every(([name, value]) => JSON.stringify(now[name] ?? value) === JSON.stringify(value));
  if (isSame) return forget(form);
  const time = new Date(kept.at).toLocaleString(`${document.documentElement.lang}-PK`, { dateStyle: "long", timeStyle: "short", hour12: false });
  const box = document.createElement("div");
  box.className = "notice tone-waiting";
  box.setAttribute("role", "status");
  const text = document.createElement("p");
  text.textContent = words.found.replace("%s", time);
  const restore = button("button button-small", words.restore);
  const discard = button("link-button", words.discard);
  const actions = document.createElement("p");
  actions.className = "buttons";
  actions.append(restore, discard);
  const body = document.createElement("div");
  body.className = "stack stack-tight";
  body.append(text, actions);
  box.append(document.createElement("span"), body);
  restore.addEventListener("click", () => {
    putBack(form, kept.values);
    body.replaceChildren(Object.assign(document.createElement("p"), { textContent: words.restored }));
  });
  discard.addEventListener("click", () => {
    forget(form);
    box.remove();
  });
  form.prepend(box);
}

function button(css, label) {
  return Object.assign(document.createElement("button"), { type: "button", className: css, textContent: label });
}

// --- Saving on every change ---
function say(form, sentence, isLost = false) {
  const output = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
  if (!output) return;
  output.textContent = sentence;
  output.classList.toggle("is-lost", isLost);
}

async function save(form) {
  if (form.saving) {
    form.saveAgain = true;
    return;
  }
  form.saving = true;
  say(form, words.saving);
  const before = JSON.stringify(valuesOf(form));
  try {
    const answer = await fetch(form.dataset.autosave, {
      method: "POST",
      body: new FormData(form),
      headers: { Accept: "application/json", "X-Autosave": "true" },
      redirect: "manual",
    });
    if (answer.type === "opaqueredirect" || answer.status === 401 || answer.status === 403) {
      say(form, words.signedOut, true);
    } else {
      const said = await answer.json().catch(() => ({}));
      if (answer.ok) {
        if (said.version && form.elements.version) form.elements.version.value = said.version;
        if (JSON.stringify(valuesOf(form)) === before) forget(form);
        say(form, words.saved.replace("%s", said.saved_at ?? ""));
        form.dispatchEvent(new CustomEvent("saved", { bubbles: true, detail: said }));
      } else {
        say(form, said.message ?? words.unsaved, true);
      }
    }
  } catch {
    say(form, words.unsaved, true);
  }
  form.saving = false;
  if (form.saveAgain) {
    form.saveAgain = false;
    save(form);
  }
}

for (const form of document.querySelectorAll("form[data-keeps], form[data-autosave]")) {
  if (form.dataset.keeps && user) offer(form);
  // Text that the server gave back after a sign-in is saved without a further change.
  if ("unsaved" in form.dataset && form.dataset.autosave) save(form);
  form.addEventListener("input", (event) => {
    if (!isKept(event.target)) return;
    keep(form);
    if (!form.dataset.autosave) return;
    clearTimeout(form.waits);
    form.waits = setTimeout(() => save(form), SAVE_AFTER);
  });
  form.addEventListener("submit", () => {
    clearTimeout(form.waits);
    keep(form, true);
  });
}
window.addEventListener("online", () => {
  for (const form of document.querySelectorAll("form[data-autosave]")) if (localStorage.getItem(keyOf(form))) save(form);
});
