/* Draws a chart as {form, labels, series: [{title, unit, tone, values}]} on a canvas, with the Chart.js that unfold loads.
   Labels may be anything that stands in a document: they are only ever painted. */

const LONGEST = 26; // letters of a name beside a bar
const FEW = 12; // names below bars: as many stand there all, slanted where they are long
const DAY = /^\d{4}-\d{2}-\d{2}$/;
const DAYS = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", timeZone: "UTC" });

export function draw(canvas, { form, labels, series }, look) {
    const across = form === "across";
    const stacked = form === "stacked";
    const unit = series[0].unit;
    const amounts = {
        ...look.axis,
        stacked,
        beginAtZero: true,
        ...(unit === "share" && !across && { max: 1 }),
        ticks: { color: look.ink, callback: (value) => told(value, unit), ...(unit !== "share" && { precision: 0 }) },
    };
    const names = {
        ...look.axis,
        stacked,
        grid: { display: false },
        ticks: { color: look.ink, callback: (_, place) => short(labels[place]), ...(across || labels.length <= FEW ? { autoSkip: false } : { maxRotation: 0, autoSkipPadding: 10 }) },
    };
    window.Chart.defaults.font.family = look.font;
    return new window.Chart(canvas, {
        type: "bar",
        data: { labels, datasets: series.map((each, place) => dataset(each, place, form, look)) },
        options: {
            animation: false,
            maintainAspectRatio: false,
            indexAxis: across ? "y" : "x",
            interaction: { mode: "index", axis: across ? "y" : "x", intersect: false },
            scales: across ? { x: amounts, y: names } : { x: names, y: amounts },
            layout: { padding: { top: 8 } },
            plugins: {
                legend: { display: series.length > 1, position: "bottom", labels: { color: look.ink, boxWidth: 12, boxHeight: 12 } },
                tooltip: { callbacks: { label: (item) => `${item.dataset.label}: ${told(item.raw, item.dataset.unit)}` } },
            },
        },
    });
}

export function told(value, unit) {
    if (value === null || value === undefined) return "–";
    if (unit === "share") return percent(Number(value));
    if (unit === "seconds") return value < 120 ? `${Math.round(value)} s` : `${(value / 60).toFixed(1)} min`;
    return Number(value).toLocaleString("en");
}

/* As review/thresholds.py: neither 0 % for what is more nor 100 % for what is less. */
function percent(share) {
    const rounded = Number((share * 100).toFixed(1));
    return `${Math.min(Math.max(rounded, share > 0 ? 0.1 : 0), share < 1 ? 99.9 : 100)} %`;
}

function dataset({ title, unit, tone, values }, place, form, look) {
    const colour = look.tones[tone];
    const shared = { label: title, unit, data: values, borderColor: colour, backgroundColor: colour };
    if (form === "lines") return { ...shared, type: "line", borderWidth: 2, pointRadius: 2, spanGaps: true, clip: false };
    if (form === "against" && place > 0) {
        return { ...shared, type: "line", order: -1, showLine: false, pointRadius: 6, pointStyle: "rectRot", clip: false };
    }
    return { ...shared, maxBarThickness: form === "across" ? 18 : 56, borderRadius: form === "stacked" ? 0 : 3 };
}

/* A day without its year, a long name without its end; whole in the table and when pointed at. */
function short(text) {
    if (DAY.test(text)) return DAYS.format(new Date(`${text}T00:00Z`));
    const letters = Array.from(text);
    return letters.length > LONGEST ? `${letters.slice(0, LONGEST - 1).join("")}…` : text;
}
