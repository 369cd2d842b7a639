internal import Markup

extension Script {
  /// Sorts and searches the table of tensors. Without it, the table is complete and sorted by name.
  static let tensorTable: Script = """
    "use strict";
    (() => {
      const table = document.getElementById("tensor-table");
      const form = document.getElementById("tensor-search");
      if (!table || !form) return;
      const body = table.tBodies[0];
      const rows = Array.from(body.rows);
      const status = document.getElementById("tensor-status");
      const filter = document.getElementById("tensor-filter");
      const marked = document.getElementById("tensor-marked");
      const heads = Array.from(table.tHead.rows[0].cells);
      const names = rows.map((row) => row.cells[0].textContent.toLowerCase());
      const number = new Intl.NumberFormat("en");
      const key = (row, column, isNumber) => {
        const cell = row.cells[column];
        if (!isNumber) return cell.textContent;
        const value = parseFloat(cell.dataset.v ?? cell.textContent.replaceAll(",", ""));
        return Number.isNaN(value) ? null : value;
      };
      const sort = (column) => {
        const head = heads[column];
        const isNumber = head.classList.contains("number");
        const was = head.getAttribute("aria-sort");
        const descending = was ? was === "ascending" : isNumber;
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", descending ? "descending" : "ascending");
        const keyed = rows.map((row, index) => [key(row, column, isNumber), index, row]);
        const sign = descending ? -1 : 1;
        keyed.sort(([a, i], [b, j]) => {
          if (a === null || b === null) return a === b ? i - j : a === null ? 1 : -1;
          return (isNumber ? a - b : a < b ? -1 : a > b ? 1 : 0) * sign || i - j;
        });
        body.append(...keyed.map(([, , row]) => row));
        status.textContent = `Sorted by ${head.textContent}, ${descending ? "descending" : "ascending"}.`;
      };
      heads.forEach((head, column) => {
        if (head.textContent === "histogram") return;
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = head.textContent;
        button.addEventListener("click", () => sort(column));
        head.replaceChildren(button);
      });
      const search = () => {
        const text = filter.value.trim().toLowerCase();
        let count = 0;
        rows.forEach((row, index) => {
          const isShown = names[index].includes(text) && (!marked.checked || row.classList.contains("marked"));
          row.hidden = !isShown;
          if (isShown) count += 1;
        });
        status.textContent = `${number.format(count)} of ${number.format(rows.length)} shown.`;
      };
      let waiting = 0;
      filter.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(search, 120);
      });
      marked.addEventListener("change", search);
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        search();
      });
      const reveal = () => {
        const target = document.getElementById(location.hash.slice(1));
        if (target && target.hidden) {
          filter.value = "";
          marked.checked = false;
          search();
          target.scrollIntoView();
        }
      };
      window.addEventListener("hashchange", reveal);
      form.hidden = false;
    })();
    """
}
