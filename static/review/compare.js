// Two sides beside each other, differences marked: the XML of an e-invoice and its page; a document and its duplicate.
import { hidden, icon, make } from "./dom.js";

const STATES = { differs: ["error", "Differs"], same: ["check_circle", "The same"], unchecked: ["remove", "Not on the page, or not read there"] };

// --- XML against page ------------------------------------------------------------------------------------------------
export function compareXml({ rows }, shared) {
    if (!rows.length) return [shared.empty("This is no e-invoice: there is no XML to compare the page with.")];
    const differing = rows.filter((row) => row.state === "differs").length;
    const said = differing ? `${differing} ${differing === 1 ? "field differs" : "fields differ"} between XML and page.` : "The page says nothing else than the XML.";
    const heads = ["Field", "XML", "Page", ""].map((text) => make("th", { scope: "col" }, text || hidden("Agreement")));
    const body = rows.map((row) => {
        const [sign, meaning] = STATES[row.state];
        return make("tr", { "data-state": row.state },
            make("th", { scope: "row" }, row.label),
            make("td", {}, side(row, row.xml, null, "XML", shared)),
            make("td", {}, side(row, row.page_says, row.box && { page: row.page, box: row.box }, "page", shared)),
            make("td", { title: meaning }, icon(sign), hidden(meaning)),
        );
    });
    return [
        make("p", { class: "panels-said", "data-state": differing ? "bad" : "good" }, icon(differing ? "error" : "check_circle"), said),
        make("div", { class: "panels-scroll", tabindex: "0", role: "region", "aria-label": "XML and page" }, make("table", { class: "panels-table" }, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body))),
    ];
}

// What one side says of a field; where they differ it can be chosen, and what was chosen is marked.
function side(row, text, place, name, { focusBox, save, announce, readOnly }) {
    const value = make("bdi", {}, text || "—");
    if (row.state !== "differs") return value;
    const show = place ? make("button", { type: "button", on: { click: () => focusBox(place.page, place.box) } }, `page ${place.page}`) : null;
    if (row.chosen === text) return make("span", {}, value, make("strong", {}, " chosen"), show && " ", show);
    if (readOnly?.()) return make("span", {}, value, show && " ", show);
    const take = () =>
        save({ fields: { [row.name]: { text, ...(place ?? {}) } } }, { label: row.label }).catch((error) => announce(error.message));
    return make("span", {}, value, " ", make("button", { type: "button", "aria-label": `Take ${row.label} of the ${name}`, on: { click: take } }, "Take"), show && " ", show);
}

// --- Duplicates ------------------------------------------------------------------------------------------------------
export function compareDuplicates({ own, others }, shared) {
    if (!others.length) return [shared.empty("No earlier document is suspected to be the same.")];
    return others.map((other) => {
        const differing = other.rows.filter((row) => row.differs).length;
        const link = make("a", { href: other.url, target: "_blank", rel: "noopener" }, make("bdi", {}, other.filename));
        const head = make("header", {}, make("h3", {}, link), make("p", { class: "panels-note" }, `${other.kind} · ${other.status} · arrived `, shared.time(other.arrived)), make("p", {}, make("bdi", {}, other.why)));
        return make("article", { class: "panels-card" }, head, fieldsOf(other, differing), picturesOf(own, other));
    });
}

function fieldsOf(other, differing) {
    const table = make("table", { class: "panels-table" });
    const rows = other.rows.map((row) =>
        make("tr", { "data-state": row.differs ? "differs" : "same" },
            make("th", { scope: "row" }, row.label),
            make("td", {}, make("bdi", {}, row.own || "—")),
            make("td", {}, make("bdi", {}, row.other || "—")),
            make("td", {}, row.differs ? icon("error") : null, hidden(row.differs ? "differs" : "the same")),
        ),
    );
    const heads = ["Field", "This document", "The earlier one", ""].map((text) => make("th", { scope: "col" }, text || hidden("Agreement")));
    table.append(make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows));
    const all = make("input", { type: "checkbox" });
    const show = () => rows.forEach((row) => (row.hidden = !all.checked && row.dataset.state === "same"));
    all.addEventListener("change", show);
    show();
    const said = make("p", { class: "panels-said", "data-state": differing ? "bad" : "none" }, `${differing} of ${rows.length} fields differ`, make("label", {}, all, " Show all"));
    const frame = make("div", { class: "panels-scroll", tabindex: "0", role: "region", "aria-label": "Fields of both" }, table);
    return make("div", {}, said, frame);
}

// Both pages, turned together.
function picturesOf(own, other) {
    const most = Math.max(own.pictures.length, other.pictures.length);
    if (!most) return make("p", { class: "panels-empty" }, "Neither has pictures of its pages.");
    let page = 0;
    const sides = [["This document", own], ["The earlier one", other]].map(([label, { pictures, filename }]) => {
        const image = make("img", { loading: "lazy", decoding: "async" });
        const none = make("p", { class: "panels-empty" }, "No such page");
        image.addEventListener("error", () => ((image.hidden = true), (none.hidden = false)));
        return { label, pictures, image, none, filename };
    });
    const counter = make("span", { "aria-live": "polite" });
    const buttons = [[-1, "Earlier page", "chevron_left"], [1, "Later page", "chevron_right"]].map(([step, label, sign]) =>
        make("button", { type: "button", title: label, on: { click: () => turn(page + step) } }, icon(sign), hidden(label)),
    );
    const turn = (to) => {
        page = Math.max(0, Math.min(to, most - 1));
        counter.textContent = `Page ${page + 1} of ${most}`;
        buttons[0].disabled = page === 0;
        buttons[1].disabled = page === most - 1;
        for (const { label, pictures, image, none, filename } of sides) {
            image.hidden = !pictures[page];
            none.hidden = Boolean(pictures[page]);
            image.alt = `${label}, page ${page + 1}: ${filename}`;
            if (pictures[page]) image.src = pictures[page];
        }
    };
    turn(0);
    const figures = sides.map(({ label, image, none }) => make("figure", {}, make("figcaption", {}, label), image, none));
    const pager = make("div", { class: "panels-pager" }, buttons[0], counter, buttons[1]);
    return make("div", { class: "panels-pictures" }, most > 1 ? pager : null, make("div", { class: "panels-sides" }, ...figures));
}
