// What this browser keeps of a document and the server does not have: what waits to be sent, and what is half typed.
import { cellsOf } from "./drafts.js";
import { make } from "./dom.js";
import { numberOf } from "./rows.js";

const TABLES = { line_items: { key: "lines", row: "Line" }, tax_lines: { key: "taxes", row: "Tax" } };
const knownIn = (state) => {
    const fields = state.groups.flatMap((group) => group.fields).map((field) => [field.name, field]);
    return new Map([...fields, ["document_type", { label: "Kind of document", text: state.kind.value }]]);
};

// What a row says, in the order of the columns; numbers are the same however they are written.
const rowText = (row, columns) => columns.map(({ name }) => row[name]?.text).filter(Boolean).join(" · ");
const rowKey = (row, columns) => JSON.stringify(columns.map(({ name }) => String(numberOf(row[name]?.text ?? "") ?? row[name]?.text ?? "")));

// [{label, one, other}] of the rows that are not in both; `other` is undefined where there is none in its place.
function rowDifferences(label, ones, others, columns) {
    const [oneKeys, otherKeys] = [ones, others].map((rows) => new Set(rows.map((row) => rowKey(row, columns))));
    const isNew = (row) => row && !oneKeys.has(rowKey(row, columns));
    const isGone = (row) => row && !otherKeys.has(rowKey(row, columns));
    const places = Array.from({ length: Math.max(ones.length, others.length) }, (_, place) => place);
    const text = (row) => rowText(row, columns);
    return places
        .filter((place) => isGone(ones[place]) || isNew(others[place]))
        .map((place) => ({ label: `${label} ${place + 1}`, one: isGone(ones[place]) ? text(ones[place]) : "", other: isNew(others[place]) ? text(others[place]) : undefined }));
}

// [{label, text, now, isOverwritten}] beside what `state` says, without `now` where it is not there any more.
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
    for (const [table, { key, row }] of Object.entries(TABLES)) {
        const waiting = queue.filter(({ entries }) => entries[table]).at(-1)?.entries[table];
        const differing = waiting ? rowDifferences(row, waiting, state[key].rows, state[key].columns) : [];
        found.push(...differing.map(({ label, one, other }) => ({ label, text: one, now: other, isOverwritten: true })));
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

// [{label, was, now}] of what says otherwise in `after` than in `before`.
export function changes(before, after) {
    const [were, are] = [knownIn(before), knownIn(after)];
    const rows = Object.values(TABLES).flatMap(({ key, row }) => rowDifferences(row, before[key].rows, after[key].rows, after[key].columns));
    const fields = [...are].filter(([name, { text }]) => (were.get(name)?.text ?? "") !== text);
    return [...fields.map(([name, { label, text }]) => ({ label, was: were.get(name)?.text ?? "", now: text })), ...rows.map(({ label, one, other }) => ({ label, was: one, now: other }))];
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
            make("ul", {}, ...items.map(({ label, text, now }) => make("li", {}, make("span", {}, label), said(text), now === undefined ? null : make("span", { class: "review-earlier-now" }, "now ", said(now))))),
            make("p", { class: "review-earlier-all" }, this.#button(isDecided ? "Decide again with these" : "Go on with these", this.use), this.#button("Discard them", () => this.store.abandon())),
        );
    }

    #button(label, click) {
        return make("button", { type: "button", on: { click } }, label);
    }
}
