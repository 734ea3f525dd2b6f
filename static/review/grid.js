// A table of a document as a spreadsheet: a text box for each cell, moved through with arrows, Tab and Enter. What is
// typed is saved when one leaves the cell. Long tables are shown in pages of rows.
import { hidden, icon, make, percent } from "./dom.js";
import { draftsOf, restore, sentOf, shownIn } from "./drafts.js";
import { blockOf, expected, fromState, halves, isBlock, isEmpty, merged, newRow, partsOfText, textOf, toEntries, typed, written } from "./rows.js";
import { comesBack } from "./words.js";

const SHOWN = 100;
const MOST = 2000;
const FULL = `A table has at most ${MOST.toLocaleString()} rows.`;
const amount = (number, what) => `${number.toLocaleString()} ${what}${number === 1 ? "" : "s"}`;
const RARE = new Set(["product_code", "unit", "discount_rate", "tax_rate"]);

export class Grid extends EventTarget {
    // `table`: "line_items" or "tax_lines"; `shared`: what screen.js gives to what it mounts.
    constructor({ table, title, shared }) {
        super();
        Object.assign(this, { table, title, shared, rows: [], columns: [], selected: new Set(), first: 0, active: null, pending: 0 });
        this.body = make("tbody", { on: { focusin: (event) => this.#entered(event.target) } });
        this.head = make("tr", {});
        const caption = make("caption", { class: "review-hidden" }, title);
        this.frame = make("div", { class: "lines-frame" }, make("table", { class: "lines-table" }, caption, make("thead", {}, this.head), this.body));
        this.pager = make("p", { class: "lines-pager" });
        this.problems = make("ul", { class: "lines-problems", role: "alert" });
        this.element = make("div", { class: "lines-grid", "data-picks": "" }, this.frame, this.pager, this.problems);
        this.#listen();
    }

    #listen() {
        this.body.addEventListener("keydown", (event) => this.#key(event));
        this.body.addEventListener("focusout", (event) => event.target.matches("input[data-column]") && !comesBack(event) && this.#send(event.target));
        this.body.addEventListener("input", (event) => this.#changed(event.target));
        this.body.addEventListener("paste", (event) => this.#paste(event));
        this.body.addEventListener("mousedown", (event) => this.#pressed(event));
        this.body.addEventListener("click", (event) => this.#clicked(event));
        this.element.addEventListener("review:pick", (event) => this.#pick(event));
    }

    // --- What is shown ------------------------------------------------------------------------------------------------
    // The state of the document changed. Rows that are still on their way, and empty ones, stay.
    update({ columns, rows, total }, readOnly) {
        this.columns = columns;
        this.isCut = total > rows.length;
        this.readOnly = readOnly || this.isCut;
        this.total = total;
        this.saved = rows;
        if (this.pending) return this.draw();
        const drafts = this.shared.drafts.get(this.table);
        const filled = this.rows.filter((row) => !isEmpty(row));
        if (this.rows.length && filled.length === rows.length) filled.forEach((row, place) => this.#adopt(row, rows[place], drafts));
        else {
            this.rows = fromState(rows);
            if (restore(this.rows, drafts ?? [])) this.shared.announce("A row in which something was typed is not there any more");
        }
        this.draw();
    }

    // What is typed there stays, unless it was given up; whether it overwrites another's was asked (see troubles.js).
    #adopt(row, cells, drafts) {
        const before = row.cells;
        row.cells = { ...cells };
        for (const [name, { text, draft, refused }] of drafts ? Object.entries(before) : []) {
            if (draft === undefined && !refused) continue;
            const isSame = (cells[name]?.text ?? "") === text; // what was refused belongs to what stood there
            if (draft !== undefined || isSame) row.cells[name] = { ...(cells[name] ?? typed("")), draft, refused: isSame ? refused : undefined };
        }
    }

    // What the server does not have survives a reload.
    #keep() {
        if (!this.readOnly) this.shared.drafts.set(this.table, draftsOf(this.rows));
    }

    get shownColumns() {
        return this.columns.filter(({ name }) => this.all || !RARE.has(name) || this.rows.some((row) => textOf(row, name)));
    }

    draw() {
        const at = this.active;
        const held = this.body.contains(document.activeElement);
        const editing = this.input === document.activeElement ? this.input : null;
        const caret = editing && [editing.selectionStart, editing.selectionEnd];
        this.first = Math.min(this.first, Math.max(0, Math.floor((this.rows.length - 1) / SHOWN) * SHOWN));
        const shown = this.rows.slice(this.first, this.first + SHOWN);
        this.drawing = true; // removing a cell that has the focus is no leaving
        this.head.replaceChildren(...this.#heads());
        this.body.replaceChildren(...shown.map((row, place) => this.#row(row, this.first + place)));
        this.drawing = false;
        this.#drawPager();
        this.#drawProblems();
        this.#keep();
        if (held && at) this.focus(at.row, at.name, { caret });
        else this.#roving(at);
        this.dispatchEvent(new Event("change"));
    }

    #heads() {
        const cells = this.shownColumns.map(({ name, label, type }) => make("th", { scope: "col", "data-type": type, "data-name": name }, label));
        return [make("th", { scope: "col" }, hidden("Row")), ...cells, make("th", { scope: "col" }, hidden("Check"))];
    }

    #row(row, place) {
        const number = make("button", { type: "button", tabindex: "-1", "data-row": place, "aria-pressed": this.selected.has(row.key), title: "Select the row (Shift+Space)" }, hidden("Row "), String(place + 1));
        const cells = this.shownColumns.map((column) => make("td", { "data-name": column.name }, this.#input(row, place, column)));
        const element = make("tr", { "data-selected": this.selected.has(row.key) }, make("th", { scope: "row" }, number), ...cells, make("td", { class: "lines-check" }));
        this.#check(element, row);
        return element;
    }

    #input(row, place, { name, label, type }) {
        const cell = row.cells[name];
        const refused = this.readOnly ? null : cell?.refused;
        const sure = cell?.text && cell.source !== "person" && cell.confidence !== null && cell.confidence < 1 ? `, ${percent(cell.confidence)} sure` : "";
        const input = make("input", {
            type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", tabindex: "-1", readonly: this.readOnly,
            "data-column": name, "data-row": place, "data-type": type, "data-level": cell?.text ? cell.level || "none" : null,
            "aria-label": `Row ${place + 1}, ${label}${sure}`, "aria-invalid": refused ? "true" : null, "data-draft": !this.readOnly && cell?.draft !== undefined,
            title: refused ? refused.message : cell?.raw && cell.raw !== cell.text ? `Printed: ${cell.raw}` : cell?.text.length > 20 ? cell.text : null,
        });
        if (type !== "text") input.inputMode = "decimal";
        input.value = this.readOnly ? textOf(row, name) : shownIn(cell);
        return input;
    }

    #check(element, row) {
        const due = expected(row, this.live);
        const note = due === null ? [] : [icon("priority_high"), hidden("The row does not add up: "), `= ${written(due)}`];
        element.lastElementChild.replaceChildren(...note);
        element.lastElementChild.title = due === null ? "" : "Quantity and price make another amount";
    }

    #drawPager() {
        const last = Math.min(this.rows.length, this.first + SHOWN);
        const turn = (label, step, disabled) => make("button", { type: "button", disabled, on: { click: () => this.turn(step) } }, label);
        const parts = [turn("Earlier rows", -SHOWN, !this.first), make("span", {}, `Rows ${this.first + 1}–${last} of ${this.rows.length}`), turn("Later rows", SHOWN, last >= this.rows.length)];
        this.pager.replaceChildren(...(this.rows.length > SHOWN ? parts : []));
    }

    #drawProblems() {
        const refused = this.rows.flatMap((row, place) =>
            Object.entries(row.cells).filter(([, cell]) => cell.refused).map(([name, { refused }]) => `Row ${place + 1}, ${this.#label(name)}: ${refused.message}`),
        );
        const said = this.readOnly ? [] : [this.lost, ...refused].filter(Boolean);
        this.problems.replaceChildren(...said.slice(0, 5).map((text) => make("li", {}, text)));
    }

    #label = (name) => this.columns.find((column) => column.name === name)?.label ?? name;

    turn(step) {
        this.first = Math.max(0, Math.min(this.first + step, Math.floor((this.rows.length - 1) / SHOWN) * SHOWN));
        this.draw();
        this.focus(this.first, this.active?.name ?? this.shownColumns[0].name);
    }

    // --- Focus --------------------------------------------------------------------------------------------------------
    // What a cell says now, typed or not.
    live = (row, name) => (this.input && this.active?.name === name && this.rows[this.active.row] === row ? this.input.value : (this.readOnly ? undefined : row.cells[name]?.draft) ?? textOf(row, name));

    #entered(target) {
        if (!target.matches("input[data-column]")) return;
        this.input = target;
        this.active = { row: Number(target.dataset.row), name: target.dataset.column };
        this.#roving(this.active);
        const row = this.rows[this.active.row];
        const cell = row?.cells[this.active.name];
        if (cell?.box) this.shared.focusBox(cell.page, cell.box);
        else if (row) this.shared.focusLine(row, this.active.row, this.active.name);
        this.dispatchEvent(new Event("cell"));
    }

    #roving(at) {
        const inputs = [...this.body.querySelectorAll("input")];
        for (const input of inputs) input.tabIndex = -1;
        const one = (at && inputs.find((input) => Number(input.dataset.row) === at.row && input.dataset.column === at.name)) || inputs[0];
        if (one) one.tabIndex = 0;
    }

    focus(row, name, { caret } = {}) {
        if (!this.rows.length) return;
        row = Math.max(0, Math.min(row, this.rows.length - 1));
        const page = Math.floor(row / SHOWN) * SHOWN;
        if (page !== this.first) {
            this.first = page;
            this.active = null;
            this.draw();
        }
        const inputs = [...this.body.querySelectorAll(`input[data-row="${row}"]`)];
        const input = inputs.find((each) => each.dataset.column === name) ?? inputs[0];
        input.focus({ preventScroll: false });
        if (caret) input.setSelectionRange(...caret);
        else input.select();
    }

    #move(input, down, across) {
        const names = this.shownColumns.map((column) => column.name);
        let row = Number(input.dataset.row) + down;
        let column = names.indexOf(input.dataset.column) + across;
        if (column < 0 || column >= names.length) [row, column] = [row + Math.sign(across), column < 0 ? names.length - 1 : 0];
        if (row < 0 || row >= this.rows.length) return false;
        this.focus(row, names[column]);
        return true;
    }

    // --- Keys ---------------------------------------------------------------------------------------------------------
    #key(event) {
        const input = event.target;
        if (!input.matches("input[data-column]") || event.isComposing) return;
        const { key, code, shiftKey, altKey } = event;
        const ctrl = event.ctrlKey || event.metaKey;
        const all = input.selectionStart === 0 && input.selectionEnd === input.value.length;
        const start = all || (input.selectionStart === 0 && input.selectionEnd === 0);
        const end = all || (input.selectionStart === input.value.length && input.selectionEnd === input.value.length);
        const act = () => {
            if (ctrl && key === "Insert") return this.add();
            if (ctrl && key === "Delete") return this.remove();
            if (ctrl && (key === "Home" || key === "End")) return this.focus(key === "Home" ? 0 : this.rows.length - 1, input.dataset.column);
            if (altKey && code === "KeyM") return this.merge();
            if (altKey && code === "KeyH") return this.halve();
            if (altKey && code === "KeyS") return this.splitText();
            if (ctrl && ["z", "y"].includes(key.toLowerCase()) && !this.#isDirty(input)) return this.shared.undo?.(key.toLowerCase() === "y" || shiftKey);
            if (ctrl || altKey) return false;
            if (shiftKey && key === " ") return this.select(Number(input.dataset.row));
            if (key === "Enter") return this.#enter(input, shiftKey);
            if (key === "Tab") return this.#move(input, 0, shiftKey ? -1 : 1);
            if (shiftKey) return false;
            if (key === "ArrowDown" || key === "ArrowUp") return this.#move(input, key === "ArrowDown" ? 1 : -1, 0) || true;
            if (key === "PageDown" || key === "PageUp") return this.#move(input, Math.max(-input.dataset.row, Math.min(key === "PageDown" ? 20 : -20, this.rows.length - 1 - input.dataset.row)), 0) || true;
            if (key === "ArrowLeft" && start) return this.#move(input, 0, -1) || true;
            if (key === "ArrowRight" && end) return this.#move(input, 0, 1) || true;
            if (key === "F2") return input.setSelectionRange(input.value.length, input.value.length) ?? true;
            if (key === "Escape") return this.#isDirty(input) && this.#revert(input);
            return false;
        };
        if (act() !== false) {
            event.preventDefault();
            event.stopPropagation();
        }
    }

    #enter(input, back) {
        if (this.#move(input, back ? -1 : 1, 0)) return;
        this.#send(input);
        if (!back && !isEmpty(this.rows[this.rows.length - 1])) this.add();
    }

    #revert(input) {
        input.value = this.#before(input);
        this.#changed(input);
        input.select();
    }

    // --- Changes ------------------------------------------------------------------------------------------------------
    #before(input) {
        return sentOf(this.rows[Number(input.dataset.row)]?.cells[input.dataset.column]);
    }

    #isDirty = (input) => !this.readOnly && input.value !== this.#before(input);

    #changed(input) {
        const row = this.rows[Number(input.dataset.row)];
        if (!row) return;
        const draft = this.#isDirty(input) ? input.value : undefined;
        row.cells[input.dataset.column] = { ...(row.cells[input.dataset.column] ?? typed("")), draft };
        input.toggleAttribute("data-draft", draft !== undefined);
        this.#check(input.closest("tr"), row);
        this.#keep();
        this.dispatchEvent(new Event("change"));
    }

    // All that is typed and not sent yet, also before a reload.
    commit() {
        const drafts = this.rows.flatMap((row) => Object.entries(row.cells).filter(([, { draft }]) => draft !== undefined).map(([name, { draft }]) => ({ row, name, draft })));
        for (const { row, name, draft } of this.readOnly ? [] : drafts) this.#put(row, name, typed(draft.trim()));
        if (drafts.length && !this.readOnly) this.#save(this.title);
    }

    get wrong() {
        return this.rows.some((row) => Object.values(row.cells).some((cell) => cell.refused));
    }

    showWrong() {
        const row = this.rows.findIndex((each) => Object.values(each.cells).some((cell) => cell.refused));
        this.focus(row, Object.entries(this.rows[row].cells).find(([, cell]) => cell.refused)[0]);
    }

    #send(input) {
        if (this.drawing || !input.isConnected || !this.#isDirty(input)) return;
        this.lost = "";
        this.#put(this.rows[Number(input.dataset.row)], input.dataset.column, typed(input.value.trim()));
        this.#save(`Row ${Number(input.dataset.row) + 1}, ${this.#label(input.dataset.column)}`);
    }

    #put(row, name, cell) {
        const { was, refused, draft, ...before } = row.cells[name] || typed("");
        row.cells[name] = { ...cell, was: was ?? before };
    }

    // Text from the page, as the value of the cell that has the focus.
    #pick(event) {
        if (!this.input || this.readOnly || !event.detail.text) return;
        const { text, page, box } = event.detail;
        const { row, name } = this.active;
        this.input.value = text;
        this.#put(this.rows[row], name, { ...typed(text), page, box });
        event.preventDefault();
        this.#save(`Row ${row + 1}, ${this.#label(name)}`);
    }

    #paste(event) {
        const text = event.clipboardData?.getData("text/plain") ?? "";
        if (this.readOnly || !event.target.matches("input[data-column]") || !isBlock(text)) return;
        event.preventDefault();
        const whole = blockOf(text);
        const block = whole.slice(0, MOST - this.active.row);
        const names = this.shownColumns.map((column) => column.name);
        const { row: top, name } = this.active;
        const left = names.indexOf(name);
        const room = names.length - left;
        block.forEach((cells, down) => {
            if (top + down >= MOST) return;
            this.rows[top + down] ??= newRow();
            cells.slice(0, room).forEach((cell, across) => this.#put(this.rows[top + down], names[left + across], typed(cell)));
        });
        const isHidden = names.length < this.columns.length && this.table === "line_items"; // the others have no such button
        const columns = Math.max(0, ...block.map((cells) => cells.findLastIndex(Boolean) + 1 - room));
        const lost = [
            columns && `${amount(columns, "column")} did not fit${isHidden ? "; “All columns” shows more." : "."}`,
            block.length < whole.length && `${amount(whole.length - block.length, "row")} did not fit. ${FULL}`,
        ];
        this.#done(`${amount(block.length, "row")} pasted`, this.active, lost.filter(Boolean).join(" "));
    }

    // Send the whole table. Cells that the server cannot understand keep their text and say why; the rest is sent again.
    async #save(label) {
        const sent = this.rows.filter((row) => !isEmpty(row));
        const entries = toEntries(this.rows);
        this.pending++;
        this.#keep(); // what is sent waits in the queue of the store, and is no draft any more
        try {
            const state = await this.shared.save({ [this.table]: entries }, { label });
            this.pending--;
            for (const row of this.rows) for (const cell of Object.values(row.cells)) delete cell.was;
            if (!this.pending) this.dispatchEvent(new CustomEvent("saved", { detail: state }));
        } catch (error) {
            this.pending--;
            this.#refused(error, sent, entries, label);
        }
    }

    // What was sent before a reload is refused only now: it is typed once more, as far as it can be understood.
    refuse(edit, error, isResumed) {
        const entries = edit.entries[this.table];
        if (!entries || !isResumed) return;
        const was = (place, name) => (entries.length === this.saved.length && this.saved[place][name]) || typed("");
        const cellsOf = (row, place) => Object.entries(row).map(([name, entry]) => [name, { ...typed(entry.text), page: entry.page ?? null, box: entry.box ?? null, was: was(place, name) }]);
        this.rows = entries.map((row, place) => newRow(Object.fromEntries(cellsOf(row, place))));
        this.#refused(error, [...this.rows], entries, edit.label);
    }

    #refused(error, sent, entries, label) {
        const problems = Object.entries(error.extra?.fields ?? {}).map(([path, said]) => [path.split("."), [said].flat()[0]]);
        let again = false;
        for (const [[table, place, name], message] of problems) {
            const cell = table === this.table ? sent[Number(place)]?.cells[name] : null;
            if (!cell) continue;
            again = true;
            const { text } = entries[Number(place)][name];
            if (cell.text === text) sent[Number(place)].cells[name] = { ...(cell.was ?? typed("")), draft: cell.draft, refused: { text, message } };
        }
        const changed = this.rows.some((row) => Object.values(row.cells).some((cell) => cell.was));
        if (again && changed) this.#save(label);
        if (!again) this.rows = []; // given up on: as the server has it
        this.#keep();
        this.dispatchEvent(new CustomEvent("saved", { detail: this.shared.getState() }));
        this.shared.announce(problems[0]?.[1] ?? error.message);
    }

    // `lost`: what of it could not be done.
    #done(label, at = this.active, lost = "") {
        this.selected.clear();
        this.lost = lost;
        this.active = at;
        this.input = null; // what it says is of the rows before
        this.draw();
        this.#save(label);
        this.shared.announce(lost ? `${label}. ${lost}` : label);
    }

    // --- Rows ---------------------------------------------------------------------------------------------------------
    select(place, { range = false } = {}) {
        const row = this.rows[place];
        if (!row) return;
        if (range && this.anchor !== undefined) {
            for (let each = Math.min(this.anchor, place); each <= Math.max(this.anchor, place); each++) this.selected.add(this.rows[each].key);
        } else if (!this.selected.delete(row.key)) this.selected.add(row.key);
        this.anchor = place;
        for (const element of this.body.rows) {
            const chosen = this.selected.has(this.rows[Number(element.querySelector("[data-row]").dataset.row)].key);
            element.toggleAttribute("data-selected", chosen);
            element.querySelector("button").setAttribute("aria-pressed", String(chosen));
        }
        this.shared.announce(`${this.selected.size} rows selected`);
        this.dispatchEvent(new Event("cell"));
    }

    // The first click takes a cell as a whole, so that typing replaces it; the second one puts the cursor into it.
    #pressed(event) {
        const { target } = event;
        if (!target.matches("input[data-column]") || target === document.activeElement) return;
        event.preventDefault();
        this.focus(Number(target.dataset.row), target.dataset.column);
    }

    #clicked(event) {
        const button = event.target.closest("button[data-row]");
        if (button) this.select(Number(button.dataset.row), { range: event.shiftKey });
    }

    get #chosen() {
        const rows = this.rows.filter((row) => this.selected.has(row.key));
        return rows.length || !this.active ? rows : [this.rows[this.active.row]].filter(Boolean);
    }

    #leave() {
        if (this.input) this.#send(this.input);
        return !this.readOnly;
    }

    add() {
        if (!this.#leave()) return;
        if (this.rows.length >= MOST) return this.shared.announce(FULL);
        const place = this.active ? Math.min(this.active.row + 1, this.rows.length) : this.rows.length;
        this.rows.splice(place, 0, newRow());
        this.input = null;
        this.draw();
        this.focus(place, this.shownColumns[0].name);
        this.shared.announce(`Row ${place + 1} added`);
    }

    remove() {
        if (!this.#leave() || !this.#chosen.length) return;
        const gone = new Set(this.#chosen);
        this.rows = this.rows.filter((row) => !gone.has(row));
        const at = this.active && this.rows.length ? { ...this.active, row: Math.min(this.active.row, this.rows.length - 1) } : null;
        this.#done(gone.size === 1 ? "Row deleted" : `${gone.size} rows deleted`, at);
    }

    merge() {
        if (!this.#leave()) return;
        const rows = this.#chosen;
        const place = this.rows.indexOf(rows[0]);
        if (rows.length === 1 && this.rows[place + 1]) rows.push(this.rows[place + 1]); // with the next one
        if (rows.length < 2) return this.shared.announce("There is no row to merge with");
        const gone = new Set(rows);
        const one = merged(rows);
        this.rows = this.rows.flatMap((row) => (row === rows[0] ? [one] : gone.has(row) ? [] : [row]));
        this.#done(`${rows.length} rows merged`, { row: place, name: this.active?.name ?? "description" });
    }

    halve = () => this.#split(halves, "The row is split in halves");

    splitText = () => this.#split((row) => partsOfText(row, this.active?.name === "description" && this.input ? this.input.selectionStart : 0), "The description is split");

    #split(how, label) {
        if (!this.#leave()) return;
        const row = this.#chosen[0];
        const parts = row && !isEmpty(row) ? how(row) : [row];
        if (parts.length < 2) return this.shared.announce("There is nothing to split: put the cursor where the description divides");
        const place = this.rows.indexOf(row);
        this.rows.splice(place, 1, ...parts);
        this.#done(label, { row: place, name: this.active?.name ?? "description" });
    }
}
