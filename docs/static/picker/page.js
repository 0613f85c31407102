/* The page: what the reader types, ticks and drags, and the list that answers. */

(function (picker) {
    "use strict";

    const LIST = 10; // films recommended
    const OFFERED = 12; // films offered for ticking
    const SAID = 3; // the first films of a new list, which a screen reader names
    const part = (name) => document.getElementById(`picker-${name}`);
    const slider = part("lambda");

    let ticked = picker.matches("").slice(0, 4); // in the order of ticking
    let weights;
    let listed = []; // the codes in the list
    let waiting = false; // for the training that the slider has asked for

    /** Return an element with a text and children. */
    function element(name, { text = "", ...properties } = {}, children = []) {
        const made = Object.assign(document.createElement(name), properties);
        made.append(text, ...children);
        return made;
    }

    function count(n, word) {
        return `${n} ${word}${n === 1 ? "" : "s"}`;
    }

    /** Return a weight as it is shown: with its sign, and three digits. */
    function signed(weight) {
        const digits = Math.abs(weight).toFixed(3);
        return `${weight < 0 ? "−" : "+"}${digits}`;
    }

    // ---- ticking

    /** Return a checkbox with a film's name that ticks and unticks it. */
    function checkbox(code, onchange) {
        const box = element("input", {
            type: "checkbox",
            checked: ticked.includes(code),
            value: code,
            autocomplete: "off",
            onchange,
        });
        return element("label", {}, [box, ` ${picker.label(code)}`]);
    }

    function offer() {
        const query = part("search").value;
        const found = picker.matches(query);
        const shown = found.slice(0, OFFERED);
        part("note").textContent = searchNote(query, found.length, shown.length);
        part("offered").replaceChildren(
            ...shown.map((code) => checkbox(code, () => toggle(code))),
        );
    }

    function searchNote(query, found, shown) {
        if (!query.trim()) return `The best known of ${found} films:`;
        if (!found) return `No title holds “${query}”. Try a part of it.`;
        const fit = `${count(found, "title")} ${found === 1 ? "fits" : "fit"}`;
        if (found === shown) return `${fit}:`;
        return `${fit}; here are ${shown}, the best known first:`;
    }

    /** Tick a film, or untick it; the boxes on offer stay, and with them the focus. */
    function toggle(code) {
        ticked = ticked.includes(code)
            ? ticked.filter((each) => each !== code)
            : [...ticked, code];
        for (const box of part("offered").querySelectorAll("input")) {
            box.checked = ticked.includes(Number(box.value));
        }
        showTicked();
        answer();
    }

    /** Untick a film whose box goes away: the next one gets its focus. */
    function untick(code) {
        const place = ticked.indexOf(code);
        toggle(code);
        const left = part("ticked").querySelectorAll("input");
        (left[Math.min(place, left.length - 1)] ?? part("search")).focus();
    }

    function showTicked() {
        part("ticked").replaceChildren(
            ...ticked.map((code) => checkbox(code, () => untick(code))),
        );
    }

    // ---- training

    /** Return λ: the slider moves in tenths of a power of ten. */
    function lambda() {
        return Number((10 ** slider.valueAsNumber).toPrecision(3));
    }

    function sayLambda() {
        part("shown").textContent = `λ = ${lambda()}`;
        slider.setAttribute("aria-valuetext", `λ = ${lambda()}`);
    }

    /** Say λ at once, and train after what the slider does meanwhile. */
    function slide() {
        sayLambda();
        if (waiting) return;
        waiting = true;
        setTimeout(() => {
            waiting = false;
            train();
            answer();
        });
    }

    function train() {
        const start = performance.now();
        weights = picker.train(picker.gram, lambda());
        const took = performance.now() - start;
        part("trained").textContent =
            `Trained here, for λ = ${lambda()}, in ${Math.round(took)} ms, on the likes ` +
            `of ${picker.people.toLocaleString("en")} simulated people.`;
    }

    // ---- the list

    /** Show the list for the ticked films; say what has changed in it. */
    function answer() {
        const best = ticked.length
            ? picker.recommend(weights, ticked, LIST)
            : picker.matches("").slice(0, LIST).map((code) => ({ code }));
        const codes = best.map(({ code }) => code);
        const first = `The first of ${count(codes.length, "film")}: ${named(codes.slice(0, SAID))}.`;
        part("status").textContent = ticked.length
            ? `${count(ticked.length, "film")} ticked, λ = ${lambda()}. ${first} ` +
              changes(listed, codes)
            : `No film is ticked. Until one is, here is what most people like. ${first}`;
        part("list").replaceChildren(...best.map(entry));
        listed = codes;
    }

    function named(codes) {
        return codes.map((code) => picker.titles[code]).join(", ");
    }

    /** Say how one list differs from another; nothing of the first. */
    function changes(before, after) {
        const fresh = after.filter((code) => !before.includes(code));
        const gone = before.filter((code) => !after.includes(code));
        if (!before.length) return "";
        if (!fresh.length) {
            const same = after.every((code, place) => code === before[place]);
            return same ? "The list stays as it was." : "The same films, reordered.";
        }
        return `New in the list: ${named(fresh)}; gone: ${named(gone)}.`;
    }

    function entry({ code, score }) {
        const total = score === undefined ? "" : `, score ${signed(score)}`;
        return element("li", {}, [
            element("strong", { text: picker.label(code) }),
            element("span", { text: total }),
            element("small", { text: picker.genres[code] }),
            ...(ticked.length ? reasons(code) : []),
        ]);
    }

    /** Return what each ticked film adds to a film's score, and what it takes away. */
    function reasons(code) {
        const shares = picker.explain(weights, ticked, code);
        const forIt = shares.filter(([, weight]) => weight > 0);
        const against = shares.filter(([, weight]) => weight < 0).reverse();
        const texts = [
            forIt.length
                ? `For it: ${listOf(forIt)}`
                : "Nothing that you ticked speaks for it.",
        ];
        if (against.length) texts.push(`Against it: ${listOf(against)}`);
        return texts.map((text) => element("p", { text }));
    }

    function listOf(films) {
        const named = films.map(([i, weight]) => `${picker.titles[i]} ${signed(weight)}`);
        return `${named.join(", ")}.`;
    }

    part("search").addEventListener("input", offer);
    slider.addEventListener("input", slide);
    sayLambda();
    offer();
    showTicked();
    train();
    answer();
    document.getElementById("picker").hidden = false;
})(globalThis.picker);
