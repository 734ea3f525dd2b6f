// What can be done with the rows of a table, without any page: numbers, sums, splitting, merging, pasted text.
//
// A row is {key, cells: {name: {text, page, box, raw, confidence, level, source, refused}}}; `refused` is
// {text, message} of what the server could not understand, while the cell itself stays as it was.

let keys = 0;
export const newRow = (cells = {}) => ({ key: ++keys, cells });
export const textOf = (row, name) => row.cells[name]?.text ?? "";
export const isEmpty = (row) => Object.values(row.cells).every((cell) => !cell.text);
export const typed = (text) => ({ text, page: null, box: null, raw: "", confidence: 1, level: "high", source: "person" });

export const fromState = (rows) => rows.map((cells) => newRow({ ...cells }));

export function toEntries(rows) {
    return rows.filter((row) => !isEmpty(row)).map((row) => {
        const filled = Object.entries(row.cells).filter(([, cell]) => cell.text);
        return Object.fromEntries(filled.map(([name, { text, page, box }]) => [name, box ? { text, page, box } : { text }]));
    });
}

// --- Numbers ---------------------------------------------------------------------------------------------------------
// They are whole numbers of 10 to the -6, as BigInt: cents do not get lost. The server's notation is plain; while
// somebody types, a comma or a point may stand for the decimals.
const PLACES = 6;
const ONE = 10n ** 6n;
const CENT = 10n ** 4n;

export function numberOf(text) {
    let plain = text.replace(/[\s'’]/g, "").replace("−", "-");
    const last = Math.max(plain.lastIndexOf(","), plain.lastIndexOf("."));
    const sign = plain[last];
    if (sign === "," || plain.includes(",")) {
        const other = sign === "," ? "." : ",";
        const groups = plain.split(sign).length > 2;
        plain = groups ? plain.replaceAll(/[,.]/g, "") : plain.replaceAll(other, "").replace(",", ".");
    }
    const found = /^(-?)(\d{1,20})(?:\.(\d{0,12}))?$/.exec(plain);
    if (!found) return null;
    const size = BigInt(found[2] + (found[3] || "").slice(0, PLACES).padEnd(PLACES, "0"));
    return found[1] ? -size : size;
}

export function written(number, least = 2) {
    const size = number < 0n ? -number : number;
    const decimals = (size % ONE).toString().padStart(PLACES, "0").replace(/0+$/, "").padEnd(least, "0");
    return `${number < 0n ? "-" : ""}${size / ONE}${decimals ? `.${decimals}` : ""}`;
}

const decimalsOf = (text) => (/\.(\d+)$/.exec(text)?.[1] || "").length;
const away = (number) => (number < 0n ? -number : number);
const rounded = (number, unit) => ((number + (number < 0n ? -unit : unit) / 2n) / unit) * unit;
const times = (one, other) => (one * other) / ONE;

export function sumOf(rows, name, text = textOf) {
    const numbers = rows.map((row) => numberOf(text(row, name))).filter((number) => number !== null);
    return numbers.length ? numbers.reduce((sum, number) => sum + number, 0n) : null;
}

// What quantity × price (or base × rate) would make of a row, to the cent, where that is not what it says.
export function expected(row, text = textOf) {
    const [quantity, price, discount, amount, base, rate, tax] = [
        "quantity", "unit_price", "discount_rate", "amount", "tax_base", "tax_rate", "tax_amount",
    ].map((name) => numberOf(text(row, name)));
    let due = null;
    if (quantity !== null && price !== null && amount !== null) due = times(times(quantity, price), ONE - (discount ?? 0n) / 100n);
    else if (base !== null && rate !== null && tax !== null) due = times(base, rate) / 100n;
    if (due === null) return null;
    const said = amount ?? tax;
    return away(due - said) > CENT + away(due) / 2000n ? rounded(due, CENT) : null;
}

// --- Splitting and merging -------------------------------------------------------------------------------------------
function half(cell, whole) {
    const number = numberOf(cell.text);
    if (number === null) return [cell, cell];
    const least = decimalsOf(cell.text);
    const unit = whole ? 10n ** BigInt(PLACES - Math.max(least, 2)) : 1n;
    const first = rounded(number / 2n, unit);
    return [first, number - first].map((part) => typed(written(part, whole ? least : 0)));
}

// Two rows that together are the one: quantity and amount halved to the cent, the rest in both.
export function halves(row) {
    const made = [newRow(), newRow()];
    for (const [name, cell] of Object.entries(row.cells)) {
        const parts = ["quantity", "amount", "tax_base", "tax_amount"].includes(name) && cell.text ? half(cell, name !== "quantity") : [cell, cell];
        parts.forEach((part, place) => (made[place].cells[name] = part));
    }
    return made;
}

// One row for each line of the description (or its parts between semicolons, or before and after the cursor). The
// numbers stay in the first.
export function partsOfText(row, cursor) {
    const cell = row.cells.description;
    if (!cell?.text) return [row];
    const lines = (cell.raw || "").split(/\n+/).map((line) => line.trim()).filter(Boolean);
    let parts = lines.join(" ") === cell.text && lines.length > 1 ? lines : cell.text.split(/\s*;\s*/).filter(Boolean);
    if (parts.length < 2 && cursor > 0) parts = [cell.text.slice(0, cursor).trim(), cell.text.slice(cursor).trim()].filter(Boolean);
    if (parts.length < 2) return [row];
    return parts.map((text, place) => newRow({ ...(place ? {} : row.cells), description: { ...typed(text), page: cell.page, box: cell.box } }));
}

function around(cells) {
    const placed = cells.filter((cell) => cell.box);
    if (!placed.length || placed.some((cell) => cell.page !== placed[0].page)) return {};
    const boxes = placed.map((cell) => cell.box);
    const edge = (place, pick) => pick(...boxes.map((box) => box[place]));
    return { page: placed[0].page, box: [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)] };
}

// One row of several: descriptions that differ are joined, amounts summed; quantities too where all have the same price and unit.
export function merged(rows) {
    const row = newRow();
    const cellsOf = (name) => rows.map((each) => each.cells[name]).filter((cell) => cell?.text);
    const same = (name) => new Set(cellsOf(name).map((cell) => cell.text)).size < 2;
    const countable = cellsOf("quantity").length < 2 || (same("unit_price") && same("unit"));
    for (const name of new Set(rows.flatMap((each) => Object.keys(each.cells)))) {
        const cells = cellsOf(name);
        if (!cells.length || (!countable && (name === "quantity" || name === "unit_price"))) continue;
        if (cells.length === 1 || (same(name) && !["quantity", "amount", "tax_base", "tax_amount"].includes(name))) {
            row.cells[name] = cells[0];
        } else if (name === "description") {
            row.cells[name] = { ...typed(cells.map((cell) => cell.text).join(" ")), ...around(cells) };
        } else if (["quantity", "amount", "tax_base", "tax_amount"].includes(name)) {
            const sum = sumOf(rows, name);
            if (sum !== null) row.cells[name] = typed(written(sum, name === "quantity" ? 0 : Math.max(...cells.map((cell) => decimalsOf(cell.text)))));
        }
    }
    return row;
}

// --- What is pasted --------------------------------------------------------------------------------------------------
// The cells of a spreadsheet's clipboard: tabs between columns, lines between rows; quoted where a cell holds either.
export function blockOf(text) {
    const rows = [[""]];
    let quoted = false;
    for (let place = 0; place < text.length; place++) {
        const sign = text[place];
        const row = rows[rows.length - 1];
        const last = row.length - 1;
        if (quoted && sign === '"' && text[place + 1] === '"') {
            row[last] += '"';
            place++;
        } else if (sign === '"' && (quoted || row[last] === "")) quoted = !quoted;
        else if (quoted) row[last] += sign === "\n" || sign === "\r" ? " " : sign;
        else if (sign === "\t") row.push("");
        else if (sign === "\n") rows.push([""]);
        else if (sign !== "\r") row[last] += sign;
    }
    while (rows.length > 1 && rows[rows.length - 1].every((cell) => !cell)) rows.pop();
    return rows.map((row) => row.map((cell) => cell.trim()));
}

export const isBlock = (text) => /[\t\n]/.test(text.trimEnd());
