/* A formula that is too wide for its slide, or a table that is too large, is set smaller. */
"use strict";

const LEAST = 0.5;

function shrink(thing, isTooLarge) {
    const size = parseFloat(getComputedStyle(thing).fontSize);
    for (let share = 0.95; share >= LEAST && isTooLarge(); share -= 0.05) {
        thing.style.fontSize = `${share * size}px`;
    }
}

function fit(slide) {
    const { height } = Reveal.getConfig();
    slide.querySelectorAll(".formula").forEach(formula => {
        shrink(formula, () => formula.scrollWidth > formula.clientWidth);
    });
    slide.querySelectorAll("table").forEach(table => {
        shrink(table, () => slide.offsetHeight > height || table.offsetWidth > slide.clientWidth);
    });
}

Reveal.on("ready", () => fit(Reveal.getCurrentSlide())); // the others have no size yet
Reveal.on("slidechanged", event => fit(event.currentSlide));
Reveal.on("pdf-ready", () => Reveal.getSlides().forEach(fit));
