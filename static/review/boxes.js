// Places on a page: boxes are [left, top, right, bottom] in its unit, words are [text, left, top, right, bottom].
const SVG = "http://www.w3.org/2000/svg";

export const draw = (tag, attributes = {}, text = "") => {
    const element = document.createElementNS(SVG, tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.textContent = text;
    return element;
};
export const place = ([x0, y0, x1, y1]) => ({ x: x0, y: y0, width: Math.max(x1 - x0, 0.1), height: Math.max(y1 - y0, 0.1) });
export const around = (boxes) => [
    Math.min(...boxes.map((box) => box[0])),
    Math.min(...boxes.map((box) => box[1])),
    Math.max(...boxes.map((box) => box[2])),
    Math.max(...boxes.map((box) => box[3])),
];
export const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

export const middleOf = ([x0, y0, x1, y1]) => [(x0 + x1) / 2, (y0 + y1) / 2];

// The words whose middle is in a box.
export const inside = (words, [x0, y0, x1, y1]) =>
    words.filter((word) => {
        const [x, y] = middleOf(word.slice(1));
        return x >= x0 && x <= x1 && y >= y0 && y <= y1;
    });

// Words in rows, as a person reads them: from left to right.
export function rowsOf(words) {
    const rows = [];
    for (const word of [...words].sort((one, other) => one[2] + one[4] - other[2] - other[4])) {
        const middle = (word[2] + word[4]) / 2;
        const row = rows.at(-1);
        if (row && middle < row.bottom) row.words.push(word);
        else rows.push({ bottom: word[4], words: [word] });
    }
    return rows.map((row) => row.words.sort((one, other) => one[1] - other[1]));
}

export const textOf = (words) => rowsOf(words).flatMap((row) => row.map((word) => word[0])).join(" ");

// The edges of a box of a page in the window, in its pixels, also of a page that is turned.
export function onScreen(svg, box) {
    const matrix = svg.getScreenCTM();
    const points = [[box[0], box[1]], [box[2], box[3]]].map(([x, y]) => new DOMPoint(x, y).matrixTransform(matrix));
    const xs = points.map((point) => point.x).sort((one, other) => one - other);
    const ys = points.map((point) => point.y).sort((one, other) => one - other);
    return [xs[0], ys[0], xs[1], ys[1]];
}

// Where the pointer is, in the unit of the page.
export function onPage(svg, event) {
    const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    return [point.x, point.y];
}
