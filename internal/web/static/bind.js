// Sets this browser up to approve for others, and keeps its key once the server has taken it.
(() => {
  'use strict';
  const able = () => window.isSecureContext && window.indexedDB && window.crypto && crypto.subtle;

  document.querySelectorAll('[data-bound]').forEach((place) => {
    bound.keep(place.dataset.bound, place.dataset.account).catch(() => {});
  });

  const bind = async (form) => {
    const wanted = form.querySelector('[name="notify"]:checked'); // who refuses is set up all the same
    const pending = { id: form.dataset.bind, push: { challenge: form.dataset.challenge, server_key: form.dataset.serverKey } };
    form.elements.code.value = JSON.stringify(await bound.bind(pending, form.dataset.account, wanted));
    form.requestSubmit();
  };

  document.querySelectorAll('form[data-bind]').forEach((form) => {
    const says = form.querySelector('[data-says]');
    if (!able()) {
      says.textContent = form.dataset.unsupported;
      return;
    }
    form.querySelector('button').hidden = false;
    const notify = form.querySelector('.tick');
    notify.hidden = !(form.dataset.serverKey && window.PushManager && window.Notification);
    form.addEventListener('submit', (event) => {
      if (form.elements.code.value) return;
      event.preventDefault();
      event.stopPropagation();
      says.textContent = '';
      bind(form).catch(() => { says.textContent = form.dataset.failed; });
    });
    addEventListener('pageshow', () => { form.elements.code.value = ''; });
  });
})();
