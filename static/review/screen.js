// Puts the screen together: the store, the page, the fields, the keys, and the decisions.
import { choose, pick, write } from "./dialogs.js";
import { make } from "./dom.js";
import { Earlier } from "./earlier.js";
import { Fields, KIND } from "./fields.js";
import { guard, listen } from "./keys.js";
import { Pages } from "./page.js";
import { count } from "./session.js";
import { splitter } from "./split.js";
import { Source } from "./source.js";
import { ask, Offline, Refused, Store } from "./store.js";
import { troubles } from "./troubles.js";
import { counted, Unsaved, unsaved } from "./unsaved.js";
import { WordCursor } from "./words.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const at = (id) => document.getElementById(id);
const options = read("review-options");
const outline = read("review-outline");
const DECIDED = new Set(["approved", "rejected"]);
const MOST_TOLD = 6;
const OTHER = "other";
const LONGEST_PAUSE = 3650; // days
const REASONS = ["Not addressed to us", "A duplicate", "Not legible", "Not an invoice"];

let looking = !options.may_review;
let announced;
const announce = (text) => {
    at("live").textContent = "";
    clearTimeout(announced);
    announced = setTimeout(() => (at("live").textContent = text), 50); // said again when it is the same sentence
};
const queueUrl = () => options.urls.queue + location.search;
const leave = () => {
    store.giveBack();
    location.assign(queueUrl());
};
const onlyLook = () => {
    looking = true;
    render();
    return "stop";
};
const trouble = troubles({ getStore: () => store, options, outline, announce, leave, readOnly: onlyLook });
const store = new Store({ state: read("review-state"), options, documentId: outline.document.id, trouble });
const fields = new Fields(at("fields"), { store, announce });
const handlers = {
    picked: (text, page, box, append) => takenByCell(text, page, box) || fields.pick(text, page, box, append),
    chosen: (name) => fields.activate(name, { edit: true }),
    canPick: () => (focusedCell() || fields.active !== null) && !readOnly(),
    isInCell: () => Boolean(focusedCell()),
};
const source = outline.pages.length ? null : new Source(at("document"), handlers);
const pages = new Pages(at("document"), outline, options, ask, handlers);
fields.page = source ?? pages;
const cursor = new WordCursor(fields.page, {
    whyNot: () => (readOnly() ? "Nothing can be changed here." : handlers.canPick() ? "" : "Choose a field first."),
    back: (from) => (from?.closest("#fields, [data-picks]") ? from.focus({ preventScroll: true }) : fields.activate(fields.active)),
    announce,
});
pages.cursor = cursor;
// Where else there is something to see; the tables and panels come later, see below.
const places = {
    lines: () => (at("lines").querySelector("tbody [tabindex='0']") ?? at("lines").querySelector("button"))?.focus(),
    panel: (name) => at(`panels-${name}`)?.dispatchEvent(new CustomEvent("review:open")),
};
fields.places = places;
const earlier = new Earlier(at("earlier"), { store, announce });
const kept = new Unsaved(at("unsaved"), { store, use: () => (DECIDED.has(store.state.task.state) ? reopen() : location.reload()) });

// A cell of the tables takes what is picked while it has the focus; see grid.js.
function focusedCell() {
    return document.activeElement?.closest("[data-picks]") ? document.activeElement : null;
}

function takenByCell(text, page, box) {
    const pick = new CustomEvent("review:pick", { bubbles: true, cancelable: true, detail: { text, page, box } });
    return focusedCell()?.dispatchEvent(pick) === false;
}

function readOnly() {
    return looking || DECIDED.has(store.state.task.state);
}

// --- What is shown of the state ---
function render() {
    const { state } = store;
    fields.render(state, readOnly());
    earlier.render(state, readOnly());
    kept.render(state, readOnly(), DECIDED.has(state.task.state));
    const shown = state.groups.flatMap((group) => group.fields).filter((field) => field.page && field.box);
    source?.setFields(state.groups.flatMap((group) => group.fields));
    pages.setBoxes(shown.map(({ name, label, page, box, level }) => ({ name, label, page, box, level })));
    const said = at("state-of-task");
    said.textContent = looking && !DECIDED.has(state.task.state) ? "Only looking" : state.task.state_label;
    said.dataset.state = state.task.state;
    said.title = state.task.reject_reason || state.task.reviewer;
    at("kind").value = state.kind.value;
    at("kind").disabled = readOnly();
    at("kind").toggleAttribute("data-doubtful", !readOnly() && fields.unsettled().some(({ name }) => name === KIND));
    progress();
    for (const button of at("actions").querySelectorAll("[data-act]")) {
        const { act } = button.dataset;
        if (act === "reopen") button.hidden = looking || !DECIDED.has(state.task.state);
        else if (act !== "help") button.hidden = readOnly();
    }
    undoable();
    tellSaved();
}

function progress() {
    const left = fields.unsettled().length;
    at("progress").textContent = readOnly() ? "" : left ? `${left} to look at` : "Nothing doubtful left";
    at("progress").dataset.left = String(left);
}

function undoable() {
    document.querySelector("[data-act=undo]").disabled = !store.done.length;
    document.querySelector("[data-act=redo]").disabled = !store.undone.length;
}

// Nothing is called saved while something that was typed is not.
let outcome = ""; // of what was sent last
function tellSaved(said = outcome) {
    outcome = said;
    const left = store.queue.length || readOnly() ? "" : counted(store.drafts);
    at("saved").textContent = left ? `Not saved: ${left}` : outcome;
    at("saved").toggleAttribute("data-left", Boolean(left));
    return left;
}

function banner(text, level = "warning") {
    at("banner").hidden = !text;
    at("banner").textContent = text || "";
    at("banner").dataset.level = level;
}

// --- What is done ---
const editors = [fields]; // and the tables, see lines.js: {commit(), wrong, showWrong(), refuse(edit, error, isResumed)}
async function settled() {
    await Promise.all(editors.map((editor) => editor.commit()));
    while (store.queue.length && !store.isOffline && !store.lost) {
        await new Promise((resolve) => setTimeout(resolve, 30));
    }
    return !store.queue.length;
}

const DOING = { approve: "Approving", reject: "Rejecting", postpone: "Putting it off", reopen: "Deciding again" };
function offline(verb) {
    const text = `No connection. ${DOING[verb]} has to wait until it is back; what you changed is kept in this browser.`;
    banner(text);
    announce(text);
}

const unsettled = (verb) => (store.isOffline ? offline(verb) : announce("Not everything is saved yet."));

// Whether it was done; what the server refuses is asked about, and tried once more where that is chosen. What was
// changed meanwhile is looked at first.
async function act(verb, body) {
    const seen = store.state.version;
    for (;;) {
        const seconds = verb === "reopen" ? 0 : store.clock.take();
        try {
            store.replace(await store.decide(verb, { seconds, ...body }));
            return true;
        } catch (error) {
            store.clock.putBack(seconds);
            if (error instanceof Offline) {
                offline(verb);
                return false;
            }
            if (error.code === "task_not_held" && (await store.reheld())) continue;
            if ((await trouble(error, { edit: null, queue: [] })) !== "again" || store.state.version !== seen) return false;
        }
    }
}

function next() {
    store.holder = null; // it is not ours any more: nothing to give back
    if (DECIDED.has(store.state.task.state)) store.forget();
    const form = at("next");
    form.action = options.urls.next + location.search;
    form.submit();
}

let deciding = false;
const once = (action) => async () => {
    if (deciding || readOnly()) return;
    deciding = true;
    try {
        await action();
    } finally {
        deciding = false;
    }
};

const approve = once(async () => {
    const { conflicts } = store;
    if (!(await settled())) return unsettled("approve");
    if (store.conflicts !== conflicts) return announce("Look at what was changed, then approve.");
    const wrong = editors.find((editor) => editor.wrong);
    if (wrong) {
        wrong.showWrong();
        return announce("A value is not understood yet.");
    }
    const left = fields.unsettled();
    if (left.length && !(await sure(left))) return lookAt(left[0]);
    if (!(await act("approve", { version: store.state.version }))) return;
    count("approved", store.changes, store.clock.seconds);
    next();
});

function lookAt({ name }) {
    if (name === KIND) at("kind").focus();
    else if (name) fields.activate(name);
    else fields.top.scrollIntoView();
}

function sure(left) {
    const list = make("dl", { class: "review-differences" });
    for (const { name, label, text, message } of left.slice(0, MOST_TOLD)) {
        const value = name && make("bdi", {}, text || "empty");
        list.append(make("dt", {}, label || "Document", value && ": ", value), make("dd", {}, message));
    }
    const more = left.length - MOST_TOLD;
    return choose({
        title: left.length === 1 ? "One thing is still open" : `${left.length} things are still open`,
        text: [list, ...(more > 0 ? [`and ${more} more`] : [])],
        choices: [
            { value: false, label: left.length === 1 ? "Look at it" : "Look at them", primary: true },
            { value: true, label: "Approve anyway", keys: "Ctrl ⏎", danger: true },
        ],
        cancelled: false,
        hurried: true,
    });
}

const reject = once(async () => {
    const reason = await write({ title: "Reject this document", label: "Why is it not to be used?", button: "Reject", suggestions: REASONS });
    if (reason && (await act("reject", { reason }))) {
        count("rejected", store.changes, store.clock.seconds);
        next();
    }
});

const morning = (days) => {
    const day = new Date();
    day.setDate(day.getDate() + days);
    day.setHours(8, 0, 0, 0);
    return day;
};
const postpone = once(async () => {
    const monday = ((8 - new Date().getDay()) % 7) || 7;
    const chosen = await choose({
        title: "Show it again",
        choices: [
            { value: new Date(Date.now() + 3_600_000), label: "In an hour", primary: true },
            { value: morning(1), label: "Tomorrow at 8" },
            { value: morning(monday), label: "On Monday at 8" },
            { value: OTHER, label: "At another time…" },
        ],
    });
    const until = chosen === OTHER ? await pick({ title: "Show it again", label: "Date and time", button: "Put off", latest: morning(LONGEST_PAUSE) }) : chosen;
    if (!until) return;
    if (!(await settled())) return unsettled("postpone");
    if (await act("postpone", { until: until.toISOString() })) {
        count("postponed", store.changes, store.clock.seconds);
        next();
    }
});

const actions = {
    accept: () => {
        if (readOnly()) return fields.next();
        const more = fields.accept();
        progress();
        if (!more) finished();
    },
    next: () => fields.next() || finished(),
    previous: () => fields.next(-1) || finished(),
    edit: () => (fields.row ? fields.activate(fields.active, { edit: true }) : fields.next()),
    choose: (place) => fields.choose(place),
    all: () => {
        fields.setAll(!fields.all);
        announce(fields.all ? "All fields are gone through." : "Only doubtful fields are gone through.");
        at("all").checked = fields.all;
    },
    escape: (editing) => {
        const row = fields.row;
        if (editing && row && editing === row.input) {
            if (row.isDirty) return row.revert();
            return row.element.focus({ preventScroll: true });
        }
        if (document.activeElement?.closest("#lines, #panels")) return fields.row ? fields.activate(fields.active) : fields.next();
        if (editing) return editing.blur();
        fields.leave();
        document.activeElement?.blur();
    },
    typing: () => Boolean(fields.row?.isDirty && document.activeElement === fields.row.input && fields.row.pending === undefined),
    undo: () => store.undo(),
    redo: () => store.redo(),
    approve,
    postpone,
    reject,
    queue: () => leave(),
    words: () => cursor.start(),
    lines: places.lines,
    panel: places.panel,
    document: () => {
        const inside = at("document").contains(document.activeElement);
        if (inside) fields.row ? fields.activate(fields.active) : fields.next();
        else (pages.count ? pages.scroller : at("document").querySelector("[tabindex]"))?.focus();
    },
    view: pages,
};

function finished() {
    const [left] = fields.unsettled().filter(({ name }) => name === null || name !== fields.active); // that one was just seen
    if (left && !readOnly()) {
        announce(left.message);
        return lookAt(left);
    }
    announce("Nothing doubtful is left. Control and Enter approves.");
    if (!readOnly()) document.querySelector("[data-act=approve]").focus();
}

async function reopen() {
    if (!(await act("reopen", {}))) return;
    store.holder = null;
    if (await hold()) await resume();
}

// --- From the start ---
// Whether the task is ours now. `given`: the holder of who was sent here by "next document".
async function hold(given) {
    while (!store.holder && !looking) {
        try {
            store.replace(await store.claim({ given }));
        } catch (error) {
            if (!(error instanceof Refused) || (await trouble(error, { edit: null, queue: store.queue })) === "stop") onlyLook();
        }
    }
    if (!looking) store.hold();
    return !looking;
}

// What was not sent before a reload: sent now, unless the document is another one by now.
let isResumed = false;
async function resume() {
    store.dropArrived();
    const isOther = store.queue.length && store.queue[0].version !== store.state.version;
    const isTypedOver = unsaved({ queue: [], drafts: store.drafts }, store.state).some(({ isOverwritten }) => isOverwritten);
    isResumed = true; // the tables tell anew what is typed in them
    if (isOther || isTypedOver) {
        const choice = await trouble(new Refused(409, { code: "version_conflict" }), { edit: null, queue: store.queue });
        if (choice === "drop") return store.abandon();
    }
    store.send();
}

function wire() {
    const { choices } = store.state.kind;
    at("kind").append(...choices.map(({ value, label }) => make("option", { value }, label)));
    at("kind").addEventListener("change", () =>
        store.save({ fields: { document_type: { text: at("kind").value } } }, { label: "Kind of document" }).catch(() => render()),
    );
    const help = listen(actions);
    const buttons = { ...actions, help, reopen };
    at("actions").addEventListener("click", (event) => buttons[event.target.closest("[data-act]")?.dataset.act]?.());
    at("all").checked = fields.all;
    at("all").addEventListener("change", () => fields.setAll(at("all").checked));
    document.querySelector("[data-queue]").href = queueUrl();
    splitter(at("split"));
    window.addEventListener("pagehide", () => store.giveBack());
    window.addEventListener("pageshow", (event) => event.persisted && location.reload());
    window.addEventListener("online", () => {
        if (!store.queue.length) banner("");
        store.send();
    });

    const on = (name, handler) => store.addEventListener(name, (event) => handler(event.detail));
    on("state", render);
    on("saving", () => tellSaved(store.isOffline ? "Waiting" : "Saving …"));
    on("saved", () => {
        const unsaved = tellSaved("Saved");
        const left = store.state.issues.filter((issue) => issue.severity !== "info").length;
        announce(`${unsaved ? `Not saved: ${unsaved}` : "Saved"}. ${left ? `${left} ${left === 1 ? "warning" : "warnings"}` : "No warnings"}.`);
    });
    on("refused", ({ error, edit, isResumed }) => {
        tellSaved(error.status === 422 ? "" : "Not saved"); // what is not understood is counted
        if (error.status === 422) return editors.forEach((editor) => editor.refuse(edit, error, isResumed));
        for (const name of Object.keys(edit.entries.fields ?? {})) fields.rows.get(name)?.revert(); // theirs was taken
    });
    on("drafted", () => tellSaved());
    // Away from the buttons that decide: the next Enter is none.
    on("conflicted", () => document.activeElement.closest("#actions") && fields.activate(fields.active ?? [...fields.rows.keys()][0]));
    on("abandoned", () => fields.rows.forEach((row) => row.isDirty && row.revert()));
    on("offline", () => {
        tellSaved("Waiting");
        banner("No connection. What you change is kept in this browser and saved when it is back.");
    });
    on("online", () => {
        banner("");
        announce("The connection is back.");
    });
    on("unkept", () => banner("This browser keeps nothing: what is not saved yet would be lost by a reload."));
    on("stepped", ({ text }) => {
        undoable();
        announce(text);
    });
    on("nothing", () => announce("There is nothing to undo."));
}

guard(() => "ready" in document.documentElement.dataset);
wire();
render();
if (outline.document.extension === "xml") source?.read(options.urls.source).catch((error) => console.warn("source", error));
const shared = {
    getState: () => store.state,
    onState: (callback) => store.addEventListener("state", () => callback(store.state)),
    save: (entries, how) => store.save(entries, how),
    drafts: { get: (name) => store.drafts[name], set: (name, kept) => isResumed && store.draft(name, kept) },
    editors,
    focusBox: (page, box) => fields.page.focusBox(page, box),
    focusLine: (row, place, name) => (source ? source.focusLine(row, place, name) : pages.focusBox(null, null)), // it stands nowhere
    announce,
    readOnly,
    outline,
    options,
};
// Without them the document can still be reviewed, so a mistake in one of them is told, and no more.
const parts = [["./lines.js", "mountLines", at("lines")], ["./panels.js", "mountPanels", at("panels")]];
const mounted = parts.map(([name, mount, root]) => import(name).then((module) => module[mount](root, shared)).catch((error) => console.warn(name, error)));
if (!readOnly()) {
    at("fields").setAttribute("aria-busy", "true");
    const given = new URLSearchParams(location.hash.slice(1)).get("holder");
    if (given) history.replaceState(null, "", location.pathname + location.search);
    const isHeld = await hold(given ?? undefined);
    await Promise.all(mounted); // what is sent now may be refused, and each of them shows its own
    if (isHeld) await resume();
    at("fields").removeAttribute("aria-busy");
}
if (!fields.next()) lookAt((!readOnly() && fields.unsettled()[0]) || { name: [...fields.rows.keys()][0] });
requestAnimationFrame(() => (document.documentElement.dataset.ready = "")); // it is seen now
