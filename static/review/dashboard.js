/* The start page: draws each canvas[data-chart] from the JSON beside it, in the colours of the theme. */
import { draw } from "./charts.js";

const TONES = ["good", "plain", "fair", "bad", "soft", "faint", "other", "dark"];
const drawn = new Map();

function look() {
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(`--dashboard-${name}`).trim();
    return {
        ink: colour("ink"),
        font: getComputedStyle(document.body).fontFamily,
        tones: Object.fromEntries(TONES.map((name) => [name, colour(name)])),
        axis: { grid: { color: colour("grid") }, border: { display: false } },
    };
}

function redraw() {
    for (const canvas of document.querySelectorAll("canvas[data-chart]")) {
        drawn.get(canvas)?.destroy();
        drawn.set(canvas, draw(canvas, JSON.parse(document.getElementById(canvas.dataset.chart).textContent), look()));
    }
}

redraw();
document.fonts.ready.then(redraw); // the letters in a canvas do not change by themselves
new MutationObserver(redraw).observe(document.documentElement, { attributeFilter: ["class"] });
