// What is known of the document and what was changed: every change is saved at once, and none is lost on the way.
//
// Changes wait in localStorage until the server has them. They are sent one after the other, each with the version of
// the result that it was made on. What the server refuses for good is told to who made it (`Refused`).
import { Clock } from "./clock.js";

export class Refused extends Error {
    constructor(status, detail) {
        super(detail?.message || "The server gave no answer that could be understood.");
        this.status = status;
        this.code = detail?.code || "unknown";
        this.extra = detail?.extra || {};
    }
}

export class Offline extends Error {}

const RENEW_MS = 15_000;
const RETRY_MS = 3_000;
const LONGEST_STACK = 200;
const LEFT = "review-left"; // the holder of the page that was left last

const cookie = (name) =>
    document.cookie
        .split("; ")
        .find((part) => part.startsWith(`${name}=`))
        ?.slice(name.length + 1) || "";

// One request; its JSON. Raises Offline when nobody answers, Refused for the API's errors.
export async function ask(url, body, { keepalive = false } = {}) {
    const options = { headers: { Accept: "application/json" }, credentials: "same-origin", keepalive };
    if (body !== undefined) {
        const token = cookie("csrftoken") || document.querySelector("[name=csrfmiddlewaretoken]")?.value; // the page may be older than the sign-in
        Object.assign(options, { method: "POST", body: JSON.stringify(body) });
        Object.assign(options.headers, { "Content-Type": "application/json", "X-CSRFToken": token });
    }
    let response;
    try {
        response = await fetch(url, options);
    } catch {
        throw new Offline();
    }
    if (response.status === 502 || response.status === 503 || response.status === 504) throw new Offline();
    const answer = await response.json().catch(() => null);
    if (!response.ok || answer === null) throw new Refused(response.status, answer?.detail);
    return answer;
}

// Entries that bring back what `state` says of everything that `entries` changes.
export function inverse(state, entries) {
    const back = {};
    const entry = ({ text, page, box }) => ({ text: text || "", page: page ?? null, box: box ?? null });
    if (entries.fields) {
        const known = new Map(state.groups.flatMap((group) => group.fields).map((field) => [field.name, field]));
        back.fields = {};
        for (const name of Object.keys(entries.fields)) {
            back.fields[name] = name === "document_type" ? { text: state.kind.value } : entry(known.get(name) || {});
        }
    }
    for (const [table, key] of [["line_items", "lines"], ["tax_lines", "taxes"]]) {
        if (!entries[table]) continue;
        back[table] = state[key].rows.map((row) =>
            Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, entry(cell)])),
        );
    }
    return back;
}

const isEmpty = (accepted = {}) => !Object.keys(accepted).length;
const textsIn = (state) => new Map(state.groups.flatMap((group) => group.fields).map(({ name, text }) => [name, text]));
const plain = (text) => (text ?? "").split(/\s+/).join(" ").trim();
const isSaid = (entry, known) => [known?.text, known?.raw].some((text) => plain(text) === plain(entry.text));

// Whether `state` says all of `entries`: they arrived, though the page was left before it heard of it.
function arrived({ entries, accepted }, state) {
    const known = new Map(state.groups.flatMap((group) => group.fields).map((field) => [field.name, field]));
    known.set("document_type", { text: state.kind.value });
    const tables = [[entries.line_items, state.lines.rows], [entries.tax_lines, state.taxes.rows]];
    return (
        Object.entries(entries.fields ?? {}).every(([name, entry]) => isSaid(entry, known.get(name))) &&
        Object.entries(accepted ?? {}).every(([name, codes]) => Boolean(known.get(name)?.accepted) === (codes !== null)) &&
        tables.every(([sent, rows]) => !sent || (sent.length === rows.length && sent.every((row, place) => isSame(row, rows[place]))))
    );
}

function isSame(sent, row) {
    const names = new Set([...Object.keys(sent), ...Object.keys(row)]);
    return [...names].every((name) => isSaid(sent[name] ?? {}, row[name]));
}

export class Store extends EventTarget {
    // `trouble(error, context)` is asked what to do about a conflict: "again", "drop" or "stop".
    // What it keeps is one person's: another who uses this browser neither sees nor sends it.
    constructor({ state, options, documentId, trouble }) {
        super();
        Object.assign(this, { state, options, trouble });
        this.key = `review:${options.user}:${documentId}`;
        this.holder = null;
        this.clock = new Clock();
        this.undone = [];
        this.done = [];
        this.waiting = new Map();
        this.lost = false;
        this.conflicts = 0;
        const kept = this.#kept();
        this.queue = kept.queue;
        this.drafts = kept.drafts;
    }

    // --- What waits survives a reload ---
    #kept() {
        try {
            const kept = JSON.parse(localStorage.getItem(this.key)) || {};
            return { queue: kept.queue || [], drafts: kept.drafts || {} };
        } catch {
            return { queue: [], drafts: {} };
        }
    }

    #keep() {
        const empty = !this.queue.length && !Object.keys(this.drafts).length;
        try {
            if (empty) localStorage.removeItem(this.key);
            else localStorage.setItem(this.key, JSON.stringify({ queue: this.queue, drafts: this.drafts }));
        } catch {
            this.#tell("unkept");
        }
    }

    // Of a field {text, was}: what is typed, and what was saved there when that began. Of a table see drafts.js.
    draft(name, kept) {
        if (kept === null) delete this.drafts[name];
        else this.drafts[name] = kept;
        this.#keep();
        this.#tell("drafted");
    }

    forget() {
        this.queue = [];
        this.drafts = {};
        this.#keep();
    }

    // Nothing of what is kept here is wanted any more.
    abandon(state = this.state) {
        for (const edit of [...this.queue]) this.#dropped(edit, new Refused(409));
        this.forget();
        this.#show(state);
        this.#tell("abandoned");
    }

    // Somebody was asked about what others changed: it has to be looked at before anything is decided.
    conflicted() {
        this.conflicts++;
        this.#tell("conflicted");
    }

    // It is wanted in place of what `state` says.
    insist(state) {
        for (const [name, text] of textsIn(state)) if (this.drafts[name]) this.drafts[name].was = text;
        this.#keep();
        this.#show(state);
    }

    // --- Holding the task ---
    url(verb) {
        return this.options.urls.act.replace("VERB", verb);
    }

    // With the holder of the page that was left last: it may be giving the task back just now.
    async claim({ takeOver = false, given = this.holder } = {}) {
        const holder = given ?? localStorage.getItem(LEFT);
        const state = await ask(this.url("claim"), { take_over: takeOver, holder });
        this.holder = state.task.holder;
        this.lost = false;
        return state;
    }

    hold() {
        this.heart ??= setInterval(() => this.renew(), RENEW_MS);
    }

    renew() {
        this.renewing ??= this.#renew().finally(() => (this.renewing = null));
        return this.renewing;
    }

    // What renews the task and what decides it must not cross on the way: the first would find it decided.
    async decide(verb, body) {
        this.isDeciding = true;
        try {
            await this.renewing;
            return await ask(this.url(verb), { holder: this.holder, ...body });
        } finally {
            this.isDeciding = false;
        }
    }

    async #renew() {
        if (!this.holder || this.lost || this.stopped || this.isDeciding) return;
        try {
            await ask(this.url("renew"), { holder: this.holder });
            this.#online();
        } catch (error) {
            if (error instanceof Offline) return this.#offline();
            this.#online();
            if (!(await this.#regain(error))) await this.#conflict(error, null);
        }
    }

    // The same after a decision was refused; whether it is held now, as it was seen.
    reheld() {
        return this.#regain({ code: "task_not_held" });
    }

    // A task that nobody took meanwhile is simply held again. The version tells whether it is as it was.
    async #regain(error) {
        if (error.code !== "task_not_held") return false;
        try {
            const state = await this.claim();
            if (state.version === this.state.version) {
                this.#show(state);
                return true;
            }
            this.holder && (this.fresh = state);
            return false;
        } catch {
            return false;
        }
    }

    giveBack() {
        clearInterval(this.heart);
        this.heart = undefined;
        if (!this.holder || this.lost) return;
        localStorage.setItem(LEFT, this.holder);
        ask(this.url("release"), { holder: this.holder, seconds: this.clock.take() }, { keepalive: true }).catch(() => undefined);
        this.holder = null;
    }

    // --- Changes ---
    // `entries`: {fields: {name: {text, page, box}}, line_items: [...], tax_lines: [...]}. The state afterwards.
    // `accepted`: {name: [codes of the warnings that were seen]} of what is right as it stands; null takes it back.
    save(entries, { label = "", undoable = true, accepted = {} } = {}) {
        const seconds = this.clock.take();
        const edit = { id: crypto.randomUUID(), entries, accepted, label, undoable, seconds, version: this.state.version };
        this.queue.push(edit);
        this.#keep();
        this.#tell("saving");
        const promise = new Promise((resolve, reject) => this.waiting.set(edit.id, { resolve, reject }));
        this.send();
        return promise;
    }

    // What was sent just before the page was left may have arrived.
    dropArrived() {
        while (this.queue.length && this.queue[0].version !== this.state.version && arrived(this.queue[0], this.state)) {
            this.#drop(this.queue.shift(), this.state);
        }
        this.#keep();
        this.#show(this.state);
    }

    async send() {
        if (this.sending || this.stopped) return;
        this.sending = true;
        try {
            while (this.queue.length && this.holder && (await this.#first())) continue;
        } finally {
            this.sending = false;
        }
    }

    // Send the edit that waits longest; whether to go on.
    async #first() {
        const edit = this.queue[0];
        const before = this.state;
        try {
            const body = { holder: this.holder, version: before.version, entries: edit.entries, accepted: edit.accepted, seconds: edit.seconds };
            const state = await ask(this.url("fields"), body);
            this.queue.shift();
            this.#drop(edit, state);
            for (const waiting of this.queue) waiting.version = state.version; // they are made on it
            this.#keep();
            const isSame = state.version === before.version;
            if (isSame) this.clock.putBack(edit.seconds); // nothing changed: they were not kept
            if (edit.undoable && !(isSame && isEmpty(edit.accepted))) this.#remember(edit, before);
            this.#online();
            this.#show(state);
            if (!this.queue.length) this.#tell("saved");
            this.#settle(edit, "resolve", state);
            return true;
        } catch (error) {
            if (error instanceof Offline) {
                this.#offline();
                return false;
            }
            this.#online();
            if (error.status === 422) return this.#dropped(edit, error);
            if (await this.#regain(error)) return true;
            return this.#conflict(error, edit);
        }
    }

    #dropped(edit, error) {
        this.queue = this.queue.filter((waiting) => waiting !== edit);
        this.clock.putBack(edit.seconds);
        this.#keep();
        this.#tell("refused", { error, edit, isResumed: !this.waiting.has(edit.id) });
        this.#settle(edit, "reject", error);
        return true;
    }

    // The drafts of what arrived; somebody may have gone on typing.
    #drop({ entries }, state) {
        const saved = textsIn(state);
        for (const [name, { text }] of Object.entries(entries.fields ?? {})) {
            if (this.drafts[name]?.text === text) delete this.drafts[name];
            else if (this.drafts[name]) this.drafts[name].was = saved.get(name);
        }
    }

    #settle(edit, how, value) {
        this.waiting.get(edit.id)?.[how](value);
        this.waiting.delete(edit.id);
    }

    async #conflict(error, edit) {
        this.stopped = true;
        const choice = await this.trouble(error, { edit, queue: this.queue, fresh: this.fresh });
        this.fresh = undefined;
        if (choice === "stop") {
            this.lost = true;
            return false;
        }
        this.stopped = false;
        for (const waiting of this.queue) waiting.accepted = {}; // of what stands there now, nothing was seen
        if (choice === "drop") {
            for (const waiting of [...this.queue]) this.#dropped(waiting, error);
            this.#show(this.state);
        }
        if (!this.sending) this.send();
        return true;
    }

    #remember({ label, entries, accepted = {} }, before) {
        const doubted = Object.fromEntries(Object.keys(accepted).map((name) => [name, null]));
        this.done.push({ label, back: { entries: inverse(before, entries), accepted: doubted }, again: { entries, accepted } });
        this.done.splice(0, this.done.length - LONGEST_STACK);
        this.undone.length = 0; // in place: an undo may be waiting with it
    }

    // Values that were changed; to accept one is no change.
    get changes() {
        return this.done.filter(({ again }) => Object.keys(again.entries).length).length;
    }

    async undo() {
        await this.#step(this.done, this.undone, "back", "Undone");
    }

    async redo() {
        await this.#step(this.undone, this.done, "again", "Done again");
    }

    async #step(from, to, way, verb) {
        while (this.sending) await new Promise((resolve) => setTimeout(resolve, 20)); // what is on its way counts too
        const step = from.pop();
        if (!step) return this.#tell("nothing");
        try {
            await this.save(step[way].entries, { label: step.label, undoable: false, accepted: step[way].accepted });
            to.push(step);
            this.#tell("stepped", { text: `${verb}: ${step.label}` });
        } catch {
            from.push(step);
        }
    }

    // --- What others are told ---
    replace(state) {
        this.#show(state);
    }

    #show(state) {
        this.state = state;
        this.#tell("state");
    }

    #offline() {
        this.isOffline = true;
        this.#tell("offline");
        clearTimeout(this.retry);
        this.retry = setTimeout(() => (this.queue.length ? this.send() : this.renew()), RETRY_MS);
    }

    #online() {
        if (!this.isOffline) return;
        this.isOffline = false;
        this.#tell("online");
    }

    #tell(name, detail) {
        this.dispatchEvent(new CustomEvent(name, { detail }));
    }
}
