// The fields of a document by meaning: each with its value, how sure it is, what is wrong with it and what else it
// could be. Doubtful ones are gone through one after the other; what is typed is saved when one leaves the field.
import { hidden, icon, make, percent } from "./dom.js";
import { comesBack } from "./words.js";

const LEVELS = { low: "doubtful", middle: "fairly sure", high: "sure", none: "" };
const SIGNS = { error: "error", warning: "warning", info: "info" };
const LONG = 36; // characters; what is longer is shown as a whole below its input
const PLAIN = /^-?\d+(\.\d+)?$/;
export const KIND = "document_type"; // no field among the others: it has its place at the top
const ADJUSTMENTS = { discount_amount: -1, shipping_amount: 1, tip_amount: 1 };
const ROUNDING = 5; // cents: where smaller coins are not in use
const centsOf = (text) => (PLAIN.test(text.trim()) ? Math.round(Number(text) * 100) : null);

export function issueLine(issue, named = false) {
    const label = named && issue.label ? make("strong", {}, `${issue.label}: `) : null;
    const said = make("span", {}, label, issue.message);
    return make("li", { class: "review-issue", "data-severity": issue.severity }, icon(SIGNS[issue.severity]), hidden(`${issue.severity}: `), said);
}

class Row {
    constructor(field, fields) {
        Object.assign(this, { name: field.name, fields });
        const id = `field-${field.name}`;
        this.input = make("input", { id, type: "text", autocomplete: "off", spellcheck: "false", dir: "auto", "aria-describedby": `${id}-level ${id}-more` });
        if (field.type === "amount" || field.type === "number") this.input.inputMode = "decimal";
        this.level = make("span", { class: "review-level", id: `${id}-level` });
        this.issues = make("ul", { class: "review-issues" });
        this.error = make("p", { class: "review-error", role: "alert", hidden: true });
        this.whole = make("p", { class: "review-whole", dir: "auto", "aria-hidden": "true", hidden: true });
        this.candidates = make("div", { class: "review-candidates" });
        this.why = make("details", { class: "review-why" });
        this.element = make("div", { class: "review-field", tabindex: "-1", role: "group", "data-field": field.name, "aria-describedby": `${id}-more` });
        this.label = make("label", { for: id }, field.label);
        const more = make("div", { class: "review-more", id: `${id}-more` }, this.error, this.issues);
        this.element.append(this.label, make("div", { class: "review-value" }, this.input, this.level), this.whole, more, this.candidates, this.why);
        this.#listen();
    }

    get isDirty() {
        return this.input.value !== (this.pending ?? this.field.text);
    }

    #listen() {
        this.input.addEventListener("input", () => {
            this.element.dataset.draft = "";
            this.#keep(this.input.value === this.field.text ? null : this.input.value);
            this.fields.sum();
        });
        this.input.addEventListener("focus", () => this.fields.activate(this.name, { focus: false }));
        this.input.addEventListener("blur", (event) => comesBack(event) || this.commit());
        this.element.addEventListener("focus", () => this.fields.activate(this.name, { focus: false }));
        this.element.addEventListener("click", (event) => {
            if (event.target.closest("input, button, summary, label")) return;
            this.fields.activate(this.name, { edit: true });
        });
    }

    // `text` is typed and not saved; null when there is nothing any more.
    #keep(text) {
        const { drafts } = this.fields.store;
        this.fields.store.draft(this.name, text === null ? null : { text, was: drafts[this.name]?.was ?? this.field.text });
    }

    update(field, readOnly) {
        const kept = readOnly ? undefined : this.fields.store.drafts[this.name]?.text;
        const changed = this.field?.text !== field.text;
        this.field = field;
        if (kept !== undefined) this.input.value = kept;
        else if (changed || readOnly || this.input !== document.activeElement) this.input.value = field.text;
        const level = field.confidence === null ? "none" : field.level;
        const isChecked = this.refused === undefined && (field.accepted || field.source === "person");
        const read = field.source === "xml" ? "XML" : field.confidence === null || field.source === "person" ? "" : percent(field.confidence);
        const sure = isChecked ? "checked" : read;
        this.level.dataset.level = isChecked ? "checked" : level;
        this.level.replaceChildren(sure, hidden(sure.endsWith("%") ? ` ${LEVELS[level]}` : ""));
        this.level.title = field.confidence === null ? "" : `${percent(field.confidence)} sure${field.raw && field.raw !== field.text ? `; printed: ${field.raw}` : ""}`;
        Object.assign(this.element.dataset, { level, doubtful: String(field.doubtful), accepted: String(field.accepted), draft: kept !== undefined ? "" : undefined });
        if (kept === undefined) delete this.element.dataset.draft;
        this.whole.textContent = field.text;
        this.whole.hidden = field.text.length < LONG;
        this.input.readOnly = readOnly;
        this.input.tabIndex = field.doubtful || this.fields.all ? 0 : -1;
        this.input.placeholder = field.issues.some((issue) => issue.severity === "error") && !field.text ? "missing" : "";
        this.element.setAttribute("aria-label", `${field.label}: ${field.text || "empty"} ${this.level.textContent}`);
        this.issues.replaceChildren(...field.issues.map((issue) => issueLine(issue)));
        this.#offer(field, readOnly);
        this.#explain(field);
    }

    #offer(field, readOnly) {
        const others = field.candidates.map((candidate, place) => {
            const text = candidate.raw || candidate.value;
            const button = make("button", { type: "button", tabindex: "-1", "aria-keyshortcuts": `${place + 1} Alt+${place + 1}`, disabled: readOnly });
            button.append(make("kbd", {}, String(place + 1)), " ", make("bdi", {}, text), make("small", {}, ` ${candidate.how ?? percent(candidate.share)}`));
            button.addEventListener("click", () => this.fields.choose(place, this.name));
            button.addEventListener("mousedown", (event) => event.preventDefault());
            button.addEventListener("pointerenter", () => this.fields.page.focusBox(candidate.page, candidate.box));
            button.addEventListener("pointerleave", () => this.fields.showPlace());
            return button;
        });
        this.candidates.replaceChildren(...others);
    }

    #explain(field) {
        const reasons = [...field.reasons, ...(field.repair ? [field.repair] : [])];
        this.why.hidden = !reasons.length;
        const items = reasons.map((reason) => make("li", {}, reason));
        this.why.replaceChildren(make("summary", { tabindex: "-1" }, "Why this value"), make("ul", {}, ...items));
    }

    complain(text) {
        this.error.textContent = text;
        this.error.hidden = !text;
        if (text) this.input.setAttribute("aria-invalid", "true");
        else this.input.removeAttribute("aria-invalid");
    }

    revert() {
        this.input.value = this.field.text;
        this.#keep(null);
        delete this.element.dataset.draft;
        this.complain("");
        this.fields.sum();
    }

    // Save what was typed, if it is another text than the saved one.
    commit() {
        if (!this.isDirty || this.input.readOnly || this.input.value === this.refused) return null;
        return this.save({ text: this.input.value });
    }

    async save(entry) {
        this.complain("");
        this.refused = undefined;
        this.pending = entry.text;
        this.#keep(entry.text); // until the server has it
        this.input.value = entry.text;
        try {
            await this.fields.store.save({ fields: { [this.name]: entry } }, { label: this.field.label });
        } catch {
            // told by `Fields.refuse`, also for what was typed before a reload
        } finally {
            if (this.pending === entry.text) this.pending = undefined; // unless more is on its way
        }
    }

    // The text stays, with what is wrong with it.
    refuse(text, said) {
        this.refused = this.input.value = text;
        this.level.replaceChildren();
        this.#keep(text);
        this.complain(said);
    }
}

export class Fields {
    constructor(root, { store, announce }) {
        Object.assign(this, { root, store, announce });
        this.rows = new Map();
        this.added = new Set();
        this.seen = new Set();
        this.active = null;
        this.all = localStorage.getItem("review-all") === "1";
        this.readOnly = true;
        this.top = make("ul", { class: "review-issues review-top" });
        this.groups = make("div", { class: "review-groups" });
        this.because = make("p", { class: "review-because" });
        this.root.replaceChildren(this.because, this.top, this.groups);
    }

    render(state, readOnly) {
        this.readOnly = readOnly;
        const names = new Set();
        const sections = state.groups.map((group) => {
            const shown = group.fields.filter((field) => !field.rare || this.added.has(field.name) || this.rows.has(field.name) || field.name in this.store.drafts);
            const rows = shown.map((field) => {
                names.add(field.name);
                if (!this.rows.has(field.name)) this.rows.set(field.name, new Row(field, this));
                const row = this.rows.get(field.name);
                row.update(field, readOnly);
                return row.element;
            });
            return { title: group.title, rows, rare: group.fields.filter((field) => !shown.includes(field)) };
        });
        for (const name of this.rows.keys()) if (!names.has(name)) this.rows.delete(name);
        this.#arrange(sections, readOnly);
        this.because.replaceChildren("Here because: ", ...state.task.reasons.flatMap((reason, place) => [place ? " · " : "", this.#reason(reason)]));
        this.because.hidden = !state.task.reasons.length;
        const apart = state.issues.filter((issue) => !names.has(issue.field));
        this.top.replaceChildren(...apart.map((issue) => issueLine(issue, true)));
        this.top.hidden = !apart.length;
        this.sum();
    }

    // Leads to what it is about, where that can be shown.
    #reason({ text, code, fields }) {
        const name = fields.find((field) => this.rows.has(field));
        const panel = code.includes("duplicate") ? "duplicates" : code === "page_differs_from_xml" ? "xml" : null;
        const lead = panel ? () => this.places.panel(panel) : name ? () => this.activate(name) : fields.includes("line_items") ? () => this.places.lines() : null;
        return lead ? make("button", { type: "button", on: { click: lead } }, text) : make("span", {}, text);
    }

    // Elements are moved only where their order changed, so that the focus stays.
    #arrange(sections, readOnly) {
        const shape = JSON.stringify(sections.map(({ title, rows, rare }) => [title, rows.map((row) => row.dataset.field), rare.length, readOnly]));
        if (shape === this.shape) return;
        this.shape = shape;
        const focused = document.activeElement;
        this.groups.replaceChildren(...sections.map((section) => this.#section(section, readOnly)));
        if (this.groups.contains(focused)) focused.focus({ preventScroll: true });
    }

    #section({ title, rows, rare }, readOnly) {
        const section = make("section", { class: "review-group", "data-group": title }, make("h2", {}, title), ...rows);
        if (title === "Amounts") section.append((this.sums = make("p", { class: "review-sums", "aria-live": "polite" })));
        if (rare.length && !readOnly) section.append(this.#adder(rare, title));
        return section;
    }

    #adder(rare, title) {
        const select = make("select", { class: "review-add", "aria-label": `Add a field: ${title}` }, make("option", { value: "" }, "Add a field …"));
        for (const field of rare) select.append(make("option", { value: field.name }, field.label));
        select.addEventListener("change", () => {
            const name = select.value;
            this.added.add(name);
            this.render(this.store.state, this.readOnly);
            this.activate(name, { edit: true });
        });
        return select;
    }

    // --- Which one is at hand ---
    get row() {
        return this.rows.get(this.active);
    }

    activate(name, { focus = true, edit = false } = {}) {
        const row = this.rows.get(name);
        if (!row) return;
        if (this.active !== name) {
            this.row?.element.classList.remove("review-active");
            this.active = name;
            this.picked = null;
            row.element.classList.add("review-active");
            this.showPlace();
        }
        if (edit) {
            row.input.focus();
            row.input.select();
        } else if (focus) row.element.focus({ preventScroll: true });
        row.element.scrollIntoView({ block: "nearest" });
    }

    leave() {
        this.row?.element.classList.remove("review-active");
        this.active = null;
        this.page.focusBox(null, null);
    }

    showPlace() {
        const field = this.row?.field;
        this.page.focusBox(field?.page, field?.box, field?.name);
    }

    // Doubtful ones that nobody has looked at yet; all of them where that is asked for.
    waiting() {
        return [...this.rows.values()].filter(({ field, name }) => this.all || (field.doubtful && !this.seen.has(name)));
    }

    // What nobody has settled: `[{name, label, text, message}]`; also errors that are told above the fields, and a kind
    // that is unknown.
    unsettled() {
        const said = (issues) => issues.filter(({ severity }) => severity !== "info").map(({ message }) => message).join(" ");
        const sure = ({ field }) => said(field.issues) || `${percent(field.confidence)} sure.`;
        const rows = [...this.rows.values()].filter(({ field, name }) => field.doubtful && !this.seen.has(name));
        const isKind = ({ code }) => code === "unknown_document_type";
        const apart = this.store.state.issues.filter((issue) => (issue.severity === "error" && !this.rows.has(issue.field)) || isKind(issue));
        return [
            ...rows.map((row) => ({ name: row.name, label: row.field.label, text: row.field.text, message: sure(row) })),
            ...apart.map((issue) => ({ name: isKind(issue) ? KIND : null, label: isKind(issue) ? "Kind of document" : issue.label, text: isKind(issue) ? this.#kind : "", message: issue.message })),
        ];
    }

    get #kind() {
        const { value, choices } = this.store.state.kind;
        return choices.find((choice) => choice.value === value)?.label ?? value;
    }

    // To the next (or previous) one that is doubtful; false when there is none.
    next(step = 1) {
        const order = [...this.groups.querySelectorAll("[data-field]")].map((element) => element.dataset.field);
        const wanted = new Set(this.waiting().map((row) => row.name));
        const from = order.indexOf(this.active);
        const ring = order.map((_, offset) => order.at((from + step * (offset + 1) + 2 * order.length) % order.length));
        const found = ring.find((name) => wanted.has(name) && name !== this.active);
        if (!found) return false;
        this.activate(found);
        return true;
    }

    // What stands in the field is right: it becomes certain. Then the next one.
    accept() {
        const row = this.row;
        if (!row) return this.next();
        if (row.isDirty) row.commit(); // what is warned of then was not seen yet
        else if (row.pending === undefined && !row.field.accepted && !this.readOnly) this.#settle(row);
        return this.next();
    }

    async #settle({ name, field }) {
        const codes = field.issues.filter(({ severity }) => severity !== "info").map(({ code }) => code);
        this.seen.add(name); // until the server says so
        try {
            await this.store.save({}, { label: `${field.label} accepted`, accepted: { [name]: codes } });
        } catch {
            // told by `refuse`, or asked about
        } finally {
            this.seen.delete(name);
        }
    }

    choose(place, name = this.active) {
        const row = this.rows.get(name);
        const candidate = row?.field.candidates[place];
        if (!candidate || this.readOnly) return;
        this.activate(name, { focus: false });
        row.save({ text: (row.field.type === "list" && candidate.raw) || candidate.value, page: candidate.page, box: candidate.box });
    }

    // Text from the page; `append`: behind what was picked before.
    pick(text, page, box, append) {
        const row = this.row;
        if (!row || this.readOnly) return;
        if (!text) return this.announce("There is no text there.");
        const before = append && this.picked?.page === page ? this.picked : null;
        const whole = before ? { text: `${before.text} ${text}`, page, box: box && union(before.box, box) } : { text, page, box };
        this.picked = whole;
        row.save(whole);
        this.page.focusBox(page, whole.box);
    }

    commit() {
        return Promise.all([...this.rows.values()].map((row) => row.commit()));
    }

    refuse(edit, error) {
        for (const [name, entry] of Object.entries(edit.entries.fields ?? {})) {
            const row = this.rows.get(name);
            const said = error.extra?.fields?.[name]?.[0];
            if (!row || !said) continue;
            row.refuse(entry.text, said);
            this.announce(`${row.field.label}: ${said}`);
        }
    }

    get wrong() {
        return [...this.rows.values()].find((row) => row.refused !== undefined && row.isDirty);
    }

    showWrong() {
        this.activate(this.wrong.name, { edit: true });
    }

    setAll(all) {
        this.all = all;
        localStorage.setItem("review-all", all ? "1" : "0");
        for (const row of this.rows.values()) row.input.tabIndex = row.field.doubtful || all ? 0 : -1;
    }

    // --- Do the amounts add up, as they stand there now? ---
    sum() {
        if (!this.sums) return;
        const text = this.#sums();
        this.sums.hidden = !text;
        this.sums.replaceChildren(...(text || []));
    }

    // As the rule says that warns of it (extraction/engine/rules/totals.py): what is saved is judged by the server, what is
    // being typed here. Whether a subtotal includes the tax, only the server knows.
    #sums() {
        const names = ["subtotal_amount", "tax_amount", "total_amount", ...Object.keys(ADJUSTMENTS)];
        const rows = names.map((name) => this.rows.get(name));
        const [net, tax, total, ...others] = rows.map((row) => centsOf(row?.input.value ?? ""));
        if (net === null || tax === null || total === null) return null;
        const sides = Object.values(ADJUSTMENTS).map((side, place) => side * Math.abs(others[place] ?? 0));
        const nets = sides.reduce((sums, more) => (more ? [...sums, ...sums.map((sum) => sum + more)] : sums), [net]);
        const isTyped = rows.some((row) => row && row.input.value !== row.field.text);
        const isDoubted = !isTyped && this.store.state.issues.some(({ code }) => code === "total_mismatch");
        const right = !isDoubted && nets.some((sum) => Math.abs(sum + tax - total) <= ROUNDING);
        const within = !isDoubted && !right && nets.some((sum) => Math.abs(sum - total) <= ROUNDING);
        if (within && isTyped) return null;
        const shown = (cents) => (cents / 100).toFixed(2);
        this.sums.dataset.right = String(right || within);
        if (right || within) return [icon("check"), `Adds up to ${shown(total)}${within ? ", tax included" : ""}`];
        const due = nets.at(-1) + tax;
        return [icon("error"), `${shown(net)} + ${shown(tax)}${nets.length > 1 ? " and the rest" : ""} = ${shown(due)}, ${shown(Math.abs(due - total))} ${due > total ? "more" : "less"} than the total`];
    }
}

const union = (one, other) => [Math.min(one[0], other[0]), Math.min(one[1], other[1]), Math.max(one[2], other[2]), Math.max(one[3], other[3])];
