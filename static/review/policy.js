/* The slider above a policy's form: moves the mark on the curve, tells what the threshold would have meant, and enters
   it below. The sentences come with the page, one for each percent. */
const curve = document.querySelector("[data-curve]");
const sentences = JSON.parse(document.getElementById("review-sentences").textContent);
const slider = curve.querySelector("[data-slider]");
const entry = document.getElementById("id_threshold");
const here = curve.querySelector("[data-here]");

function show(percent) {
    const step = Math.ceil((percent / 100) * (sentences.length - 1) - 0.5); // the nearest; of two, the lower
    const x = Number(here.dataset.left) + (Number(here.dataset.span) * percent) / 100;
    here.setAttribute("x1", x);
    here.setAttribute("x2", x);
    curve.querySelector("[data-output]").textContent = `${Number(percent.toFixed(1))} %`;
    curve.querySelector("[data-sentence]").textContent = sentences[step];
}

slider.addEventListener("input", () => {
    show(Number(slider.value));
    if (entry) entry.value = slider.value;
});

entry?.addEventListener("input", () => {
    const percent = Number(entry.value);
    if (entry.value === "" || !(percent >= 0 && percent <= 100)) return;
    slider.value = percent;
    show(percent);
});
