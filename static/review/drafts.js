// Texts of cells that the server does not have, kept as those of fields are: what is being typed, and what was refused.
//
// A row is known again by what is saved of it. (Its number alone would put a text into another row, when rows came or
// went meanwhile.) `cell.draft` is typed and not sent yet; `cell.refused` was sent, and is {text, message}.
import { fromState, isEmpty, newRow, numberOf, textOf, typed } from "./rows.js";

export const sentOf = (cell) => cell?.refused?.text ?? cell?.text ?? "";
export const shownIn = (cell) => cell?.draft ?? sentOf(cell);

const unsaved = ({ draft, refused }) => ({ ...(draft === undefined ? {} : { draft }), ...(refused ? { refused } : {}) });
const isUnsaved = (cell) => cell.draft !== undefined || Boolean(cell.refused);
const savedOf = (row) => Object.fromEntries(Object.keys(row.cells).filter((name) => textOf(row, name)).map((name) => [name, textOf(row, name)]));
const isSame = (one, other) => one === other || (numberOf(one) !== null && numberOf(one) === numberOf(other));
const likeness = (row, saved) => {
    const own = savedOf(row);
    const names = Object.keys({ ...own, ...saved });
    return names.filter((name) => isSame(own[name] ?? "", saved[name] ?? "")).length / names.length;
};

// [{place, saved, cells}] of each row with such a cell; null without any.
export function draftsOf(rows) {
    const found = rows.flatMap((row, place) => {
        const cells = Object.entries(row.cells).filter(([, cell]) => isUnsaved(cell));
        return cells.length ? [{ place, saved: savedOf(row), cells: Object.fromEntries(cells.map(([name, cell]) => [name, unsaved(cell)])) }] : [];
    });
    return found.length ? found : null;
}

// Brings them back into `rows`; how many belong to a row that is not there any more.
export function restore(rows, drafts) {
    let lost = 0;
    for (const { place, saved, cells } of drafts) {
        const isNew = !Object.keys(saved).length;
        const row = isNew ? newRow() : mostLike(rows, saved, place);
        if (isNew) rows.splice(place, 0, row);
        if (!row) lost++;
        else for (const [name, kept] of Object.entries(cells)) row.cells[name] = { ...(row.cells[name] ?? typed("")), ...kept };
    }
    return lost;
}

// Each of those cells beside what `state` says: [{place, name, text, now, isOverwritten}], without `now` where its row is
// not there any more.
export function cellsOf(stateRows, drafts) {
    const rows = fromState(stateRows);
    return drafts.flatMap(({ place, saved, cells }) => {
        const isNew = !Object.keys(saved).length;
        const row = isNew ? newRow() : mostLike(rows, saved, place);
        return Object.entries(cells).map(([name, { draft, refused }]) => {
            const now = row && textOf(row, name);
            return { place: row && !isNew ? rows.indexOf(row) : place, name, text: draft ?? refused.text, now, isOverwritten: now === undefined || !isSame(now, saved[name] ?? "") };
        });
    });
}

// The row that says at least half of it; the one in its place before others.
function mostLike(rows, saved, place) {
    const filled = [rows[place], ...rows].filter((row) => row && !isEmpty(row));
    const ranked = filled.map((row) => ({ row, share: likeness(row, saved) })).filter(({ share }) => share >= 0.5);
    return ranked.sort((one, other) => other.share - one.share)[0]?.row;
}
