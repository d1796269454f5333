// The participation grid: keys move between the cells, a block from a spreadsheet can be pasted, totals follow at once.
// Without this script the cells are plain inputs and the server adds up.
//
// form[data-counts] > table[data-grid] > tbody[data-block] > tr[data-row]; outputs data-row-total, data-block-total,
// data-block-sum, data-column-total, data-total and data-rest; [data-says] holds the sentences.

const DIGITS = "۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩";

function countOf(text) {
  // As parse_count of evidence/activities/grid.py; what is no count is nobody until it is corrected.
  const plain = text.trim().replace(/[۰-۹٠-٩]/g, (digit) => String(DIGITS.indexOf(digit) % 10)).replace(/[٬،]/g, ",");
  return /^(\d+|\d{1,3}(,\d{2,3})*,\d{3})$/.test(plain) ? Number(plain.replaceAll(",", "")) : null;
}

for (const form of document.querySelectorAll("form[data-counts]")) {
  const table = form.querySelector("[data-grid]");
  const rows = [...table.querySelectorAll("[data-row]")];
  // A cell of a row is its input, or the output of what nobody recorded.
  const cells = rows.map((row) => [...row.querySelectorAll("td > input, td > [data-rest]")]);
  const words = form.querySelector("[data-says]");
  const attendances = form.elements.attendances;

  function put(output, value) {
    if (output) output.textContent = value.toLocaleString("en");
  }

  function addUp() {
    const columns = [];
    let parts = 0;
    let rest = null;
    const sums = new Map();
    for (const [index, row] of rows.entries()) {
      let sum = 0;
      const block = row.closest("[data-block]");
      const ofBlock = sums.get(block) ?? { columns: [], sum: 0 };
      for (const [at, cell] of cells[index].entries()) {
        columns[at] ??= 0;
        ofBlock.columns[at] ??= 0;
        if ("rest" in cell.dataset) {
          rest = { cell, index, at, block };
          continue;
        }
        const count = countOf(cell.value);
        if (cell.value.trim() && count === null) cell.setAttribute("aria-invalid", "true");
        else cell.removeAttribute("aria-invalid");
        sum += count ?? 0;
        columns[at] += count ?? 0;
        ofBlock.columns[at] += count ?? 0;
      }
      ofBlock.sum += sum;
      parts += sum;
      sums.set(block, ofBlock);
      put(row.querySelector("[data-row-total]"), sum);
    }
    const total = countOf(attendances.value);
    const missing = total === null ? 0 : Math.max(0, total - parts);
    if (rest) {
      put(rest.cell, missing);
      columns[rest.at] += missing;
      const ofBlock = sums.get(rest.block);
      ofBlock.columns[rest.at] += missing;
      ofBlock.sum += missing;
      put(rows[rest.index].querySelector("[data-row-total]"), missing + rowSum(rest.index));
    }
    for (const [block, sum] of sums) {
      for (const output of block.querySelectorAll("[data-block-total]")) put(output, sum.columns[output.dataset.blockTotal] ?? 0);
      put(block.querySelector("[data-block-sum]"), sum.sum);
    }
    for (const output of table.querySelectorAll("[data-column-total]")) put(output, columns[output.dataset.columnTotal] ?? 0);
    put(table.querySelector("[data-total]"), parts + missing);
    say(parts, total, missing);
  }

  function rowSum(index) {
    return cells[index].reduce((sum, cell) => sum + ("rest" in cell.dataset ? 0 : countOf(cell.value) ?? 0), 0);
  }

  function say(parts, total, missing) {
    const isMore = total !== null && parts > total;
    words.classList.toggle("is-lost", isMore);
    attendances.toggleAttribute("data-short", isMore);
    const sentence = total === null ? words.dataset.sum : isMore ? words.dataset.more : words.dataset.fits;
    words.textContent = sentence
      .replace("%p", parts.toLocaleString("en"))
      .replace("%t", (total ?? 0).toLocaleString("en"))
      .replace("%r", missing.toLocaleString("en"));
  }

  function place(cell) {
    const index = cells.findIndex((row) => row.includes(cell));
    return index < 0 ? null : [index, cells[index].indexOf(cell)];
  }

  function go(index, at) {
    const cell = cells[index]?.[at];
    if (!cell || "rest" in cell.dataset) return false;
    cell.focus();
    cell.select();
    return true;
  }

  function isAtEdge(cell, isEnd) {
    const { selectionStart, selectionEnd, value } = cell;
    if (selectionStart === 0 && selectionEnd === value.length) return true;
    return isEnd ? selectionStart === value.length : selectionEnd === 0;
  }

  table.addEventListener("keydown", (event) => {
    const from = event.target.matches("input") && place(event.target);
    if (!from || event.altKey || event.ctrlKey || event.metaKey) return;
    const [index, at] = from;
    const isRight = getComputedStyle(table).direction === "rtl" ? "ArrowLeft" : "ArrowRight";
    let isMoved = false;
    if (event.key === "Enter") {
      // Enter goes down and never sends the form by accident; from the last row to the top of the next column.
      isMoved = event.shiftKey ? go(index - 1, at) : go(index + 1, at) || go(0, at + 1);
      event.preventDefault();
    } else if (event.key === "ArrowDown") isMoved = go(index + 1, at);
    else if (event.key === "ArrowUp") isMoved = go(index - 1, at);
    else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      const isOn = event.key === isRight;
      // Figures run from left to right in both languages, so the end of the text is on the right.
      if (isAtEdge(event.target, event.key === "ArrowRight")) isMoved = go(index, at + (isOn ? 1 : -1));
    }
    if (isMoved) event.preventDefault();
  });

  table.addEventListener("focusin", (event) => {
    if (event.target.matches("input")) event.target.select();
  });

  table.addEventListener("paste", (event) => {
    const text = event.clipboardData?.getData("text/plain") ?? "";
    const from = event.target.matches("input") && place(event.target);
    if (!from || !/[\t\n]/.test(text.replace(/\n$/, ""))) return;
    event.preventDefault();
    for (const [down, line] of text.replace(/\r/g, "").replace(/\n$/, "").split("\n").entries()) {
      for (const [along, typed] of line.split("\t").entries()) {
        const cell = cells[from[0] + down]?.[from[1] + along];
        if (cell && !("rest" in cell.dataset)) cell.value = typed.trim().slice(0, 12);
      }
    }
    event.target.dispatchEvent(new Event("input", { bubbles: true }));
  });

  form.addEventListener("input", addUp);
  // Another layout is asked for at once; the button stays for who has no script.
  form.querySelector("[data-layout]")?.addEventListener("change", (event) => {
    if (event.target.name === "is_disability_asked") form.querySelector("[data-relayout]").click();
  });
  addUp();
}
