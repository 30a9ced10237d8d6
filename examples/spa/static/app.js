// src/account.ts
import { passkeys as passkeys3 } from "/auth/static/sallyport.js";

// ../../clients/typescript/src/calls.ts
var calls = (send2) => ({
  /** This document. */
  getDocument: () => send2("GET", "/openapi.json"),
  /** What there is to sign in with. */
  getService: () => send2("GET", "/service"),
  /** Make an account. */
  register: (body) => send2("POST", "/accounts", body),
  /** What the login has to do now. */
  getLogin: () => send2("GET", "/login"),
  /** Begin a login. */
  beginLogin: (body) => send2("POST", "/login", body),
  /** End the login. */
  cancelLogin: () => send2("DELETE", "/login"),
  /** Answer one of the offer. */
  answerLogin: (body) => send2("POST", "/login/response", body),
  /** Ask for a sign-in by mail. */
  askMailed: (body) => send2("POST", "/login/mailed", body),
  /** Sign in with what was mailed. */
  answerMailed: (body) => send2("POST", "/login/mailed/response", body),
  /** Begin a sign-in with a passkey alone. */
  askPasskey: (body) => send2("POST", "/login/passkey", body),
  /** Sign in with a passkey alone. */
  answerPasskey: (body) => send2("POST", "/login/passkey/response", body),
  /** Send a code, or ask for a passkey or a bound browser. */
  challenge: (body) => send2("POST", "/login/challenge", body),
  /** Begin to bind the first authenticator. */
  bindFirst: (body) => send2("POST", "/login/authenticators", body),
  /** Send its code again. */
  resendFirst: (id) => send2("POST", `/login/authenticators/${encodeURIComponent(id)}/challenge`),
  /** Bind it and sign in. */
  confirmFirst: (id, body) => send2("POST", `/login/authenticators/${encodeURIComponent(id)}/confirm`, body),
  /** What became of a question to a bound browser. */
  getPrompt: () => send2("GET", "/login/prompt"),
  /** What leads on for who can use nothing of the offer. */
  getWaysBack: () => send2("GET", "/login/ways-back"),
  /** Ask for every authenticator to be removed, after a wait. */
  askReset: () => send2("POST", "/login/reset"),
  /** Ask whoever runs the service for help. */
  askHelp: () => send2("POST", "/login/help"),
  /** Something for a bound browser to sign. */
  askBrowser: (body) => send2("POST", "/push/challenge", body),
  /** What a bound browser is asked. */
  openPrompts: (body) => send2("POST", "/push/prompts", body),
  /** Answer a question. */
  answerPrompt: (body) => send2("POST", "/push/answer", body),
  /** Where messages reach a bound browser. */
  subscribeBrowser: (body) => send2("PUT", "/push/subscription", body),
  /** Ask for a new password. */
  forgot: (body) => send2("POST", "/recovery", body),
  /** Set a new password with what was mailed. */
  resetPassword: (body) => send2("POST", "/recovery/reset", body),
  /** End a reset with the link of one of its messages. */
  cancelReset: (body) => send2("POST", "/reset/cancel", body),
  /** Who is signed in: the session that asks. */
  getSession: () => send2("GET", "/session"),
  /** End the session that asks. */
  signOut: () => send2("DELETE", "/session"),
  /** Send a code, or ask for a passkey or a bound browser. */
  challengeSession: (body) => send2("POST", "/session/challenge", body),
  /** What became of a question to a bound browser. */
  getSessionPrompt: () => send2("GET", "/session/prompt"),
  /** What can prove the holder anew. */
  elevationOffer: () => send2("GET", "/session/elevate"),
  /** Prove the holder anew. */
  elevate: (body) => send2("POST", "/session/elevate", body),
  /** Confirm one action of an application. */
  confirmAction: (body) => send2("POST", "/session/confirmations", body),
  /** Use a confirmation up. */
  redeemAction: (body) => send2("POST", "/session/confirmations/redeem", body),
  /** End the reset that is pending, if there is one. */
  cancelOwnReset: () => send2("DELETE", "/session/reset"),
  /** The account's sessions. */
  listSessions: () => send2("GET", "/sessions"),
  /** End all others. */
  endOtherSessions: () => send2("DELETE", "/sessions"),
  /** End one. */
  endSession: (id) => send2("DELETE", `/sessions/${encodeURIComponent(id)}`),
  /** The browsers that need no second step. */
  listBrowsers: () => send2("GET", "/browsers"),
  /** Trust one no more. */
  endBrowser: (id) => send2("DELETE", `/browsers/${encodeURIComponent(id)}`),
  /** What is bound. */
  listAuthenticators: () => send2("GET", "/authenticators"),
  /** Begin to bind a further one. */
  bind: (body) => send2("POST", "/authenticators", body),
  /** Send its code again. */
  resend: (id) => send2("POST", `/authenticators/${encodeURIComponent(id)}/challenge`),
  /** Bind it. */
  confirm: (id, body) => send2("POST", `/authenticators/${encodeURIComponent(id)}/confirm`, body),
  /** Give it another label, or have it offered first. */
  rename: (id, body) => send2("PATCH", `/authenticators/${encodeURIComponent(id)}`, body),
  /** Remove it. */
  unbind: (id) => send2("DELETE", `/authenticators/${encodeURIComponent(id)}`),
  /** How many are left. */
  getRecoveryCodes: () => send2("GET", "/recovery-codes"),
  /** Make a new set. */
  newRecoveryCodes: () => send2("POST", "/recovery-codes"),
  /** The language of the account's pages and messages. */
  getLanguage: () => send2("GET", "/language"),
  /** Have them in another one. */
  setLanguage: (body) => send2("PUT", "/language", body),
  /** Let nothing but passkeys open the account. */
  setPasskeysOnly: (body) => send2("PUT", "/passkeys-only", body),
  /** Change the password. */
  changePassword: (body) => send2("PUT", "/password", body),
  /** The account's address, and the one that waits to be confirmed. */
  getAddress: () => send2("GET", "/email"),
  /** Ask for another address. */
  changeAddress: (body) => send2("PUT", "/email", body),
  /** Take back that another address was asked for. */
  cancelAddress: () => send2("DELETE", "/email/waiting"),
  /** Confirm an address. */
  confirmAddress: (body) => send2("POST", "/email/confirm", body),
  /** Take a change of address back. */
  undoAddress: (body) => send2("POST", "/email/undo", body),
  /** What happened to the account, the newest first. */
  listEvents: (query = {}) => send2("GET", "/events", void 0, query),
  /** All that is kept about the account. */
  getData: () => send2("GET", "/account"),
  /** Delete the account. */
  deleteAccount: () => send2("DELETE", "/account")
});

// ../../clients/typescript/src/send.ts
var ProblemError = class extends Error {
  problem;
  constructor(problem) {
    super(problem.detail);
    this.problem = problem;
    this.name = "ProblemError";
  }
};
var problemOf = async (answer) => {
  const type = answer.headers.get("Content-Type") ?? "";
  if (type.startsWith("application/problem+json")) return new ProblemError(await answer.json());
  return new Error(`${answer.status} ${answer.statusText}`);
};
var proved = ["signed_in", "more_needed", "must_bind"];
var client = ({ base = "/api/v1", token, keep } = {}) => {
  const send2 = async (method, path, body, query = {}) => {
    const headers = { Accept: "application/json" };
    if (body !== void 0) headers["Content-Type"] = "application/json";
    if (token) headers["Authorization"] = `Bearer ${token}`;
    const search = new URLSearchParams(Object.entries(query)).toString();
    const answer = await fetch(base + path + (search && "?" + search), {
      method,
      headers,
      body: body === void 0 ? null : JSON.stringify(body)
    });
    if (!answer.ok) throw await problemOf(answer);
    const text = await answer.text();
    if (text === "") return void 0;
    const said = JSON.parse(text);
    if (said.token && proved.includes(said.status ?? "")) {
      token = said.token;
      keep?.(token);
    }
    return said;
  };
  return calls(send2);
};

// src/api.ts
var api = client({ base: "/auth/api/v1" });
var code = (error) => error instanceof ProblemError ? error.problem.code : void 0;
var words = (error) => {
  if (error instanceof DOMException) {
    if (error.name === "InvalidStateError") return "This passkey is set up already.";
    if (error.name === "AbortError") return "Something else was asked meanwhile.";
    return "Nothing came of it. Try again, or take another way.";
  }
  if (error instanceof TypeError) return "The service can’t be reached. Try again in a moment.";
  return error instanceof Error ? error.message : String(error);
};
var kindNames = {
  totp: "Code app",
  hotp: "Hardware token",
  webauthn: "Passkey",
  push: "Another browser",
  email: "Code by email",
  sms: "Code by text message",
  recovery_code: "Recovery code",
  password: "Password"
};

// src/dom.ts
var el = (tag, attributes = {}, ...children) => {
  const made2 = document.createElement(tag);
  for (const [name2, value] of Object.entries(attributes)) {
    if (typeof value === "function") made2.addEventListener(name2, value);
    else if (value !== false) made2.setAttribute(name2, value === true ? "" : String(value));
  }
  made2.append(...children.filter((child) => child !== false && child !== null && child !== void 0));
  return made2;
};
var announce = (text) => {
  document.getElementById("status").textContent = text;
};
var leaving = [];
var onLeave = (act) => {
  leaving.push(act);
};
var show = (title, ...children) => {
  const done = leaving;
  leaving = [];
  done.forEach((act) => act());
  const heading = el("h1", { tabindex: -1 }, title);
  document.title = `${title} · Little Bank`;
  document.getElementById("main").replaceChildren(heading, ...children.filter((child) => !!child));
  heading.focus();
};
var link = (text, press) => el("button", { type: "button", class: "link", click: press }, text);
var time = (at) => el("time", { datetime: at }, new Date(at).toLocaleString([], { dateStyle: "medium", timeStyle: "short" }));
var GivenUp = class extends Error {
};
var ask = (title, fill) => new Promise((done, failed2) => {
  const dialog = el("dialog", { "aria-labelledby": "asked", close: () => {
    dialog.remove();
    failed2(new GivenUp());
  } });
  const finish = (value) => {
    done(value);
    dialog.close();
  };
  dialog.append(
    el("h2", { id: "asked" }, title),
    ...fill(finish).filter((child) => !!child),
    el("p", { class: "links" }, link("Cancel", () => dialog.close()))
  );
  document.body.append(dialog);
  dialog.showModal();
});

// src/form.ts
var proofs = ["code", "password"];
var made = 0;
var draw = (field) => {
  const id = `${field.name}-${++made}`;
  const input = el("input", {
    id,
    name: field.name,
    type: field.type ?? "text",
    autocapitalize: "none",
    spellcheck: "false",
    autocomplete: field.autocomplete ?? "off",
    inputmode: field.inputmode ?? false,
    class: field.class ?? false
  });
  if (field.type === "hidden") {
    Object.assign(input, { type: "text", value: field.value ?? "", hidden: true });
    return { input, part: input, fault: null };
  }
  const label2 = el("label", { for: id }, field.label);
  if (field.type === "checkbox") return { input, part: el("div", { class: "tick" }, input, label2), fault: null };
  const fault = el("p", { class: "fault", id: `${id}-fault`, hidden: true });
  const hint = field.hint && el("p", { class: "hint", id: `${id}-hint` }, field.hint);
  input.setAttribute("aria-describedby", `${fault.id}${hint ? ` ${id}-hint` : ""}`);
  return { input, fault, part: el("div", { class: "field" }, label2, hint, fault, input) };
};
var form = (fields2, button, send2, ...below) => {
  const drawn = fields2.map(draw);
  const summary = el("div", { class: "summary", role: "alert", tabindex: -1, hidden: true });
  const press = el("button", {}, button);
  const clear = () => {
    summary.hidden = true;
    document.title = document.title.replace(/^Error: /, "");
    drawn.forEach(({ input, fault }) => {
      input.removeAttribute("aria-invalid");
      if (fault) fault.hidden = true;
    });
  };
  const say = (error) => {
    if (error instanceof GivenUp) return;
    document.title = `Error: ${document.title}`;
    for (const { input } of drawn) {
      if (input.type === "password" || input.classList.contains("code")) input.value = "";
    }
    const named = error instanceof ProblemError ? error.problem.field : void 0;
    const at = drawn.find(({ input, fault }) => fault && (input.name === named || named === "response" && proofs.includes(input.name)));
    if (!at?.fault) {
      summary.textContent = words(error);
      summary.hidden = false;
      return summary.focus();
    }
    at.fault.textContent = words(error);
    at.fault.hidden = false;
    at.input.setAttribute("aria-invalid", "true");
    at.input.focus();
  };
  const submit = async (event) => {
    event.preventDefault();
    if (press.hasAttribute("aria-disabled")) return;
    clear();
    press.setAttribute("aria-disabled", "true");
    try {
      await send2(Object.fromEntries(drawn.map(({ input }) => [input.name, input.type === "checkbox" ? String(input.checked) : input.value])));
    } catch (error) {
      say(error);
    } finally {
      press.removeAttribute("aria-disabled");
    }
  };
  return el("form", { novalidate: true, submit }, summary, ...drawn.map(({ part }) => part), press, ...below);
};
var quiet = (beside) => {
  beside.querySelector("button").className = "quiet";
  return beside;
};

// src/prove.ts
import { passkeys } from "/auth/static/sallyport.js";

// src/texted.ts
import { textedCode } from "/auth/static/sallyport.js";
var fillIn = (typed) => {
  const stop = new AbortController();
  const field = typed.querySelector('input[name="code"]');
  textedCode(stop.signal).then((text) => {
    field.value ||= text;
  }, () => {
  });
  typed.addEventListener("submit", () => stop.abort());
  onLeave(() => stop.abort());
  return typed;
};

// src/prove.ts
var name = (o) => (o.label || kindNames[o.kind]) + (o.hint ? ` (${o.hint})` : "");
var codeField = { name: "code", label: "Code", class: "code", autocomplete: "one-time-code", inputmode: "numeric" };
var fields = {
  password: { name: "password", label: "Password", type: "password", autocomplete: "current-password" },
  recovery_code: { name: "code", label: "Recovery code", class: "letters", hint: "One that you have not used, such as 7K3M-2PQX-94TB-HW6C." }
};
var prove = (asking, first2 = asking.offer[0]) => {
  const place2 = el("div");
  const draw3 = (o) => place2.replaceChildren(
    ...way(asking, o).filter((child) => !!child),
    el("div", { class: "links" }, ...asking.offer.filter((other) => other !== o).map((other) => link(name(other), () => {
      draw3(other);
      place2.querySelector("input, button")?.focus();
    })))
  );
  if (first2) draw3(first2);
  else place2.append(el("p", {}, "Nothing that you have set up can be used now."));
  return place2;
};
var way = (asking, o) => {
  switch (o.kind) {
    case "webauthn":
      return [withPasskey(asking, o)];
    case "push":
      return [withBrowser(asking, o)];
    case "email":
    case "sms":
      return withSent(asking, o);
    default:
      return [withTyped(asking, o)];
  }
};
var trusting = ({ trust }) => trust ? [{ name: "trust", label: trust, type: "checkbox" }] : [];
var withTyped = (asking, o) => {
  const field = fields[o.kind] ?? { ...codeField, hint: `${name(o)}.` };
  const who = o.kind === "password" ? [{ name: "username", label: "", type: "hidden", value: asking.who ?? "", autocomplete: "username" }] : [];
  return form([...who, field, ...trusting(asking)], "Continue", async (typed) => {
    const of = o.kind === "password" || o.kind === "recovery_code" ? {} : { authenticator: o.id };
    asking.done(await asking.ways.answer({ kind: o.kind, response: typed[field.name], ...of, trust: typed.trust === "true" }));
  });
};
var withPasskey = (asking, o) => form(trusting(asking), "Use your passkey", async (typed) => {
  const asked = await asking.ways.challenge(o.id);
  if (!("options" in asked)) throw new Error("The service asked for something else.");
  const response = await passkeys.get(asked.options);
  asking.done(await asking.ways.answer({ kind: "webauthn", response, authenticator: o.id, trust: typed.trust === "true" }));
});
var withSent = (asking, o) => {
  const says = el("p", { class: "hint", role: "status" });
  const typed = withTyped(asking, o);
  if (o.kind === "sms") fillIn(typed);
  const send2 = quiet(form([], "Send a code", async () => {
    await asking.ways.challenge(o.id);
    says.textContent = `A code is on its way${o.hint ? ` to ${o.hint}` : ""}.`;
    typed.querySelector("input").focus();
  }));
  return [send2, says, typed];
};
var withBrowser = (asking, o) => {
  const place2 = el("div");
  const outcome = async (prompt, ends) => {
    while (place2.isConnected && Date.now() < Date.parse(ends)) {
      await new Promise((wait) => setTimeout(wait, 2e3));
      const now = await asking.ways.prompt().catch(() => null);
      if (now && (now.prompt !== prompt || now.state !== "waiting")) return now.prompt === prompt ? now.state : "ended";
    }
    return "ended";
  };
  const begin2 = form(trusting(asking), `Ask ${o.label || "the other browser"}`, async (typed) => {
    const asked = await asking.ways.challenge(o.id);
    if (!("number" in asked)) throw new Error("The service asked for something else.");
    const spaced = asked.number.replace(/(...)/, "$1 ");
    const shown = el(
      "div",
      {},
      el("p", {}, "Type this number in the browser that approves:"),
      el("p", { class: "number" }, spaced),
      el("p", { class: "muted" }, "This goes on by itself once it was approved.")
    );
    place2.append(shown);
    announce(`Type ${[...asked.number].join(" ")} in the browser that approves.`);
    const state = await outcome(asked.prompt, asked.expires_at);
    shown.remove();
    if (state !== "approved") throw new Error(state === "declined" ? "It was declined in the other browser." : "Nobody approved it. Ask again.");
    asking.done(await asking.ways.answer({ kind: "push", response: asked.prompt, authenticator: o.id, trust: typed.trust === "true" }));
  });
  place2.append(begin2);
  return place2;
};
var sessionWays = (answer, action) => ({
  challenge: (id) => api.challengeSession({ authenticator: id, ...action !== void 0 && { action } }),
  prompt: api.getSessionPrompt,
  answer: ({ trust: _, ...given }) => answer(given)
});
var confirm = async (why) => {
  const [{ offer }, { session: { account: account2 } }] = await Promise.all([api.elevationOffer(), api.getSession()]);
  const who = account2.username || account2.email;
  return ask("Confirm that it’s you", (done) => [el("p", {}, why), prove({ offer, who, ways: sessionWays(api.elevate), done })]);
};
var confirmAction = async (action) => {
  const { offer } = await api.elevationOffer();
  const ways = sessionWays((given) => api.confirmAction({ action, ...given }), action);
  return ask("Confirm this payment", (done) => [el("blockquote", {}, action), prove({ offer, ways, done })]);
};

// src/payments.ts
var call = async (method, path, body, confirmation) => {
  const answer = await fetch(`/api/payments${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...confirmation && { "Sallyport-Confirmation": confirmation } },
    body: body === void 0 ? null : JSON.stringify(body)
  });
  if (!answer.ok) throw await problemOf(answer);
  return answer.json();
};
var send = async (payment) => {
  const go = (confirmation) => call("POST", `/${payment.id}/send`, void 0, confirmation);
  const confirmed = async () => {
    try {
      return await go();
    } catch (error) {
      if (!(error instanceof ProblemError) || error.problem.code !== "confirmation_needed") throw error;
      return go((await confirmAction(error.problem.action ?? "")).confirmation);
    }
  };
  try {
    return await confirmed();
  } catch (error) {
    if (code(error) !== "aal2_needed") throw error;
    await confirm("Payments need two factors.");
    return confirmed();
  }
};
var amount = (cents) => (cents / 100).toLocaleString([], { style: "currency", currency: "EUR" });
var row = (payment, sendIt) => el(
  "li",
  {},
  el("div", {}, el("strong", {}, payment.to), el("p", { class: "muted" }, payment.sent_at ? "Sent " : "Not sent", payment.sent_at ? time(payment.sent_at) : "")),
  el("span", {}, amount(payment.cents)),
  !payment.sent_at && quiet(form([], "Send it now", () => sendIt(payment)))
);
var payments = async (possible2, sent2) => {
  const rows = el("ul", { class: "rows", id: "payments" });
  const list = async () => {
    const { payments: all } = await call("GET", "");
    rows.replaceChildren(...all.map((payment) => row(payment, sendIt)).reverse());
  };
  const sendIt = async (payment) => {
    await send(payment);
    await Promise.all([list(), sent2()]);
    announce(`${amount(payment.cents)} were sent to ${payment.to}.`);
  };
  const entry = form([
    { name: "to", label: "To" },
    { name: "amount", label: "Amount in EUR", inputmode: "decimal" }
  ], "Send", async ({ to, amount: typed }) => {
    if (!possible2) throw new Error("Set up a second step first: payments are confirmed with it.");
    const payment = await call("POST", "", { to, amount: typed });
    entry.reset();
    await list();
    await sendIt(payment);
  });
  await list();
  return el("section", { "aria-labelledby": "pay" }, el("h2", { id: "pay" }, "Send money"), entry, rows);
};

// src/setup.ts
import { browser, passkeys as passkeys2 } from "/auth/static/sallyport.js";
var first = {
  bind: api.bindFirst,
  resend: api.resendFirst,
  confirm: (id, response) => api.confirmFirst(id, { response })
};
var further = { bind: api.bind, resend: api.resend, confirm: (id, response) => api.confirm(id, { response }) };
var possible = (kind) => kind !== "hotp" && (kind !== "webauthn" || passkeys2.supported());
var setUp = (kinds, binder, done, back) => show(
  "Set up a second step",
  el("ul", { class: "rows" }, ...kinds.filter(possible).map((kind) => el(
    "li",
    {},
    el("div", {}, el("strong", {}, kindNames[kind]), el("p", { class: "muted" }, means[kind])),
    el("button", { type: "button", class: "quiet", "aria-label": `Set up: ${kindNames[kind]}`, click: () => begin[kind](binder, done, back) }, "Set up")
  ))),
  back && el("div", { class: "links" }, link("Not now", back))
);
var means = {
  totp: "An app on your phone shows codes.",
  hotp: "A thing with a button shows codes.",
  webauthn: "This device, or a security key, knows you. No false page can use it.",
  push: "This browser approves when you sign in elsewhere.",
  email: "Codes to your mailbox.",
  sms: "Codes to your phone."
};
var label = { name: "label", label: "What to call it, if you like" };
var codeField2 = { name: "code", label: "Code", class: "code", autocomplete: "one-time-code", inputmode: "numeric" };
var backTo = (back) => back && el("div", { class: "links" }, link("Cancel", back));
var codeApp = async (binder, done, back) => app(await binder.bind({ kind: "totp" }), binder, done, back);
var app = (binding, binder, done, back, says = "") => show(
  "Set up a code app",
  says && el("p", { class: "summary" }, says),
  el("p", {}, "Scan this with the app, or type the key. Then type the code that it shows."),
  el("img", { class: "qr", src: `data:image/svg+xml,${encodeURIComponent(binding.qr_svg ?? "")}`, alt: "QR code of the key below" }),
  el("p", {}, el("code", { id: "key" }, (binding.secret ?? "").replace(/(.{4})(?=.)/g, "$1 "))),
  form([codeField2], "Set it up", async (typed) => {
    try {
      done((await binder.confirm(binding.id, typed.code ?? "")).recovery_codes);
    } catch (error) {
      const again = error instanceof ProblemError && error.problem.binding;
      if (!again) throw error;
      app(again, binder, done, back, error.message);
    }
  }),
  backTo(back)
);
var passkey = (binder, done, back) => show(
  "Set up a passkey",
  el("p", {}, "Your device asks for its lock, or for a security key."),
  form([label], "Make a passkey", async (typed) => {
    const binding = await binder.bind({ kind: "webauthn", label: typed.label ?? "" });
    const response = await passkeys2.create(binding.options ?? {});
    done((await binder.confirm(binding.id, response)).recovery_codes);
  }),
  backTo(back)
);
var approver = (binder, done, back) => show(
  "Let this browser approve",
  el("p", {}, "It gets a key that it can’t give away. When you sign in elsewhere, it shows what is asked while this page is open, and you type the number that you see there."),
  form([label, { name: "messages", label: "Notify me when the page is closed", type: "checkbox" }], "Set this browser up", async (typed) => {
    const binding = await binder.bind({ kind: "push", label: typed.label ?? "" });
    const response = await browser.bind({ id: binding.id, push: binding.push }, "", typed.messages === "true");
    const bound = await binder.confirm(binding.id, response);
    await browser.keep(bound.authenticator.id);
    done(bound.recovery_codes);
  }),
  backTo(back)
);
var sent = (kind, to) => (binder, done, back) => show(
  `Set up ${kindNames[kind].toLowerCase()}`,
  form([to], "Send a code", async (typed) => {
    const binding = await binder.bind({ kind, ...typed[to.name] && { [to.name]: typed[to.name] } });
    const typing = form([codeField2], "Set it up", async (code2) => done((await binder.confirm(binding.id, code2.code ?? "")).recovery_codes));
    show(
      "Enter the code",
      el("p", {}, `A code is on its way to ${binding.to}.`),
      kind === "sms" ? fillIn(typing) : typing,
      el("div", { class: "links" }, link("Send another", () => {
        binder.resend(binding.id).catch(() => {
        });
      })),
      backTo(back)
    );
  }),
  backTo(back)
);
var begin = {
  totp: codeApp,
  hotp: () => location.assign("/auth/account/authenticators/new?kind=hotp"),
  webauthn: passkey,
  push: approver,
  email: sent("email", { name: "address", label: "Email", type: "email", autocomplete: "email", hint: "Leave it empty for your account’s own confirmed address." }),
  sms: sent("sms", { name: "number", label: "Phone number", type: "tel", autocomplete: "tel", hint: "With the country’s code, such as +49 151 23456789." })
};
var showCodes = (codes, done) => show(
  "Keep your recovery codes",
  el("p", {}, "Each works once, when everything else is lost. Print them or write them down: they are not shown again."),
  el("ol", { class: "codes" }, ...codes.map((one) => el("li", {}, el("code", {}, one)))),
  form([], "I have kept them", async () => done())
);

// src/account.ts
var account = async (signedOut, follow2) => {
  const again = () => {
    account(signedOut, follow2).catch(() => signedOut());
  };
  const [{ session }, bound, codes, { sessions }, service] = await Promise.all([
    api.getSession(),
    api.listAuthenticators(),
    api.getRecoveryCodes(),
    api.listSessions(),
    api.getService()
  ]);
  const known = bound.passkeys;
  if (known) passkeys3.signal("signalAllAcceptedCredentials", { rpId: known.rp_id, userId: known.user_id, allAcceptedCredentialIds: known.credential_ids });
  const level = el("p", { class: "muted" });
  const tell = (aal) => {
    level.textContent = aal === 2 ? "Signed in with two factors." : "Signed in with one factor.";
  };
  tell(session.aal);
  const paid = async () => tell((await api.getSession()).session.aal);
  const act = (run) => () => {
    elevated(run).then(again, trouble);
  };
  show(
    `Welcome, ${session.account.username || session.account.email}`,
    level,
    el("div", { id: "trouble", class: "summary", role: "alert", tabindex: -1, hidden: true }),
    session.reset_due && el(
      "div",
      { class: "card" },
      "Somebody asked to remove your second step. ",
      link("Stop that", () => {
        api.cancelOwnReset().then(again, trouble);
      })
    ),
    await payments(bound.authenticators.length > 0, paid),
    el("h2", {}, "Your second step"),
    bound.authenticators.length === 0 && el("p", {}, "None yet: whoever knows your password is in. Payments need one."),
    bound.authenticators.length > 0 && el("ul", { class: "rows" }, ...bound.authenticators.map((a) => authenticator(a, act(() => api.unbind(a.id))))),
    el("button", { type: "button", class: "quiet", click: () => {
      elevated(async () => {
        const { session: now } = await api.getSession();
        if (!now.elevated_until) await confirm("Then you can set up something new.");
      }).then(() => setUp(service.kinds, further, (made2) => {
        follow2();
        if (made2 && made2.length > 0) showCodes(made2, again);
        else again();
      }, again), trouble);
    } }, bound.authenticators.length > 0 ? "Set up another" : "Set one up"),
    el("h2", {}, "Recovery codes"),
    el("p", {}, codes.created_at ? `${codes.remaining} of 10 are left.` : "They come with your first second step."),
    codes.created_at && el("button", { type: "button", class: "quiet", click: () => {
      elevated(() => api.newRecoveryCodes()).then((made2) => showCodes(made2.recovery_codes, again), trouble);
    } }, "Make new ones"),
    el("h2", {}, "Where you are signed in"),
    el("ul", { class: "rows" }, ...sessions.map((s) => line(s, () => {
      api.endSession(s.id).then(again, trouble);
    }))),
    el(
      "div",
      { class: "actions" },
      sessions.length > 1 && el("button", { type: "button", class: "quiet", click: () => {
        api.endOtherSessions().then(again, trouble);
      } }, "End all others"),
      el("button", { type: "button", class: "quiet", click: () => {
        api.signOut().then(signedOut, trouble);
      } }, "Sign out")
    ),
    el("div", { class: "links" }, el("a", { href: "/auth/account" }, "Password, address, activity and everything else"))
  );
};
var authenticator = (a, remove) => el(
  "li",
  {},
  el(
    "div",
    {},
    el("strong", {}, (a.label || kindNames[a.kind]) + (a.hint ? ` (${a.hint})` : "")),
    el(
      "p",
      { class: "muted" },
      `${a.label ? `${kindNames[a.kind]}. ` : ""}Added `,
      time(a.created_at),
      a.last_used_at ? ", last used " : "",
      a.last_used_at ? time(a.last_used_at) : "",
      !a.usable && ". It can’t be used: remove it and set it up anew"
    )
  ),
  removal(a, remove)
);
var removal = (a, remove) => {
  const place2 = el("span", { class: "actions" });
  const idle = () => el("button", { type: "button", class: "link danger", "aria-label": `Remove ${a.label || kindNames[a.kind]}`, click: () => {
    const sure = el("button", { type: "button", class: "link danger", click: remove }, "Remove it for good");
    place2.replaceChildren(sure, link("Keep it", () => place2.replaceChildren(idle())));
    sure.focus();
  } }, "Remove");
  place2.append(idle());
  return place2;
};
var line = (s, end) => el(
  "li",
  {},
  el(
    "div",
    {},
    el("strong", {}, s.browser ? `${s.browser}${s.system ? `, ${s.system}` : ""}` : "A program"),
    el("p", { class: "muted" }, s.current ? "This one. " : "Last seen ", s.current ? "" : time(s.last_seen_at))
  ),
  !s.current && el("button", { type: "button", class: "link", "aria-label": `End the session of ${s.browser ?? "a program"}`, click: end }, "End")
);
var elevated = async (run) => {
  try {
    return await run();
  } catch (error) {
    if (code(error) !== "elevation_needed") throw error;
    await confirm("This changes how you sign in.");
    return run();
  }
};
var trouble = (error) => {
  if (error instanceof GivenUp) return announce("Nothing was changed.");
  if (code(error) === "not_signed_in") return location.reload();
  const says = document.getElementById("trouble");
  if (!says) return announce(words(error));
  says.textContent = words(error);
  says.hidden = false;
  says.focus();
};

// src/approve.ts
import { browser as browser2 } from "/auth/static/sallyport.js";
var place = document.getElementById("requests");
var cards = /* @__PURE__ */ new Map();
var followed = /* @__PURE__ */ new Set();
var asks = (prompt) => ({
  sign_in: `Sign in to ${prompt.issuer} as ${prompt.account}?`,
  confirm: `Change something of ${prompt.account} at ${prompt.issuer}?`,
  action: `Confirm for ${prompt.account} at ${prompt.issuer}?`
})[prompt.purpose];
var drop = (id, says) => {
  cards.get(id)?.card.remove();
  cards.delete(id);
  if (says) announce(says);
};
var draw2 = (key, prompt) => {
  const decide = (decision, says) => {
    browser2.answer(key, prompt.id, decision).then(() => drop(prompt.id, says), () => drop(prompt.id, "This is over."));
  };
  const sure = el("button", { type: "button", class: "link danger", click: () => {
    if (sure.dataset.sure) return decide("not_me", "You were signed out everywhere. Change your password.");
    sure.dataset.sure = "yes";
    sure.textContent = "Sign me out everywhere";
  } }, "It wasn’t me");
  const approve = form([{ name: "number", label: "The number that you see there", class: "code", inputmode: "numeric" }], "Approve", async (typed) => {
    try {
      await browser2.answer(key, prompt.id, "approve", (typed.number ?? "").replace(/\D/g, ""));
      drop(prompt.id, "Approved.");
    } catch (error) {
      const { status } = error;
      if (status !== 404 && status !== 409) throw error;
      drop(prompt.id, "This is over.");
    }
  }, " ", el("button", { type: "button", class: "quiet", click: () => decide("decline", "Declined.") }, "Decline"));
  return el(
    "section",
    { class: "card" },
    el("h2", {}, asks(prompt)),
    prompt.action && el("blockquote", {}, prompt.action),
    el("p", { class: "muted" }, `${prompt.client}${prompt.address && `, ${prompt.address}`}, `, time(prompt.asked_at)),
    approve,
    sure
  );
};
var update = (key, prompts) => {
  for (const [id, known] of cards) {
    if (known.key === key.id && !prompts.some((prompt) => prompt.id === id)) drop(id, "");
  }
  for (const prompt of prompts) {
    if (cards.has(prompt.id)) continue;
    const card = draw2(key, prompt);
    cards.set(prompt.id, { key: key.id, card });
    place.append(card);
    announce(asks(prompt));
  }
};
var follow = async () => {
  if (!window.indexedDB || !window.isSecureContext) return;
  for (const key of (await browser2.all()).slice(0, 3)) {
    if (followed.has(key.id)) continue;
    followed.add(key.id);
    watch(key).catch(() => {
      followed.delete(key.id);
      browser2.drop(key.id).catch(() => {
      });
    });
  }
};
var watch = async (key) => {
  for await (const prompts of browser2.watch(key, new AbortController().signal)) update(key, prompts);
};

// src/signin.ts
import { passkeys as passkeys4 } from "/auth/static/sallyport.js";
var loginField = { name: "login", label: "Username or email", autocomplete: "username webauthn" };
var passwordField = { name: "password", label: "Password", type: "password", autocomplete: "current-password" };
var signIn = (service, done, says = "") => {
  const again = (text = "") => signIn(service, done, text);
  const next = (now) => proceed(now, service, done, again);
  show(
    "Sign in",
    says && el("p", { class: "card" }, says),
    form(
      [loginField, passwordField, { name: "remember", label: "Stay signed in", type: "checkbox" }],
      "Sign in",
      async ({ login = "", password = "", remember }) => next(await api.beginLogin({ login, password, remember: remember === "true" }))
    ),
    service.kinds.includes("webauthn") && passkeys4.supported() && quiet(form([], "Sign in with a passkey", async () => {
      await entered(await passkeys4.get((await api.askPasskey({})).options));
      done();
    })),
    el(
      "div",
      { class: "links" },
      service.registration_open && link("Create an account", () => register(service, done)),
      service.mailed && link("Sign in with a code by email", () => mailed(service, done)),
      el("a", { href: "/auth/recover" }, "Forgot your password?")
    )
  );
  listPasskeys(done, again);
};
var entered = async (response) => {
  try {
    await api.answerPasskey({ response });
  } catch (error) {
    if (code(error) === "not_found") passkeys4.signal("signalUnknownCredential", { rpId: location.hostname, credentialId: response.id });
    throw error;
  }
};
var listPasskeys = (done, again) => {
  onLeave(passkeys4.stop);
  passkeys4.list(async () => (await api.askPasskey({})).options).then(entered).then(done, (error) => {
    if (error instanceof ProblemError) again(error.message);
  });
};
var register = (service, done) => {
  const again = (says = "") => signIn(service, done, says);
  show(
    "Create an account",
    form([
      { name: "username", label: "Username", autocomplete: "username" },
      { name: "email", label: "Email, if you like", type: "email", autocomplete: "email" },
      { ...passwordField, autocomplete: "new-password", hint: `At least ${service.password_min} characters. A few words will do.` }
    ], "Create it", async ({ username = "", email = "", password = "" }) => proceed(await api.register({ username, password, ...email && { email } }), service, done, again)),
    el("div", { class: "links" }, link("I have an account", () => again()))
  );
};
var mailed = (service, done) => {
  const again = (says = "") => signIn(service, done, says);
  show(
    "Sign in with a code by email",
    form([loginField], "Send it", async ({ login = "" }) => {
      await api.askMailed({ login });
      show(
        "Enter the code",
        el("p", {}, "If there is such an account, a code is on its way."),
        form(
          [{ name: "code", label: "Code", class: "letters", autocomplete: "one-time-code" }],
          "Sign in",
          async (typed) => proceed(await api.answerMailed({ response: typed.code ?? "" }), service, done, again)
        )
      );
    }),
    el("div", { class: "links" }, link("Sign in with a password", () => again()))
  );
};
var proceed = (now, service, done, again) => {
  switch (now.status) {
    case "signed_in":
      return done();
    case "confirm_address":
      return again("Confirm your address first: a message with a link is on its way. Then sign in.");
    case "must_bind":
      return chooseFirst(now, done);
    case "more_needed":
      return second(now, service, done, again);
  }
};
var second = (now, service, done, again) => {
  const days = Math.round((service.trust_browser_seconds ?? 0) / 86400);
  show(
    "One more step",
    now.reset_due && el("p", { class: "card" }, "Somebody asked to remove your second step. Signing in with it ends that."),
    prove({
      offer: now.offer,
      ways: {
        challenge: (id) => api.challenge({ authenticator: id }),
        prompt: api.getPrompt,
        answer: ({ kind, trust, ...given }) => {
          if (kind === "password") throw new Error("A password is no second step.");
          return api.answerLogin({ kind, ...given, ...trust && { trust_browser: true } });
        }
      },
      done: (then) => proceed(then, service, done, again),
      ...days > 0 && { trust: `Don’t ask in this browser for ${days} days` }
    }),
    el(
      "div",
      { class: "links" },
      el("a", { href: "/auth/login/lost" }, "I can use none of these"),
      link("Sign in to another account", () => {
        api.cancelLogin().finally(() => again());
      })
    )
  );
};
var chooseFirst = (now, done) => {
  const finish = (codes = []) => codes.length > 0 ? showCodes(codes, done) : done();
  setUp(now.kinds, first, finish);
};

// src/main.ts
var start = async () => {
  const service = await api.getService();
  const signedOut = () => signIn(service, enter);
  const enter = () => {
    account(signedOut, () => {
      follow().catch(() => {
      });
    }).catch(failed);
  };
  try {
    await api.getSession();
  } catch (error) {
    if (code(error) !== "not_signed_in") throw error;
    return signedOut();
  }
  enter();
};
var failed = (error) => {
  show("Something went wrong", el("p", {}, words(error)), el("p", {}, link("Try again", () => location.reload())));
};
start().catch(failed);
follow().catch(() => {
});
