// What this browser approves with, on the pages.
const bound = boundBrowser(document.querySelector('[data-push]').dataset.push);
