// The page of a period: shares and what is not recorded follow at once, and a proposed value is taken with one click.
// Without this script the server does both when the page is saved.
//
// form[data-results] > [data-result] with inputs [data-value] or [data-numerator] [data-denominator] and output
// [data-share]; [data-parts data-of="name of the total"] with inputs [data-part] and output [data-rest].

const DIGITS = "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩";

function numberOf(text) {
  const plain = text.trim().replace(/[۰-۹٠-٩]/g, (digit) => String(DIGITS.indexOf(digit) % 10)).replaceAll(/[,٬،]/g, "");
  return /^\d+(\.\d+)?$/.test(plain) ? Number(plain) : null;
}

for (const form of document.querySelectorAll("form[data-results]")) {
  function follow() {
    for (const row of form.querySelectorAll("[data-result]")) {
      const share = row.querySelector("[data-share]");
      if (!share || share.closest("[data-result]") !== row) continue;
      const part = numberOf(row.querySelector("[data-numerator]").value);
      const whole = numberOf(row.querySelector("[data-denominator]").value);
      const isShare = part !== null && whole && part <= whole;
      share.textContent = isShare ? `${(Math.round((1000 * part) / whole) / 10).toLocaleString("en")}%` : "–";
    }
    for (const box of form.querySelectorAll("[data-parts]")) {
      const total = numberOf(form.elements[box.dataset.of]?.value ?? "");
      const counts = [...box.querySelectorAll("[data-part]")].map((input) => numberOf(input.value));
      const sum = counts.reduce((all, one) => all + (one ?? 0), 0);
      const rest = box.querySelector("[data-rest]");
      rest.textContent = total === null || counts.every((one) => one === null) ? "–" : (total - sum).toLocaleString("en");
      rest.classList.toggle("is-lost", total !== null && sum > total);
    }
  }
  form.addEventListener("input", follow);
  for (const button of form.querySelectorAll("[data-takes]")) {
    button.addEventListener("click", (event) => {
      const input = button.closest("[data-result]").querySelector("[data-value]");
      if (!input) return;
      event.preventDefault();
      input.value = button.dataset.takes;
      input.dispatchEvent(new Event("input", { bubbles: true }));
      input.focus();
    });
  }
  follow();
}
