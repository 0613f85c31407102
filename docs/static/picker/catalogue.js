/* The films of the bundled dataset: their names, the search, the counted likes. */

(function (picker) {
    "use strict";

    const { titles, years, genres, people, upper } = picker.bundled;

    /** Return the words of a text without capitals, accents and punctuation. */
    function plain(text) {
        const bare = text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
        const words = bare.replace(/['’.]/g, "").match(/[\p{L}\p{N}_]+/gu);
        return words ? words.join(" ") : "";
    }

    /** Return the Gram matrix: rows of counts, film by film, for every two films. */
    function gramMatrix(n, encoded) {
        const bytes = Uint8Array.from(atob(encoded), (sign) => sign.charCodeAt(0));
        const counts = new DataView(bytes.buffer);
        const rows = Array.from({ length: n }, () => new Float64Array(n));
        let place = 0;
        for (let i = 0; i < n; i++) {
            for (let j = i; j < n; j++) {
                rows[i][j] = rows[j][i] = counts.getUint16(place, true);
                place += 2;
            }
        }
        return rows;
    }

    const gram = gramMatrix(titles.length, upper);
    const plainTitles = titles.map(plain);
    // The diagonal counts the people who like a film.
    const byPopularity = [...titles.keys()].sort((i, j) => gram[j][j] - gram[i][i]);

    /**
     * Return the codes of the films whose title holds every word of the query.
     *
     * The better known of two comes first; a title that equals the query or begins
     * with it comes before both.
     */
    function matches(query) {
        const wanted = plain(query);
        const words = wanted.split(" ");
        const rank = (code) => {
            if (plainTitles[code] === wanted) return 0;
            return wanted && plainTitles[code].startsWith(wanted) ? 1 : 2;
        };
        return byPopularity
            .filter((code) => words.every((word) => plainTitles[code].includes(word)))
            .sort((i, j) => rank(i) - rank(j));
    }

    const label = (code) => `${titles[code]} (${years[code]})`;

    Object.assign(picker, { titles, genres, people, gram, matches, label });
})(globalThis.picker);
