// Questions in the middle of the screen. They are answered with the keyboard: arrows or Tab, Enter, Escape.
import { make } from "./dom.js";

export const isOpen = () => document.querySelector("dialog[open]") !== null;

function show(dialog, cancelled) {
    const before = document.activeElement;
    document.body.append(dialog);
    return new Promise((resolve) => {
        dialog.addEventListener("close", () => {
            dialog.remove();
            before?.focus?.({ preventScroll: true });
            resolve(dialog.returnValue === "" ? cancelled : dialog.answer);
        });
        dialog.showModal();
        if (dialog.autofocus) dialog.focus();
    });
}

const titled = (title, ...content) => {
    const dialog = make("dialog", { class: "review-dialog", "aria-labelledby": "dialog-title" });
    dialog.append(make("h2", { id: "dialog-title" }, title), ...content);
    return dialog;
};

// `choices`: [{value, label, primary, danger}]. The value of the one that was chosen; `cancelled` after Escape.
// Where it may be left open there is a button for that too: a tablet has no Escape. Without a primary one no button has
// the focus, so that Enter alone chooses nothing. `hurried`: the value that Ctrl+Enter chooses.
export function choose({ title, text = [], choices, cancelled = null, hurried }) {
    if (cancelled === null) choices = [...choices, { value: null, label: "Cancel" }];
    const dialog = titled(title, ...[text].flat().map((part) => (part instanceof Node ? part : make("p", {}, part))));
    const answer = (value) => {
        dialog.answer = value;
        dialog.close("chosen");
    };
    const bar = make("div", { class: "review-choices" });
    for (const { value, label, keys, primary, danger } of choices) {
        const look = primary ? "review-primary" : danger ? "review-danger" : null;
        bar.append(make("button", { type: "button", class: look, autofocus: primary, on: { click: () => answer(value) } }, label, keys ? make("kbd", { "aria-hidden": "true" }, keys) : null));
    }
    if (!choices.some(({ primary }) => primary)) Object.assign(dialog, { autofocus: true, tabIndex: -1 });
    dialog.addEventListener("keydown", (event) => {
        if (hurried !== undefined && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
            event.preventDefault();
            return answer(hurried);
        }
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        const buttons = [...bar.children];
        buttons.at((buttons.indexOf(document.activeElement) + step) % buttons.length).focus();
        event.preventDefault();
    });
    dialog.append(bar);
    return show(dialog, cancelled);
}

// A sentence from a person, or null. Ctrl+Enter sends it too; a number takes a suggestion while nothing is written.
export function write({ title, label, button, suggestions = [] }) {
    const area = make("textarea", { id: "dialog-text", rows: 3, maxlength: 1000, required: true, autofocus: true });
    const dialog = titled(title, make("label", { for: "dialog-text" }, label), area);
    const send = () => {
        const text = area.value.trim();
        if (!text) return area.focus();
        dialog.answer = text;
        dialog.close("sent");
    };
    const used = make("div", { class: "review-suggestions" });
    const use = (each) => {
        area.value = each;
        area.focus();
    };
    suggestions.forEach((each, place) => used.append(make("button", { type: "button", on: { click: () => use(each) } }, make("kbd", { "aria-hidden": "true" }, String(place + 1)), each)));
    const go = make("button", { type: "button", class: "review-primary", on: { click: send } }, button);
    const back = make("button", { type: "button", on: { click: () => dialog.close() } }, "Cancel");
    dialog.append(used, make("div", { class: "review-choices" }, go, back));
    area.addEventListener("keydown", (event) => {
        const suggested = !area.value && suggestions[Number(event.key) - 1];
        if (suggested) {
            event.preventDefault();
            use(suggested);
        }
        if (event.key !== "Enter" || event.shiftKey) return;
        event.preventDefault();
        send();
    });
    return show(dialog, null);
}

// A moment in the future, in the time of this browser, or null.
export function pick({ title, label, button, latest }) {
    const written = (moment) => new Date(moment - moment.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
    const field = make("input", { id: "dialog-moment", type: "datetime-local", min: written(new Date()), max: written(latest), autofocus: true, "aria-describedby": "dialog-error" });
    const error = make("p", { id: "dialog-error", class: "review-error", role: "alert" });
    const dialog = titled(title, make("label", { for: "dialog-moment" }, label), field, error);
    const wrong = (moment) => {
        if (Number.isNaN(moment.getTime())) return "Enter a date and a time.";
        if (moment <= new Date()) return "This time is over: choose one in the future.";
        return moment > latest ? `Choose a time before ${latest.toLocaleDateString("en-CA")}.` : "";
    };
    const send = () => {
        const moment = new Date(field.value);
        error.textContent = wrong(moment);
        field.setAttribute("aria-invalid", String(error.textContent !== ""));
        if (error.textContent) return field.focus();
        dialog.answer = moment;
        dialog.close("sent");
    };
    const go = make("button", { type: "button", class: "review-primary", on: { click: send } }, button);
    const back = make("button", { type: "button", on: { click: () => dialog.close() } }, "Cancel");
    dialog.append(make("div", { class: "review-choices" }, go, back));
    field.addEventListener("keydown", (event) => {
        if (event.key !== "Enter") return;
        event.preventDefault();
        send();
    });
    return show(dialog, null);
}

// `groups`: [[title, [[keys, what]]]].
export function showKeys(groups) {
    const lists = groups.map(([title, keys]) => {
        const list = make("dl", { class: "review-keys" });
        for (const [pressed, what] of keys) {
            const term = make("dt", {});
            for (const key of pressed) term.append(make("kbd", {}, key), " ");
            list.append(term, make("dd", {}, what));
        }
        return make("section", {}, make("h3", {}, title), list);
    });
    const dialog = titled("Keys", make("div", { class: "review-keyrows" }, ...lists));
    const close = make("button", { type: "button", class: "review-primary", autofocus: true, on: { click: () => dialog.close() } }, "Close");
    dialog.append(make("div", { class: "review-choices" }, close));
    dialog.classList.add("review-wide");
    return show(dialog, null);
}
