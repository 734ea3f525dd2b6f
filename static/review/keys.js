// Every key of the screen, in one table: what `?` shows is what works.
import { isOpen, showKeys } from "./dialogs.js";

// [keys, what it does, action, where]: "field": also while one types; "screen": only outside of inputs.
const table = (actions) => [
    ["Fields", [
        [["Enter"], "Accept the field and go to the next doubtful one", actions.accept, "accept"],
        [["n", "Tab"], "Next doubtful field", actions.next, "screen"],
        [["p", "Shift Tab"], "Previous doubtful field", actions.previous, "screen"],
        [["e", "F2"], "Edit the field", actions.edit, "screen"],
        [["1", "…", "5"], "Take this candidate (with Alt while you type)", actions.choose, "choose"],
        [["a"], "Go through all fields, or through doubtful ones only", actions.all, "screen"],
        [["Esc"], "Leave the field; what is not saved is taken back", actions.escape, "escape"],
        [["Ctrl Z"], "Undo", actions.undo, "history"],
        [["Ctrl Shift Z"], "Do again", actions.redo, "history"],
    ]],
    ["Decide", [
        [["Ctrl Enter"], "Approve, and the next document", actions.approve, "always"],
        [["l"], "Later", actions.postpone, "screen"],
        [["x"], "Reject", actions.reject, "screen"],
        [["q"], "Back to the queue", actions.queue, "screen"],
        [["?"], "These keys", null, "screen"],
    ]],
    ["Lines", [
        [["←", "→", "↑", "↓", "Tab", "Enter"], "Move between cells; Enter below the last row adds one", null, ""],
        [["Ctrl Insert"], "Add a row", null, ""],
        [["Ctrl Delete"], "Delete the row, or the selected rows", null, ""],
        [["Shift Space"], "Select the row", null, ""],
        [["Alt M"], "Merge the selected rows, or the row with the next", null, ""],
        [["Alt H"], "Split the row in halves", null, ""],
        [["Alt S"], "Split the description at the cursor", null, ""],
        [["Ctrl V"], "Paste cells of a spreadsheet", null, ""],
    ]],
    ["Beside the fields", [
        [["i"], "The lines", actions.lines, "screen"],
        [["m"], "XML and page", () => actions.panel("xml"), "screen"],
        [["c"], "Duplicates: compare", () => actions.panel("duplicates"), "screen"],
        [["v"], "The vendor", () => actions.panel("vendor"), "screen"],
        [["h"], "What was done", () => actions.panel("history"), "screen"],
        [["Esc"], "Back to the fields", null, ""],
    ]],
    ["Page", [
        [["click"], "Put a word into the field; with Shift behind what is there", null, ""],
        [["drag"], "Put a region into the field; a finger holds before it draws", null, ""],
        [["w"], "Choose words with arrows (with Alt while you type): Shift takes several, Enter puts them into the field", actions.words, "screen"],
        [["Ctrl click"], "Go to the field of a box", null, ""],
        [["+", "−"], "Larger, smaller", null, ""],
        [["0"], "Fit the width", () => actions.view.fitTo("width"), "screen"],
        [["9"], "Fit the page", () => actions.view.fitTo("page"), "screen"],
        [["r"], "Turn", () => actions.view.rotate(), "screen"],
        [["t"], "Select text", () => actions.view.select(!actions.view.selecting), "screen"],
        [["[", "]"], "Previous, next page", null, ""],
        [["g"], "Go to the page of a number", () => actions.view.number?.focus(), "screen"],
        [["d"], "To the page, and back to the fields", actions.document, "screen"],
    ]],
];

const EDITABLE = "input, textarea, select, [contenteditable]";
const OWN = "#lines, #panels"; // these have keys of their own

// A held key moves, erases, or types where it went down. It neither accepts, decides, opens nor clicks: what it has led to,
// the next document perhaps, was not looked at. For the same reason keys count only once the document is shown, and one
// that was down before counts after it was let go.
const MOVES = /^(Tab|Arrow\w+|Page\w+|Home|End|[npz+=\-−[\]])$/i;

export function guard(isShown) {
    const down = new Map(); // where each key went down
    const isRefused = (event) => {
        const { code, key, target, repeat } = event;
        if (!repeat && (isShown() || isOpen())) {
            down.set(code, target);
            return false;
        }
        if (!repeat || !down.has(code)) return true;
        if (key === "Enter" || !target.closest?.(EDITABLE)) return !MOVES.test(key);
        return key.length === 1 && down.get(code) !== target;
    };
    const refuse = (event) => {
        if (!isRefused(event)) return;
        event.stopImmediatePropagation();
        if (event.repeat || event.key === "Enter" || event.key === " ") event.preventDefault(); // the browser clicks by itself
    };
    window.addEventListener("keydown", refuse, { capture: true });
    window.addEventListener("keyup", ({ code }) => down.delete(code), { capture: true });
}

export function listen(actions) {
    const groups = table(actions);
    const screen = new Map([
        ...groups.flatMap(([, rows]) => rows.filter((row) => row[3] === "screen" && row[2]).flatMap((row) => row[0].map((key) => [key, row[2]]))),
        ["?", () => showKeys(groups)],
        ["+", () => actions.view.zoomBy(1.25)],
        ["=", () => actions.view.zoomBy(1.25)],
        ["-", () => actions.view.zoomBy(1 / 1.25)],
        ["−", () => actions.view.zoomBy(1 / 1.25)],
        ["[", () => actions.view.go(actions.view.current - 1)],
        ["]", () => actions.view.go(actions.view.current + 1)],
        ["PageUp", () => actions.view.go(actions.view.current - 1)],
        ["PageDown", () => actions.view.go(actions.view.current + 1)],
    ]);
    screen.delete("Tab"); // the browser's own way through doubtful fields; see `Fields.setAll`
    screen.delete("Shift Tab");

    const found = (event) => {
        const target = event.target instanceof Element ? event.target : document.body;
        const editing = target.closest(EDITABLE);
        const control = event.ctrlKey || event.metaKey;
        if (control && event.key === "Enter") return actions.approve;
        if (event.altKey && !control && (event.code === "KeyW" || event.key === "w")) return actions.words;
        if (target.closest(OWN) && (editing || control) && event.key !== "Escape") return null;
        if (control && event.key.toLowerCase() === "z") {
            if (editing && actions.typing()) return null; // the browser undoes what is being typed
            return event.shiftKey ? actions.redo : actions.undo;
        }
        if (control && event.key.toLowerCase() === "y") return actions.redo;
        if (control) return null;
        if (event.altKey) return /^Digit[1-5]$/.test(event.code) ? () => actions.choose(Number(event.code.at(-1)) - 1) : null;
        if (event.key === "Escape") return () => actions.escape(editing);
        if (event.key === "Enter") {
            const ownMeaning = target.closest("button, a, summary, select, textarea");
            return ownMeaning || target.closest(OWN) ? null : event.shiftKey ? actions.previous : actions.accept;
        }
        if (editing) return null;
        if (/^[1-5]$/.test(event.key)) return () => actions.choose(Number(event.key) - 1);
        return screen.get(event.key) ?? null;
    };

    document.addEventListener("keydown", (event) => {
        if (isOpen() || event.defaultPrevented || event.isComposing) return;
        const action = found(event);
        if (!action) return;
        event.preventDefault();
        action();
    });
    return () => showKeys(groups);
}
