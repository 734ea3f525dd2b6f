// A file without pages, shown beside the fields: the rows of a table, or the text itself. What one clicks goes into the
// field or cell at hand, and a row of the lines is marked where it stands. XML has more to show; see xml.js.
import { textOf } from "./boxes.js";
import { XmlView } from "./xml.js";

const textIn = (cell) => cell.dataset.cell || cell.textContent;
const edgesOf = (element) => {
    const { left, top, right, bottom } = element.getBoundingClientRect();
    return [left, top, right, bottom];
};
const plain = (text) => (text ?? "").split(/\s+/).join(" ").trim();

// `handlers`: picked(text, page, box, append), chosen(name), canPick(), isInCell(); as those of the pages.
export class Source {
    constructor(root, handlers) {
        Object.assign(this, { root, handlers, fields: new Map() });
        this.rows = [...root.querySelectorAll("tr")].map((element) => ({ element, texts: [...element.cells].map((cell) => plain(cell.textContent)) }));
        root.addEventListener("mousedown", (event) => event.target.closest("[data-cell]") && handlers.isInCell() && event.preventDefault());
        root.addEventListener("click", (event) => this.#clicked(event));
    }

    // Of XML: in a form that people read; where it cannot be shown so, its text stays.
    async read(url) {
        const answer = await fetch(url, { credentials: "same-origin" });
        const xml = answer.ok && XmlView.of(await answer.text());
        if (!xml) return;
        this.xml = xml;
        this.root.replaceChildren(xml.bar, xml.element);
        this.setFields([...this.fields.values()]);
        this.#light();
    }

    // What is selected with the pointer is no value that was picked.
    #clicked(event) {
        const cell = event.target.closest("[data-cell]");
        if (!cell || !getSelection().isCollapsed) return;
        const { name } = cell.dataset;
        if (name && (event.ctrlKey || event.metaKey || !this.handlers.canPick())) return this.handlers.chosen(name);
        this.#take([cell], textIn(cell), event.shiftKey);
    }

    #take(cells, text, append) {
        this.handlers.picked(text, null, null, append);
        if (!this.handlers.canPick()) return;
        this.lit = () => ({ cells });
        this.#light();
    }

    // --- For the word cursor: one page, whose words are the cells, where they are in the window ---
    current = 1;
    has = (number) => number === 1;
    seen = (number, word) => word.slice(1, 5);

    get scroller() {
        return this.root.querySelector(".source, .review-rows");
    }

    get active() {
        const lit = this.root.querySelector(".source-lit");
        return lit && { page: 1, box: edgesOf(lit) };
    }

    async words() {
        return [...this.root.querySelectorAll("[data-cell]")].map((cell) => [textIn(cell), ...edgesOf(cell), cell]).filter(([text]) => text);
    }

    take(number, words, append) {
        this.#take(words.map((word) => word[5]), textOf(words), append);
    }

    setFields(fields) {
        for (const field of fields) if (field.rule || !this.fields.get(field.name)?.rule) this.fields.set(field.name, field);
        this.xml?.setFields([...this.fields.values()]);
    }

    // Where the value of a field stands. (The page and box of other documents are never known here.)
    focusBox(page, box, name = null) {
        this.lit = () => (this.xml ? this.xml.placesOf(this.fields.get(name)) : this.#cellsOf(name));
        this.#light();
    }

    // Where a row of the lines stands, and the cell `name` in it.
    focusLine({ cells }, place, name) {
        this.lit = () => (this.xml ? this.xml.placesOfLine(cells, place, name) : this.#rowOf(cells, name));
        this.#light();
    }

    #light() {
        for (const element of this.root.querySelectorAll(".source-lit, .source-row")) element.classList.remove("source-lit", "source-row");
        const { row, cells = [] } = this.lit?.() ?? {};
        row?.classList.add("source-row");
        for (const cell of cells) cell.classList.add("source-lit");
        (cells[0] ?? row)?.scrollIntoView({ block: "nearest" });
    }

    #cellsOf(name) {
        const raw = plain(this.fields.get(name)?.raw);
        const found = raw && [...this.root.querySelectorAll("td")].find((cell) => plain(cell.textContent) === raw);
        return { cells: found ? [found] : [] };
    }

    // The row that says most of what was read in the line.
    #rowOf(cells, name) {
        const raws = Object.values(cells).map(({ raw }) => plain(raw)).filter(Boolean);
        const shares = this.rows.map(({ texts }) => raws.filter((raw) => texts.includes(raw)).length);
        const most = Math.max(0, ...shares);
        if (!most || most < raws.length / 2) return {};
        const row = this.rows[shares.indexOf(most)].element;
        const raw = plain(cells[name]?.raw);
        return { row, cells: [...row.cells].filter((cell) => raw && plain(cell.textContent) === raw).slice(0, 1) };
    }
}
