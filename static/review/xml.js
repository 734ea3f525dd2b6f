// XML of strangers as people read it: names in words, values beside them; or as it is written, with the numbers of lines.
//
// The browser parses it without running, fetching or expanding anything, and all of it becomes text here. Each value that
// was read names its place by a path (`rule`: "xpath:…", without namespaces, from the invoice or from one of its lines).
import { make } from "./dom.js";

const MOST = 6_000; // elements
const LONGEST = 400; // characters of a text; a picture inside an invoice has millions
const KEY = "review-xml";
const FORMS = [
    { name: "read", label: "Readable", sign: "article" },
    { name: "written", label: "XML", sign: "code" },
];

const plain = (text) => (text ?? "").split(/\s+/).join(" ").trim();
const words = (name) => {
    const spaced = name.replace(/([a-z\d])([A-Z])/g, "$1 $2").replace(/([A-Z]+)([A-Z][a-z])/g, "$1 $2");
    return spaced.split(" ").map((word, place) => (place && !/^[A-Z\d]+$/.test(word) ? word.toLowerCase() : word)).join(" ");
};
const short = (text) => (text.length > LONGEST ? `${text.slice(0, LONGEST)} … (${text.length.toLocaleString()} characters)` : text);
const ownText = (element) => plain([...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE).map((node) => node.data).join(" "));
const isNamespace = ({ name }) => name === "xmlns" || name.startsWith("xmlns:");
const day = (text) => (/^\d{8}$/.test(text) ? text.replace(/(\d{4})(\d\d)(\d\d)/, "$1-$2-$3") : text);

// The same tree without namespaces, for paths; `written` knows the element that each one was.
function bare(element, into, written) {
    const made = into.ownerDocument ? into.ownerDocument.createElementNS(null, element.localName) : into.createElementNS(null, element.localName);
    for (const attribute of element.attributes) if (!isNamespace(attribute)) made.setAttributeNS(null, attribute.localName, attribute.value);
    written.set(made, element);
    into.append(made);
    for (const node of element.childNodes) {
        if (node.nodeType === Node.ELEMENT_NODE) bare(node, made, written);
        else if (node.nodeType === Node.TEXT_NODE || node.nodeType === Node.CDATA_SECTION_NODE) made.append(node.data);
    }
    return made;
}

export class XmlView {
    // Null for what is no XML, or more than a page can show.
    static of(text) {
        const parsed = new DOMParser().parseFromString(text.trimStart(), "application/xml");
        const isWrong = parsed.querySelector("parsererror") || parsed.doctype;
        return isWrong || parsed.getElementsByTagName("*").length > MOST ? null : new XmlView(parsed.documentElement);
    }

    constructor(root) {
        this.written = new Map();
        this.tree = document.implementation.createDocument(null, null);
        this.root = bare(root, this.tree, this.written);
        this.fields = [];
        this.element = make("div", { class: "source", tabindex: "0", role: "region", "aria-label": "Content of the file" });
        this.bar = make("div", { class: "review-tools", role: "toolbar", "aria-label": "View of the document" });
        for (const { name, label, sign } of FORMS) {
            const icon = make("span", { class: "material-symbols-outlined", "aria-hidden": "true" }, sign);
            this.bar.append(make("button", { type: "button", "data-form": name, on: { click: () => this.show(name) } }, icon, label));
        }
        this.show(FORMS.some(({ name }) => name === localStorage.getItem(KEY)) ? localStorage.getItem(KEY) : "read");
    }

    show(form) {
        const lit = [...this.element.querySelectorAll(".source-lit, .source-row")].flatMap((node) => [...this.nodes].filter(([, shown]) => shown === node).map(([element]) => [element, [...node.classList].filter((name) => name === "source-lit" || name === "source-row")]));
        localStorage.setItem(KEY, form);
        this.nodes = new Map(); // element of the bare tree → what shows it
        for (const button of this.bar.children) button.setAttribute("aria-pressed", String(button.dataset.form === form));
        this.element.dataset.form = form;
        this.element.replaceChildren(...(form === "read" ? this.#read(this.root) : this.#lines(this.root, 0)));
        this.#name();
        for (const [element, classes] of lit) this.nodes.get(element)?.classList.add(...classes);
        this.element.querySelector(".source-lit, .source-row")?.scrollIntoView({ block: "nearest" });
    }

    // --- For people ---
    // An element with a single one in it is shown as one: a date is no more than its date.
    #read(element, number = "") {
        let inner = element;
        while (inner.children.length === 1 && !ownText(inner)) inner = inner.children[0];
        const label = `${words(element.localName)}${number}`;
        const shown = inner.children.length ? this.#group(inner, label) : this.#leaf(inner, label);
        for (let each = inner; each !== element.parentNode; each = each.parentNode) if (shown) this.nodes.set(each, shown);
        return shown ? [shown] : [];
    }

    #group(element, label) {
        const children = [...element.children];
        const alike = Map.groupBy ? Map.groupBy(children, (child) => child.localName) : new Map();
        const numberOf = (child) => (alike.get(child.localName)?.length > 1 ? ` ${alike.get(child.localName).indexOf(child) + 1}` : "");
        const parts = children.flatMap((child) => this.#read(child, numberOf(child)));
        return parts.length ? make("section", { class: "source-group" }, make("h3", {}, label), ...parts) : null;
    }

    #leaf(element, label) {
        const text = day(ownText(element));
        const notes = [...element.attributes].filter(({ name }) => name !== "format").map(({ value }) => value).join(" ");
        if (!text && !notes) return null;
        return make("p", { class: "source-leaf" }, make("span", { class: "source-label" }, label), make("span", {}, this.#value(text), notes ? make("small", {}, ` ${short(notes)}`) : null));
    }

    #value(text) {
        return text ? make("bdi", { class: "source-value", "data-cell": text.length > LONGEST ? text.slice(0, LONGEST) : text }, short(text)) : "";
    }

    // --- As it is written ---
    #lines(element, depth) {
        const { nodeName, attributes } = this.written.get(element);
        const said = [...attributes].flatMap(({ name, value }) => [" ", make("span", { class: "source-attribute" }, name), make("span", { class: "source-sign" }, '="'), make("span", { class: "source-text" }, short(value)), make("span", { class: "source-sign" }, '"')]);
        const tag = (start, end, ...inside) => [make("span", { class: "source-sign" }, start), make("span", { class: "source-name" }, nodeName), ...inside, make("span", { class: "source-sign" }, end)];
        const line = (...parts) => {
            const made = make("div", { class: "source-line" }, ...parts);
            made.style.setProperty("--depth", depth);
            return made;
        };
        const text = ownText(element);
        const children = [...element.children];
        const first = line(...(children.length || text ? tag("<", ">", ...said) : tag("<", "/>", ...said)));
        this.nodes.set(element, first);
        if (!children.length) {
            if (text) first.append(this.#value(text), ...tag("</", ">"));
            return [first];
        }
        if (text) first.append(this.#value(text));
        return [first, ...children.flatMap((child) => this.#lines(child, depth + 1)), line(...tag("</", ">"))];
    }

    // --- Places ---
    setFields(fields) {
        this.fields = fields;
        this.#name();
    }

    // Each value that is a field says which, so that a click finds it.
    #name() {
        for (const { name, label, level, ...field } of this.fields) {
            for (const node of this.placesOf(field).cells) {
                const value = node.querySelector(".source-value");
                if (!value || value.dataset.name) continue;
                Object.assign(value.dataset, { name, level });
                value.title = label;
            }
        }
    }

    placesOf(field) {
        const starts = [this.root, ...this.root.children];
        const found = field?.rule ? starts.map((start) => this.#found(field.rule, start)).find((elements) => elements.length) ?? [] : [];
        const exact = found.filter((element) => plain(ownText(element)) === plain(field.raw));
        return { cells: this.#shown(exact.length ? exact.slice(0, 1) : found) };
    }

    // The line says the same of all that was read there; where several do, it is the one in its place.
    placesOfLine(cells, place, name) {
        const read = Object.values(cells).filter(({ rule, raw }) => rule && raw);
        if (!read.length) return {};
        const path = pathOf(read[0].rule);
        const lines = this.#evaluated(`.//*[${path}]`, this.root);
        const says = (line) => read.filter(({ rule, raw }) => this.#found(rule, line).some((element) => plain(ownText(element)) === plain(raw))).length;
        const line = lines[place] && says(lines[place]) === read.length ? lines[place] : lines.map((each) => ({ each, share: says(each) })).sort((one, other) => other.share - one.share)[0]?.each;
        if (!line) return {};
        return { row: this.nodes.get(line), cells: cells[name]?.rule ? this.#shown(this.#found(cells[name].rule, line)) : [] };
    }

    #shown = (elements) => [...new Set(elements.map((element) => this.nodes.get(element)).filter(Boolean))];

    // A path that puts texts together leads to all of their places.
    #found(rule, start) {
        const path = pathOf(rule);
        const found = this.#evaluated(path, start);
        return found.length ? found : (path.match(/[A-Za-z]+(?:\/[A-Za-z]+)+/g) ?? []).flatMap((part) => this.#evaluated(part, start));
    }

    #evaluated(path, start) {
        try {
            const found = this.tree.evaluate(path, start, null, XPathResult.ORDERED_NODE_SNAPSHOT_TYPE);
            return Array.from({ length: found.snapshotLength }, (_, place) => found.snapshotItem(place)).map((node) => node.ownerElement ?? node);
        } catch {
            return []; // no path, or one to a text
        }
    }
}

const pathOf = (rule) => rule.replace(/^xpath:/, "");
