// What stands beside the fields: e-invoice against page, duplicates, the vendor, the history. Each is fetched when it is
// opened, and again when the document has changed.
import { compareDuplicates, compareXml } from "./compare.js";
import { choose } from "./dialogs.js";
import { icon, make } from "./dom.js";
import { ask } from "./store.js";

const DAY = { year: "numeric", month: "short", day: "numeric" };
const MINUTE = { ...DAY, hour: "2-digit", minute: "2-digit" };
const time = (iso, how = MINUTE) => make("time", { datetime: iso }, new Date(iso).toLocaleString(document.documentElement.lang || undefined, how));
const empty = (text) => make("p", { class: "panels-empty" }, text);
const many = (number, one) => `${number} ${one}${number === 1 ? "" : "s"}`;

const TABS = [
    { name: "xml", label: "XML and page", sign: "compare_arrows", show: compareXml },
    { name: "duplicates", label: "Duplicates", sign: "file_copy", show: compareDuplicates },
    { name: "vendor", label: "Vendor", sign: "storefront", show: showVendor },
    { name: "history", label: "History", sign: "history", show: showHistory },
];

export function mountPanels(root, shared) {
    const body = make("div", { class: "panels-body", role: "tabpanel", id: "panels-body", tabindex: "0" });
    const bar = make("div", { class: "panels-tabs", role: "tablist", "aria-label": "More about the document" });
    let open = null;
    let shown = null; // of which state
    let asked = 0;

    const tabs = TABS.map((tab) => {
        const button = make("button", { type: "button", role: "tab", id: `panels-${tab.name}`, "aria-controls": "panels-body", "aria-selected": "false", tabindex: "-1" }, icon(tab.sign), make("span", {}, tab.label));
        button.addEventListener("click", () => select(tab));
        button.addEventListener("review:open", () => {
            select(tab);
            button.focus({ preventScroll: true });
            root.scrollIntoView();
        });
        return { ...tab, button };
    });

    function select(tab) {
        open = tab;
        for (const { name, button } of tabs) {
            button.setAttribute("aria-selected", String(name === tab.name));
            button.tabIndex = name === tab.name ? 0 : -1;
        }
        body.setAttribute("aria-labelledby", `panels-${tab.name}`);
        load();
    }

    const show = (answer) => body.replaceChildren(...open.show(answer, { ...shared, time, empty, redo: show, url: root.dataset.url }));

    async function load() {
        const turn = ++asked;
        shown = stampOf(shared.getState());
        body.setAttribute("aria-busy", "true");
        if (body.dataset.tab !== open.name) body.replaceChildren(empty("Loading …"));
        try {
            const answer = await ask(root.dataset.url.replace("NAME", open.name));
            if (turn !== asked) return;
            body.dataset.tab = open.name;
            show(answer);
        } catch (error) {
            if (turn !== asked) return;
            const again = make("button", { type: "button", on: { click: load } }, "Try again");
            delete body.dataset.tab;
            body.replaceChildren(empty(error.message || "There is no connection."), again);
        } finally {
            if (turn === asked) body.removeAttribute("aria-busy");
        }
    }

    bar.addEventListener("keydown", (event) => {
        const at = tabs.findIndex(({ button }) => button === document.activeElement);
        const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        const tab = tabs.at(to % tabs.length);
        tab.button.focus();
        select(tab);
    });

    bar.append(...tabs.map(({ button }) => button));
    root.replaceChildren(bar, body);
    const first = tabs.find(({ name }) => name === telling(shared.getState()));
    first.button.tabIndex = 0;
    const seen = new IntersectionObserver((entries) => {
        if (!entries.some((entry) => entry.isIntersecting)) return;
        seen.disconnect();
        if (!open) select(first);
    });
    seen.observe(root);
    shared.onState(() => open && stampOf(shared.getState()) !== shown && load());
}

// Differs where something was changed, or accepted.
function stampOf({ version, groups }) {
    const accepted = groups.flatMap((group) => group.fields).filter((field) => field.accepted);
    return [version, ...accepted.map((field) => field.name)].join(" ");
}

// The panel that has most to tell of a document.
function telling(state) {
    if (state.issues.some((issue) => issue.code.includes("duplicate"))) return "duplicates";
    const fields = state.groups.flatMap((group) => group.fields);
    return fields.some((field) => field.source === "xml") ? "xml" : "vendor";
}

// --- Vendor ----------------------------------------------------------------------------------------------------------
function showVendor({ name, documents, learned, may_forget: mayForget, forget }, { redo, announce, time: when }) {
    const heading = make("h3", {}, make("bdi", {}, name || "No vendor was read"));
    return [heading, learnedOf(learned, mayForget, forget, redo, announce, when), earlierOf(documents, when)];
}

function learnedOf(learned, mayForget, forget, redo, announce, when) {
    if (!learned) return empty("Nothing was learned about this vendor. What you correct and approve is.");
    const state = learned.in_use ? "in use" : learned.replay && !learned.due ? "not used" : "to be tested";
    const said = make("p", { class: "panels-learned" }, icon("school"), make("span", {}, `Learned from ${many(learned.corrections, "correction")} on ${many(learned.documents, "document")}`), make("strong", { "data-state": state }, state));
    const tested = learned.replay ? make("p", { class: "panels-note" }, "Last test ", when(learned.tested), `: ${many(learned.replay.documents, "document")}, ${learned.replay.before} fields right before, ${learned.replay.after} after; worse: ${learned.replay.worse.join(", ") || "nothing"}.`) : null;
    const news = learned.due ? make("p", { class: "panels-note" }, "What was approved since is tested in a moment, and used if nothing gets worse.") : null;
    const facts = learned.fields.map((item) => {
        const how = [item.beside && `beside “${item.beside}”`, item.page && `page ${item.page < 0 ? `${-item.page} from the end` : item.page}`, item.value && `always ${item.value}`];
        return make("li", {}, make("strong", {}, item.label), ` ${how.filter(Boolean).join(", ") || "known"} · ${many(item.times, "time")}`);
    });
    const list = facts.length ? make("details", {}, make("summary", {}, `What is known: ${many(facts.length, "place")}`), make("ul", {}, ...facts)) : null;
    const revoke = mayForget ? make("button", { type: "button", class: "panels-danger", on: { click: () => revoked(learned.name, forget, redo, announce) } }, icon("delete"), "Forget what was learned") : null;
    return make("section", { class: "panels-card" }, said, tested, news, list, revoke);
}

async function revoked(name, forget, redo, announce) {
    const yes = await choose({
        title: "Forget what was learned?",
        text: [`Documents of ${name} are read as if nobody had ever corrected one. This cannot be undone.`],
        choices: [
            { value: false, label: "Keep it", primary: true },
            { value: true, label: "Forget", danger: true },
        ],
        cancelled: false,
    });
    if (!yes) return;
    try {
        redo(await ask(forget, {}));
        announce("Forgotten.");
    } catch (error) {
        announce(error.message || "There is no connection.");
    }
}

function earlierOf(documents, when) {
    if (!documents.length) return empty("There is no earlier document of this vendor.");
    const rows = documents.map((row) =>
        make("tr", {},
            make("td", {}, make("a", { href: row.url, target: "_blank", rel: "noopener" }, make("bdi", {}, row.number || row.filename))),
            make("td", {}, row.date || when(row.arrived, DAY)),
            make("td", { class: "panels-number" }, row.total || "—"),
            make("td", { class: "panels-code", "data-differs": row.iban_differs }, make("bdi", {}, row.iban || "—"), row.iban_differs ? make("strong", {}, " another account") : null),
            make("td", {}, row.status),
        ),
    );
    const heads = ["Number", "Date", "Total", "IBAN", "Status"].map((text) => make("th", { scope: "col" }, text));
    return make("div", { class: "panels-scroll", tabindex: "0", role: "region", "aria-label": "Earlier documents" }, make("table", { class: "panels-table" }, make("caption", {}, "Earlier documents"), make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...rows)));
}

// --- History ---------------------------------------------------------------------------------------------------------
function showHistory({ rows, seconds }, { focusBox, time: when }) {
    if (!rows.length) return [empty("Nothing has happened yet.")];
    const items = rows.map((row) => {
        const what = make("p", { class: "panels-what" }, make("strong", {}, row.what));
        if (row.change) {
            what.append(" ", make("del", {}, row.before ?? "empty"), " → ", make("ins", {}, row.after ?? "empty"));
            if (row.box) what.append(" ", make("button", { type: "button", on: { click: () => focusBox(row.page, row.box) } }, `page ${row.page}`));
        } else if (row.said) what.append(` · ${row.said}`);
        const spent = row.seconds ? ` · ${row.seconds} s` : "";
        return make("li", {}, what, make("p", { class: "panels-note" }, when(row.when), " · ", make("bdi", {}, row.who), spent));
    });
    return [make("p", { class: "panels-note" }, `${many(rows.length, "entry").replace("entrys", "entries")}, ${seconds} seconds of work.`), make("ol", { class: "panels-history" }, ...items)];
}
