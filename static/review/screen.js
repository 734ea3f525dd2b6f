// Puts the screen together: the store, the page, the fields, the keys, and what colleagues plug in.
import { Store } from "./store.js";

const read = (id) => JSON.parse(document.getElementById(id).textContent);
const options = read("review-options");
const outline = read("review-outline");
const store = new Store({ state: read("review-state"), options, documentId: outline.document.id, trouble: async () => "stop" });
const announce = (text) => (document.getElementById("live").textContent = text);
const shared = {
    getState: () => store.state, // its changes: store.addEventListener("state", ...), or `onState(callback)`
    onState: (callback) => store.addEventListener("state", () => callback(store.state)),
    save: (entries, how) => store.save(entries, how), // {fields|line_items|tax_lines}, {label}: a promise of the state
    focusBox: (page, box) => undefined,
    announce,
    outline,
    options, // {urls, widths, may_review}
};

async function plug(module, name, root) {
    if (!root) return;
    try {
        (await import(module))[name](root, shared);
    } catch (error) {
        console.warn(`${module} is not there`, error);
    }
}
plug("./lines.js", "mountLines", document.getElementById("lines"));
plug("./panels.js", "mountPanels", document.getElementById("panels"));
