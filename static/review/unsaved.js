// What this browser keeps of a document and the server does not have: what waits to be sent, and what is half typed.
import { cellsOf } from "./drafts.js";
import { make } from "./dom.js";

const TABLES = { line_items: { key: "lines", title: "Line items", row: "Line" }, tax_lines: { key: "taxes", title: "Taxes", row: "Tax" } };
const knownIn = (state) => {
    const fields = state.groups.flatMap((group) => group.fields).map((field) => [field.name, field]);
    return new Map([...fields, ["document_type", { label: "Kind of document", text: state.kind.value }]]);
};

// [{label, text, now, isOverwritten}] beside what `state` says; of whole tables that wait to be sent, {label} alone.
// `isOverwritten`: somebody else entered something there since it was typed.
export function unsaved({ queue, drafts }, state) {
    const fields = knownIn(state);
    const sent = Object.assign({}, ...queue.map(({ entries }) => entries.fields ?? {}));
    const item = (name, text, isOverwritten) => ({ label: fields.get(name)?.label ?? name, text, now: fields.get(name)?.text, isOverwritten });
    const found = Object.entries(sent).map(([name, { text }]) => item(name, text, true));
    for (const [name, { text, was }] of Object.entries(drafts)) {
        if (name in TABLES || text === sent[name]?.text) continue;
        const now = fields.get(name)?.text;
        found.push(item(name, text, was !== now && text !== now));
    }
    for (const [table, { key, title, row }] of Object.entries(TABLES)) {
        if (queue.some(({ entries }) => entries[table])) found.push({ label: title, isOverwritten: true });
        const labels = new Map(state[key].columns.map(({ name, label }) => [name, label]));
        const cells = cellsOf(state[key].rows, drafts[table] ?? []);
        found.push(...cells.map(({ place, name, ...cell }) => ({ ...cell, label: `${row} ${place + 1}, ${labels.get(name) ?? name}` })));
    }
    return found;
}

// How much of it is refused or half typed, as "1 field, 4 cells"; empty where nothing is.
export function counted(drafts) {
    const cells = Object.keys(TABLES).flatMap((table) => (drafts[table] ?? []).flatMap((row) => Object.keys(row.cells)));
    const fields = Object.keys(drafts).filter((name) => !(name in TABLES));
    const said = (number, what) => (number ? [`${number} ${what}${number === 1 ? "" : "s"}`] : []);
    return [...said(fields.length, "field"), ...said(cells.length, "cell")].join(", ");
}

// [{label, was, now}] of what says otherwise in `after` than in `before`; of tables {label} alone.
export function changes(before, after) {
    const [were, are] = [knownIn(before), knownIn(after)];
    const texts = (state, { key }) => JSON.stringify(state[key].rows.map((row) => Object.entries(row).map(([name, { text }]) => [name, text])));
    const tables = Object.values(TABLES).filter((table) => texts(before, table) !== texts(after, table));
    const fields = [...are].filter(([name, { text }]) => (were.get(name)?.text ?? "") !== text);
    return [...fields.map(([name, { label, text }]) => ({ label, was: were.get(name)?.text ?? "", now: text })), ...tables.map(({ title }) => ({ label: title }))];
}

const said = (text) => make("bdi", { class: "review-earlier-value" }, text || "empty");

// Told where nothing can be changed, as it is shown nowhere else then.
export class Unsaved {
    constructor(root, { store, use }) {
        Object.assign(this, { root, store, use });
    }

    render(state, readOnly, isDecided) {
        const items = readOnly ? unsaved(this.store, state) : [];
        this.root.hidden = !items.length;
        if (this.root.hidden) return;
        const why = isDecided ? `The document is ${state.task.state} by now. ` : "";
        this.root.replaceChildren(
            make("p", {}, make("strong", {}, "Not saved."), ` ${why}What you entered here is kept in this browser:`),
            make("ul", {}, ...items.map(({ label, text, now }) => make("li", {}, make("span", {}, label), text === undefined ? "changed" : said(text), now === undefined ? null : make("span", { class: "review-earlier-now" }, "now ", said(now))))),
            make("p", { class: "review-earlier-all" }, this.#button(isDecided ? "Decide again with these" : "Go on with these", this.use), this.#button("Discard them", () => this.store.abandon())),
        );
    }

    #button(label, click) {
        return make("button", { type: "button", on: { click } }, label);
    }
}
