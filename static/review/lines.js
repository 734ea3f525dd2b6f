// The tables of a document, line items and taxes, each as a grid with its buttons and its sums.
import { icon, make } from "./dom.js";
import { Grid } from "./grid.js";
import { numberOf, sumOf, written } from "./rows.js";

const TABLES = [
    { table: "line_items", key: "lines", title: "Line items", column: "amount", against: [["subtotal_amount", "the subtotal"], ["total_amount", "the total"]] },
    { table: "tax_lines", key: "taxes", title: "Taxes", column: "tax_amount", against: [["tax_amount", "the tax amount"]] },
];
const CENTS = 20_000n; // two of them: what rounding may make of sums

export function mountLines(root, shared) {
    const undo = (again) => document.querySelector(`[data-act=${again ? "redo" : "undo"}]`)?.click();
    const boxes = TABLES.map((spec) => new Box(spec, { ...shared, undo }));
    root.replaceChildren(...boxes.map((box) => box.element));
    shared.editors.push(...boxes.map((box) => box.grid));
    const render = () => boxes.forEach((box) => box.update(shared.getState(), shared.readOnly?.() ?? false));
    shared.onState(render);
    render();
}

class Box {
    constructor(spec, shared) {
        Object.assign(this, spec, { shared });
        this.grid = new Grid({ table: spec.table, title: spec.title, shared });
        this.count = make("span", { class: "lines-count" });
        this.sums = make("p", { class: "lines-sums" });
        this.empty = make("p", { class: "lines-empty" });
        this.notice = make("p", { class: "lines-notice", role: "note", hidden: true });
        this.tools = make("div", { class: "lines-tools", role: "toolbar", "aria-label": spec.title });
        const id = `lines-${spec.table}`;
        this.element = make("section", { class: "lines-box", "aria-labelledby": id });
        const heading = make("header", { class: "lines-head" }, make("h2", { id }, spec.title, " ", this.count), this.tools);
        this.element.append(heading, this.notice, this.empty, this.grid.element, this.sums);
        this.grid.addEventListener("change", () => this.#sum());
        this.grid.addEventListener("cell", () => this.#enable());
        this.grid.addEventListener("saved", (event) => this.update(event.detail, this.readOnly));
        this.#fillTools();
    }

    #fillTools() {
        const { grid } = this;
        const tool = (sign, label, keys, needs, action) => {
            const button = make("button", { type: "button", title: keys ? `${label} (${keys})` : label, "data-needs": needs }, icon(sign), make("span", {}, label));
            button.addEventListener("mousedown", (event) => event.preventDefault()); // the cell keeps the focus
            button.addEventListener("click", action);
            return button;
        };
        this.tools.append(
            tool("add", "Add row", "Ctrl+Insert", "", () => grid.add()),
            tool("delete", "Delete", "Ctrl+Delete", "row", () => grid.remove()),
            ...(this.table === "line_items"
                ? [
                      tool("call_split", "Halve", "Alt+H", "row", () => grid.halve()),
                      tool("segment", "Split text", "Alt+S", "row", () => grid.splitText()),
                      tool("merge", "Merge", "Alt+M", "row", () => grid.merge()),
                      tool("view_column", "All columns", "", "columns", (event) => {
                          grid.all = !grid.all;
                          event.currentTarget.setAttribute("aria-pressed", String(grid.all));
                          grid.draw();
                      }),
                  ]
                : []),
        );
    }

    update(state, readOnly) {
        this.state = state;
        this.readOnly = readOnly;
        this.grid.update(state[this.key], readOnly);
        this.#tellOfTheRest();
        this.#sum();
        this.#enable();
    }

    // A table is saved as a whole, and one of which not all is here would lose the rest.
    #tellOfTheRest() {
        const { total, rows, isCut } = this.grid;
        this.notice.hidden = !isCut;
        if (!isCut) return;
        const said = `${total.toLocaleString()} rows were read. The first ${rows.length.toLocaleString()} are shown, and none can be changed here. The fields can, and the document can be decided. `;
        const where = make("span", {}, "All rows are in exports and in the API’s result. What is wrong in them is put right over the API, row by row, or in the file, which is then uploaded again.");
        this.notice.replaceChildren(icon("info"), make("span", {}, said, where));
    }

    #enable() {
        const { grid } = this;
        for (const button of this.tools.children) {
            const { needs } = button.dataset;
            if (needs === "columns") button.hidden = !grid.rows.length;
            else button.hidden = grid.readOnly;
            button.disabled = needs === "row" && !grid.active && !grid.selected.size;
        }
    }

    // The sum of the amounts against what the document says, also while one types.
    #sum() {
        const { grid } = this;
        this.count.textContent = grid.rows.length ? (grid.isCut ? grid.total : grid.rows.length).toLocaleString() : "";
        this.empty.hidden = grid.rows.length > 0;
        this.empty.textContent = grid.readOnly ? "None were read." : "None were read. Add a row, or paste rows from a spreadsheet into it.";
        grid.element.hidden = !grid.rows.length;
        const sum = sumOf(grid.rows, this.column, grid.live);
        this.sums.hidden = sum === null;
        if (sum === null) return;
        const fields = new Map(this.state?.groups.flatMap((group) => group.fields).map((field) => [field.name, field.text]));
        const stated = this.against.map(([name, label]) => ({ label, number: numberOf(fields.get(name) ?? "") })).filter(({ number }) => number !== null);
        const off = stated.map(({ label, number }) => ({ label, by: sum - number }));
        const fits = !grid.isCut && off.find(({ by }) => by <= CENTS && by >= -CENTS);
        const said = grid.isCut ? "of the rows shown" : fits ? `as ${fits.label} says` : off.length ? `${off[0].by > 0n ? "+" : "−"}${written(off[0].by > 0n ? off[0].by : -off[0].by)} against ${off[0].label}` : "nothing to compare with";
        this.sums.dataset.state = fits ? "good" : off.length && !grid.isCut ? "bad" : "none";
        this.sums.replaceChildren(icon(fits ? "check_circle" : off.length && !grid.isCut ? "warning" : "functions"), make("span", {}, "Sum ", make("strong", {}, written(sum)), ` · ${said}`));
    }
}
