// What this browser approves with, on the pages: what goes wrong is said in their language.
const bound = boundBrowser(document.querySelector('[data-push]').dataset.push, { 'Accept-Language': document.documentElement.lang });
