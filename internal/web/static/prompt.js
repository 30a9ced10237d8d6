// The page that shows a number goes on by itself once it was approved elsewhere. It says so, and never takes the focus.
(() => {
  'use strict';
  document.querySelectorAll('form[data-prompt]').forEach((form) => {
    const says = form.querySelector('[data-says]');
    const over = (text) => {
      says.textContent = text;
      document.querySelectorAll('[data-while]').forEach((part) => { part.hidden = true; });
    };
    const look = async () => {
      const answer = await fetch(form.dataset.ask);
      if (answer.status === 401) return over(form.dataset.gone);
      const now = answer.ok ? await answer.json() : { state: 'waiting' };
      if (now.prompt && now.prompt !== form.elements.prompt.value) return over(form.dataset.ended);
      if (now.state === 'approved') return form.requestSubmit();
      if (now.state !== 'waiting') return over(form.dataset[now.state]);
      setTimeout(again, 2000);
    };
    const again = () => look().catch(() => setTimeout(again, 4000));
    document.querySelectorAll('[data-script]').forEach((part) => { part.hidden = false; });
    setTimeout(again, 2000);
  });
})();
