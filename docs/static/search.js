// Excerpts under the results are fetched, which a browser allows on a server only.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;

// A class of the package is an object, a heading, and an entry of the index under the
// page's name alone: the object is result enough.
document.addEventListener("DOMContentLoaded", () => {
    if (typeof Search === "undefined") return; // only the search page has one
    const index = Search._index;
    const isOther = ([page, place]) => !place || !index.docnames[page].startsWith("api/");
    for (const title in index.alltitles) {
        index.alltitles[title] = index.alltitles[title].filter(isOther);
    }
    index.indexentries = {};
});
