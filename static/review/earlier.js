// What was corrected before the document was read again: offered once more, until somebody decides.
import { make } from "./dom.js";
import { inverse } from "./store.js";

// The entries that bring `items` of `state.overwritten` back.
function entriesOf(items, state) {
    const entries = {};
    for (const { field, row, text, page, box } of items) {
        const entry = { text, page, box };
        if (row === null) (entries.fields ??= {})[field] = field === "document_type" ? { text } : entry;
        else {
            entries.line_items ??= inverse(state, { line_items: [] }).line_items;
            entries.line_items[row][field] = entry;
        }
    }
    return entries;
}

export class Earlier {
    constructor(root, { store, announce }) {
        Object.assign(this, { root, store, announce });
        this.key = `review-earlier:${store.state.task.id}`;
    }

    render(state, readOnly) {
        const whole = state.lines.total === state.lines.rows.length; // of a longer table only a part is here
        const items = state.overwritten.filter(({ row }) => row === null || whole);
        this.root.hidden = readOnly || !items.length || localStorage.getItem(this.key) === "kept";
        if (this.root.hidden) return;
        this.root.replaceChildren(
            make("p", {}, make("strong", {}, "Read again since it was corrected."), " These values were corrected before, and are read otherwise now:"),
            make("ul", {}, ...items.map((item) => this.#item(item))),
            make("p", { class: "review-earlier-all" }, this.#button("Take all again", "review-primary", () => this.take(items)), this.#button("Keep what is read now", "", () => this.keep())),
        );
    }

    #item(item) {
        const said = (text) => make("bdi", { class: "review-earlier-value" }, text || "empty");
        const button = this.#button("Take", "", () => this.take([item]));
        button.setAttribute("aria-label", `Take ${item.label} again: ${item.text || "empty"}`);
        return make("li", { title: `Corrected by ${item.by}` }, make("span", {}, item.label), said(item.text), make("span", { class: "review-earlier-now" }, "now ", said(item.now)), button);
    }

    #button(label, look, click) {
        return make("button", { type: "button", class: look || null, on: { click } }, label);
    }

    async take(items) {
        const label = items.length === 1 ? items[0].label : `${items.length} corrections`;
        await this.store.save(entriesOf(items, this.store.state), { label }).then(
            () => this.announce(`Taken again: ${label}`),
            () => undefined, // told beside the field
        );
    }

    keep() {
        localStorage.setItem(this.key, "kept");
        this.root.hidden = true;
        this.announce("Kept as it is read now.");
    }
}
