// Excerpts under the results are fetched, which a browser allows on a server only.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
