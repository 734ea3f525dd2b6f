// The numbers of the work that is done.
import { make } from "./dom.js";
import { session } from "./session.js";

const known = session();
const times = [...(known.times ?? [])].sort((one, other) => one - other);
const numbers = [
    ["Approved", known.approved],
    ["Rejected", known.rejected],
    ["Put off", known.postponed],
    ["Changes", known.changes],
    ["Seconds a document (median)", times.length ? Math.round(times[Math.floor(times.length / 2)]) : undefined],
];
const list = document.getElementById("numbers");
for (const [label, number] of numbers) {
    if (number !== undefined) list.append(make("div", { class: "console-card" }, make("dt", {}, label), make("dd", {}, String(number))));
}
list.hidden = !list.children.length;
