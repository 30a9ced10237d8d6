// Made by generate.mjs from internal/web/openapi.json: change that, and run npm run generate.

export interface paths {
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getDocument"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/service": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What there is to sign in with
         * @description What a page needs to know before anybody signs in: the pages of this service show the same to everybody.
         */
        get: operations["getService"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/accounts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description The password is the login's first evidence; what comes then is as with POST /login. Where registration is closed and no invitation comes along, the answer is 409 wrong_state. An address that another account has confirmed changes nothing about the answer.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the login has to do now */
        get: operations["getLogin"];
        put?: never;
        /**
         * Begin a login
         * @description The password first; then POST /login/response. With response both at once, and one answer for whatever was wrong. A 409 wrong_state with the field password: it was right, and may be known to others; it opens nothing any more, and a link to replace it was mailed where the account has a confirmed address.
         */
        post: operations["beginLogin"];
        /**
         * End the login
         * @description Ends a login in progress, so that its token is good for nothing. A login that is complete is a session, and none any more: DELETE /session ends that.
         */
        delete: operations["cancelLogin"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Answer one of the offer */
        post: operations["answerLogin"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/mailed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a sign-in by mail
         * @description A code and a link go to the account's confirmed address, good for ten minutes, once, for POST /login/mailed/response. The answer is the same whoever is meant. A browser gets a cookie that has to come back with what was mailed; a client with transport bearer gets a token. 404 where passwordless is off.
         */
        post: operations["askMailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/mailed/response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with what was mailed
         * @description The code of the message, or the token of its link, in place of the password: one factor. What is bound is asked for after it, but for a code to the same mailbox. 404 where passwordless is off.
         */
        post: operations["answerMailed"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/passkey": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin a sign-in with a passkey alone
         * @description What to ask the browser for. The answer names the account, and is both factors: POST it to /login/passkey/response. A browser gets a cookie that has to come back with the answer; a client with transport bearer gets a token. 404 where passkeys are off.
         */
        post: operations["askPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/passkey/response": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Sign in with a passkey alone
         * @description The browser's answer. 404 not_found: nobody has that passkey any more, and the browser may be told so (signalUnknownCredential).
         */
        post: operations["answerPasskey"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code, or ask for a passkey or a bound browser
         * @description For an authenticator of the offer whose kind is email or sms: a code that is good for this login alone. The code before stays good beside it, and no failure is forgotten. Where nothing but such an authenticator could answer, a code is sent with the password already. With email instead of an id, where GET /login/ways-back says that there is one, a rescue code is mailed; answer it with POST /login/response and the kind email. For a passkey, or with webauthn instead of an id for whichever is at hand, the answer is what to ask the browser for. For a bound browser (push) it is asked, and the answer has the number that its owner types there; 3 times in 10 minutes and 10 a day, with a share of its own for who is known.
         */
        post: operations["challenge"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/authenticators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin to bind the first authenticator
         * @description Only when the login must bind. A binding that was begun before stays good for its time.
         */
        post: operations["bindFirst"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/authenticators/{id}/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send its code again
         * @description With email and sms.
         */
        post: operations["resendFirst"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/authenticators/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bind it and sign in */
        post: operations["confirmFirst"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/prompt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a question to a bound browser
         * @description The newest that this login asked with POST /login/challenge. Once it is approved, POST /login/response goes on.
         */
        get: operations["getPrompt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/ways-back": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What leads on for who can use nothing of the offer */
        get: operations["getWaysBack"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for every authenticator to be removed, after a wait
         * @description The account's owner is told at start, halfway and at the end. Each message has a link that ends it; a sign-in with a second step ends it too.
         */
        post: operations["askReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/login/help": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Ask whoever runs the service for help */
        post: operations["askHelp"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Something for a bound browser to sign
         * @description No cookie and no token is looked at, here and below /push: the signature is all that counts. Nothing is stored; the challenge is good for five minutes, any number of times for the prompts, and once for the subscription. 404: that browser is not bound any more, and may drop its key.
         */
        post: operations["askBrowser"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/prompts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a bound browser is asked
         * @description With Accept: text/event-stream as server-sent events: the list at once, again at each change, comments between, for five minutes; of one browser three at a time. The number is never in it: whoever approves reads it off the page that asks.
         */
        post: operations["openPrompts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/answer": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Answer a question
         * @description approve takes the number that the page shows which asks; the third wrong one ends the question. not_me says that it was somebody else: what they began ends, every session and trusted browser of the account, and where it has a confirmed address its password, for which a link is mailed. It is taken for an hour after the question is over, too.
         */
        post: operations["answerPrompt"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/push/subscription": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Where messages reach a bound browser
         * @description With null, none do. What is signed has the hash of the very text of subscription.
         */
        put: operations["subscribeBrowser"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recovery": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a new password
         * @description A link and a code go to the address that the account has. An address that nobody has gets a message that says so.
         */
        post: operations["forgot"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/recovery/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Set a new password with what was mailed
         * @description A password that is refused leaves the link good.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/reset/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** End a reset with the link of one of its messages */
        post: operations["cancelReset"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Who is signed in: the session that asks */
        get: operations["getSession"];
        put?: never;
        post?: never;
        /** End the session that asks */
        delete: operations["signOut"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a code, or ask for a passkey or a bound browser
         * @description For who is signed in and has to prove themself again. With action, what passkey or bound browser answer is good for confirming that very action, which a bound browser shows; without it, for POST /session/elevate.
         */
        post: operations["challengeSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/prompt": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What became of a question to a bound browser
         * @description The newest that this session asked with POST /session/challenge.
         */
        get: operations["getSessionPrompt"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/elevate": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What can prove the holder anew */
        get: operations["elevationOffer"];
        put?: never;
        /**
         * Prove the holder anew
         * @description With a second factor where one is bound, else with the password. A second factor lifts the session to AAL2.
         */
        post: operations["elevate"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/confirmations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm one action of an application
         * @description The holder proves themself anew, with a response that was never used before. It does not elevate the session.
         */
        post: operations["confirmAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/confirmations/redeem": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Use a confirmation up
         * @description Good once, for the action that was confirmed, in the session that it was made in; else 404.
         */
        post: operations["redeemAction"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/session/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End the reset that is pending, if there is one */
        delete: operations["cancelOwnReset"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's sessions */
        get: operations["listSessions"];
        put?: never;
        post?: never;
        /** End all others */
        delete: operations["endOtherSessions"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/sessions/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** End one */
        delete: operations["endSession"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/browsers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The browsers that need no second step */
        get: operations["listBrowsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/browsers/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Trust one no more */
        delete: operations["endBrowser"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authenticators": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What is bound */
        get: operations["listAuthenticators"];
        put?: never;
        /**
         * Begin to bind a further one
         * @description What is bound already stays untouched until the new one is confirmed, and after.
         */
        post: operations["bind"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authenticators/{id}/challenge": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send its code again
         * @description With email and sms.
         */
        post: operations["resend"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authenticators/{id}/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Bind it */
        post: operations["confirm"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/authenticators/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /** Remove it */
        delete: operations["unbind"];
        options?: never;
        head?: never;
        /**
         * Give it another label, or have it offered first
         * @description One authenticator of an account at most is its favourite. It is offered first, but where another was used last in the same browser.
         */
        patch: operations["rename"];
        trace?: never;
    };
    "/recovery-codes": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How many are left */
        get: operations["getRecoveryCodes"];
        put?: never;
        /** Make a new set */
        post: operations["newRecoveryCodes"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/language": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The language of the account's pages and messages */
        get: operations["getLanguage"];
        /**
         * Have them in another one
         * @description Mails, text messages and notifications to the account are written in it, and its pages, except in a browser in which another one was chosen on a page. What programs read never changes; the `detail` of an error is in the language of Accept-Language.
         */
        put: operations["setLanguage"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/passkeys-only": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Let nothing but passkeys open the account
         * @description No code opens it then, recovery codes included; who loses every passkey is left with a reset. Every other session ends.
         */
        put: operations["setPasskeysOnly"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /** Change the password */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The account's address, and the one that waits to be confirmed */
        get: operations["getAddress"];
        /**
         * Ask for another address
         * @description No answer tells whether another account has that address. GET /email shows what was asked for. Asking for the same address again sends the message again, and what was mailed before confirms nothing any more. After five in a row there is one each twelve minutes.
         */
        put: operations["changeAddress"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email/waiting": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Take back that another address was asked for
         * @description What was mailed there confirms nothing any more. It is no error when none waits.
         */
        delete: operations["cancelAddress"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an address
         * @description It needs no session, and takes one that comes along.
         */
        post: operations["confirmAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/email/undo": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take a change of address back
         * @description The link went to the old address, and is good for 72 hours.
         */
        post: operations["undoAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to the account, the newest first */
        get: operations["listEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/account": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All that is kept about the account */
        get: operations["getData"];
        put?: never;
        post?: never;
        /** Delete the account */
        delete: operations["deleteAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        /** @description What one signs in to. */
        Account: {
            /** @description Opaque. */
            id: string;
            /** @description Empty when the account has none. */
            username: string;
            /** @description Empty when the account has none. */
            email: string;
            /** @description Was its mailbox proved? */
            email_confirmed: boolean;
        };
        /** @description A complete sign-in. */
        SessionDetails: {
            /** @description Names the session in lists; it is not its token. */
            id: string;
            account: components["schemas"]["Account"];
            /**
             * @description Assurance level (NIST SP 800-63B-4) at this moment.
             * @enum {integer}
             */
            aal: 1 | 2;
            /** @description How the holder was authenticated (RFC 8176). Empty after a sign-in by mail alone, which has no value there. */
            amr: ("pwd" | "otp" | "sms" | "pop" | "swk" | "mfa")[];
            /**
             * Format: date-time
             * @description When the session began.
             */
            signed_in_at: string;
            /**
             * Format: date-time
             * @description When it ends, whatever happens.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description Present while the last reauthentication counts.
             */
            elevated_until?: string;
            /**
             * Format: date-time
             * @description When the holder last proved themself anew. Signing in is not that.
             */
            proved_at?: string;
            /** @description The account's groups, as an administrator gave them; absent when there are none. What they mean is the application's. */
            groups?: string[];
            /**
             * Format: date-time
             * @description When the account will need a second step; absent when it needs one already, has one, or never will.
             */
            second_factor_due?: string;
            /**
             * Format: date-time
             * @description When a reset that was asked for removes every authenticator. DELETE /session/reset ends it.
             */
            reset_due?: string;
        };
        /** @description Signed in. recovery_codes come with the account's first authenticator only. */
        Session: {
            /** @constant */
            status: "signed_in";
            session: components["schemas"]["SessionDetails"];
            /** @description What was bound, with the confirmation of the account's first authenticator in a login. */
            authenticator?: components["schemas"]["Authenticator"];
            /** @description Recovery codes, shown this once. Each works once. */
            recovery_codes?: string[];
            /** @description The token for `Authorization: Bearer`. Bearer clients get it in every answer that made a new one. */
            token?: string;
        };
        /** @description One way to go on. */
        Offer: {
            /** @description The authenticator, or recovery_code. */
            id: string;
            /** @enum {string} */
            kind: "totp" | "hotp" | "webauthn" | "push" | "email" | "sms" | "recovery_code" | "password";
            /** @description The person's own name for it; may be empty. */
            label: string;
            /** @description What tells two of a kind apart, such as the end of a number. */
            hint?: string;
        };
        /** @description What can prove the holder of a session anew. */
        Elevation: {
            /** @description Empty when none can be used now. */
            offer: components["schemas"]["Offer"][];
        };
        /** @description What was given held, and is not enough. */
        MoreNeeded: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "more_needed";
            /** @description Any one of these; empty when none can be used now. First what was used last in this browser (with cookies), then the favourite, then what the account used last; recovery codes come last. */
            offer: components["schemas"]["Offer"][];
            /**
             * Format: date-time
             * @description When the login ends.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When a reset that was asked for removes every authenticator; absent when none waits. Answering with one of the offer ends it.
             */
            reset_due?: string;
            /** @description The token for `Authorization: Bearer`. Bearer clients get it in every answer that made a new one. */
            token?: string;
        };
        /** @description A first authenticator has to be bound. */
        MustBind: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "must_bind";
            /** @description What may be bound. */
            kinds: ("totp" | "hotp" | "webauthn" | "push" | "email" | "sms")[];
            /**
             * Format: date-time
             * @description When the login ends.
             */
            expires_at: string;
            /** @description The token for `Authorization: Bearer`. Bearer clients get it in every answer that made a new one. */
            token?: string;
        };
        /** @description What a login has to do now. */
        Next: components["schemas"]["MoreNeeded"] | components["schemas"]["MustBind"];
        /** @description An authenticator that is not proved yet, with what its kind needs. For totp this answer is the only one that shows its secret; for hotp the client brought it; for email and sms a code is on its way. */
        Binding: {
            /** @description Names the pending binding. */
            id: string;
            /** @enum {string} */
            kind: "totp" | "hotp" | "webauthn" | "push" | "email" | "sms";
            /** @description Unpadded upper-case base32, without spaces. */
            secret?: string;
            /** @description The same secret for code apps. */
            uri?: string;
            /** @enum {string} */
            algorithm?: "SHA1" | "SHA256" | "SHA512";
            digits?: number;
            /** @description Seconds; with totp. */
            period?: number;
            /** @description Of the token's next code; with hotp. */
            counter?: number;
            /** @description uri as a QR code: an SVG document that stands alone. */
            qr_svg?: string;
            /** @description For PublicKeyCredential.parseCreationOptionsFromJSON (WebAuthn Level 3, 5.1.8); with webauthn. */
            options?: Record<string, unknown>;
            /** @description With push: the browser makes a key on P-256 and signs, as Prompts are opened, sallyport push v1, bind, the origin, id, challenge, its public key, and SHA-256 of the text of its subscription (empty without one). The response of the confirmation is an object of public_key (the raw point), signature, and maybe subscription. */
            push?: {
                challenge: string;
                /** @description For PushManager.subscribe; empty where no messages go to browsers. */
                server_key: string;
            };
            /** @description Where the code went; with email and sms. */
            to?: string;
            /**
             * Format: date-time
             * @description When another code may be asked for; with email and sms.
             */
            again_at?: string;
            /**
             * Format: date-time
             * @description When the pending binding ends.
             */
            expires_at: string;
        };
        /** @description One bound thing. */
        Authenticator: {
            /** @description Opaque. */
            id: string;
            /** @enum {string} */
            kind: "totp" | "hotp" | "webauthn" | "push" | "email" | "sms";
            /** @description The person's own name for it; may be empty. */
            label: string;
            /** @description Where codes go, as much of it as its owner needs; with email and sms. */
            hint?: string;
            /**
             * Format: date-time
             * @description When it was bound.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description Absent when it never was used.
             */
            last_used_at?: string;
            /** @description False when it was disabled after too many wrong codes in a row, its kind is no longer allowed, or what it is checked with can't be opened. It still counts as bound. */
            usable: boolean;
            /** @description With webauthn: other devices of its owner have this passkey, too. */
            synced?: boolean;
            /** @description Its owner wants it to be offered first. */
            favourite?: boolean;
            /** @description With totp: its clock minus ours, about, where the last two codes were off to the same side. Absent when nothing is known to be wrong. */
            drift_seconds?: number;
        };
        /** @description A code as typed: spaces and dashes don't matter. Of hotp also two codes in a row, which find a token that has counted too far. Of a passkey, what the browser made: the object that PublicKeyCredential.toJSON() gives, or its text. Of a bound browser, the prompt that was approved, or empty for the newest; when it is set up, the object that it makes, or its text. */
        Response: string | Record<string, unknown>;
        /** @description What a browser is asked. Nothing was stored. */
        Asked: {
            /** @enum {string} */
            kind: "webauthn";
            /** @description For PublicKeyCredential.parseRequestOptionsFromJSON (WebAuthn Level 3, 5.1.9). */
            options: Record<string, unknown>;
            /**
             * Format: date-time
             * @description When the answer comes too late.
             */
            expires_at: string;
            /** @description With bearer: it comes back with the answer of a sign-in with a passkey alone. */
            token?: string;
        };
        AskPasskey: {
            /**
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
        };
        AskMailed: {
            /** @description A username or an email address. */
            login: string;
            /**
             * @description As at POST /login.
             * @default false
             */
            remember?: boolean;
            /**
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
        };
        MailedOut: {
            /** @constant */
            status: "mailed";
            /** @description With bearer: comes back with what was mailed. Asking anew gives another; each is good for what it asked for. */
            token?: string;
        };
        AnswerMailed: {
            /** @description The code, or the link's token. */
            response: string;
            /**
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
            /** @description With bearer: what the asking was answered with. */
            token?: string;
        };
        AnswerPasskey: {
            response: components["schemas"]["Response"];
            /**
             * @description As at POST /login.
             * @default false
             */
            remember?: boolean;
            /**
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
            /** @description With bearer: what the question came with. */
            token?: string;
        };
        Language: {
            /** @description A tag of BCP 47; empty while none was chosen. */
            language: string;
            /** @description What it may be. */
            languages: string[];
        };
        NewLanguage: {
            /** @description One of those that GET lists. */
            language: string;
        };
        PasskeysOnly: {
            /** @description Whether nothing but a passkey is enough for the account. */
            passkeys_only: boolean;
        };
        /** @description For the signals of WebAuthn Level 3, 5.1.10: the browser's keeper of passkeys forgets what is no longer listed. Absent for an account that never had a passkey. */
        Passkeys: {
            rp_id: string;
            /** @description base64url: what passkeys know the account by. */
            user_id: string;
            /** @description base64url, of all that are bound. */
            credential_ids: string[];
        };
        /** @description A code is on its way. */
        Sent: {
            /** @enum {string} */
            kind: "email" | "sms";
            /** @description Where it goes, as the offer shows it. */
            hint?: string;
            /**
             * Format: date-time
             * @description When the code ends.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When another may be asked for.
             */
            again_at?: string;
        };
        Authenticators: {
            /** @description The oldest first. */
            authenticators: components["schemas"]["Authenticator"][];
            passkeys?: components["schemas"]["Passkeys"];
            /** @description Nothing but a passkey is enough for this account: its owner or the service wants it so. */
            passkeys_only: boolean;
        };
        /** @description recovery_codes come with the account's first authenticator only. */
        Bound: {
            authenticator: components["schemas"]["Authenticator"];
            /** @description Recovery codes, shown this once. Each works once. */
            recovery_codes?: string[];
        };
        /** @description One session of the account. */
        SessionLine: {
            /** @description Opaque. */
            id: string;
            /** @enum {integer} */
            aal: 1 | 2;
            /**
             * Format: date-time
             * @description When it began.
             */
            signed_in_at: string;
            /**
             * Format: date-time
             * @description When it was used last, to about a minute.
             */
            last_seen_at: string;
            /** @description The client's at sign-in; IPv6 as its /64. May be empty. */
            address: string;
            /** @description The client's at sign-in, as sent. */
            user_agent: string;
            /** @description Is it the session that asks? */
            current: boolean;
            /** @description Read from user_agent, where that is known. */
            browser?: string;
            /** @description Likewise. */
            system?: string;
        };
        Sessions: {
            /** @description The latest used first. */
            sessions: components["schemas"]["SessionLine"][];
        };
        RecoveryCodes: {
            remaining: number;
            /**
             * Format: date-time
             * @description Absent when there are none.
             */
            created_at?: string;
        };
        /** @description The new set. The old one is dead. */
        NewRecoveryCodes: {
            /** @description Recovery codes, shown this once. Each works once. */
            recovery_codes: string[];
        };
        Service: {
            /** @description What the service is called. */
            issuer: string;
            /** @description May anybody make an account? Otherwise it takes an invitation, or nobody can. */
            registration_open: boolean;
            /** @description Characters that the password of a new account needs. */
            password_min: number;
            /**
             * @description combined: name, password and code at once, with one answer to whatever was wrong.
             * @enum {string}
             */
            login_form: "two_step" | "combined";
            /** @description May a mailed code stand in for the password (POST /login/mailed)? */
            mailed: boolean;
            /** @description What may be bound. */
            kinds: ("totp" | "hotp" | "webauthn" | "push" | "email" | "sms")[];
            /** @description How long a browser is trusted where trust_browser is asked for; absent where none is. */
            trust_browser_seconds?: number;
        };
        /** @description A problem document (RFC 9457). */
        Problem: {
            /** @constant */
            type: "about:blank";
            /** @description The status in words. */
            title: string;
            status: number;
            /**
             * @description What went wrong, for programs.
             * @enum {string}
             */
            code: "wrong" | "already_used" | "clock_drift" | "login_expired" | "wrong_state" | "throttled" | "locked" | "not_signed_in" | "elevation_needed" | "aal2_needed" | "not_found" | "taken" | "weak_password" | "invalid" | "too_large" | "unavailable" | "internal" | "cross_origin" | "method_not_allowed" | "confirmation_needed";
            /** @description What went wrong, for people. */
            detail: string;
            /** @description The input at fault, by its name. */
            field?: string;
            /** @description Seconds until it makes sense to try again; also in the header. */
            retry_after?: number;
            /** @description With clock_drift: the device's clock minus ours. Told once a minute; between, the answer is wrong. While an app is set up it is told each time, up to ten minutes. */
            drift_seconds?: number;
            /** @description With wrong_state, of a confirmation whose code shows that the app ignores algorithm or digits: what the pending binding has become, with a new key that the app can use. The one before is dead. */
            binding?: components["schemas"]["Binding"];
            /** @description With confirmation_needed, which an application's own handlers answer: the words for POST /session/confirmations. */
            action?: string;
            /** @description With wrong, after a right password: how many more wrong codes in a row are compared before this authenticator, or this set of recovery codes, is turned off. retry_after says how long the next has to wait. */
            tries_left?: number;
        };
        NewAccount: {
            /** @description 1 to 64 characters without @. One of username and email is needed. */
            username?: string;
            email?: string;
            /** @description 15 characters at least where a password alone can sign in, else 8; 1,024 bytes at most. */
            password: string;
            /**
             * @description How the client carries its tokens: in cookies, or in an Authorization header.
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
            /** @description The token of an invitation (/register?token=...). With it an account may be made wherever registration is closed. */
            invitation?: string;
        } | unknown | unknown;
        NewLogin: {
            /** @description A username or an email address. */
            login: string;
            /** @description 1 to 1,024 bytes of UTF-8, taken exactly as they are. */
            password: string;
            /**
             * @description What response is; without it, whatever it has the shape of.
             * @enum {string}
             */
            kind?: "totp" | "hotp" | "email" | "sms" | "recovery_code";
            /** @description The second factor. With it, or where the service asks for all at once, there is one answer for whatever was wrong. */
            response?: string;
            /**
             * @description With response: this browser need not answer again for a while. Refused with transport bearer and where no browser is trusted.
             * @default false
             */
            trust_browser?: boolean;
            /**
             * @description Stay signed in for the longer lifetime. What was proved at AAL2 decays to AAL1 after the shorter one.
             * @default false
             */
            remember?: boolean;
            /**
             * @description How the client carries its tokens: in cookies, or in an Authorization header.
             * @default cookie
             * @enum {string}
             */
            transport?: "cookie" | "bearer";
            /** @description The token of the link that was mailed after a reset (/recover/link?token=...). With it a first authenticator may be bound anew. */
            link?: string;
        };
        LoginResponse: {
            /**
             * @description email is the code that POST /login/challenge sent.
             * @enum {string}
             */
            kind: "totp" | "hotp" | "webauthn" | "push" | "email" | "sms" | "recovery_code";
            response: components["schemas"]["Response"];
            /** @description One authenticator of the offer. Without it, each of that kind is tried. A recovery code never needs it. */
            authenticator?: string;
            /**
             * @description This browser need not answer again for a while. Refused with transport bearer and where no browser is trusted.
             * @default false
             */
            trust_browser?: boolean;
        };
        Reauthentication: {
            /**
             * @description password only where no second factor is bound.
             * @enum {string}
             */
            kind: "password" | "totp" | "hotp" | "webauthn" | "push" | "email" | "sms" | "recovery_code";
            response: components["schemas"]["Response"];
            /** @description One authenticator of the offer. Without it, each of that kind is tried. A recovery code never needs it. */
            authenticator?: string;
        };
        NewAuthenticator: {
            /** @enum {string} */
            kind: "totp" | "hotp" | "webauthn" | "push" | "email" | "sms";
            /**
             * @description The person's own name for it.
             * @default
             */
            label?: string;
            /**
             * @description With email: where codes go. Left out, the account's own confirmed address.
             * @default
             */
            address?: string;
            /**
             * @description With sms: where codes go, with the country's code.
             * @default
             */
            number?: string;
            /**
             * @description With hotp: the otpauth URI that came with the token.
             * @default
             */
            uri?: string;
        };
        Confirmation: {
            response: components["schemas"]["Response"];
        };
        NewLabel: {
            /** @description The person's own name for it; empty takes it away. */
            label?: string;
            /** @description Whether it is offered first, in place of any other that was. */
            favourite?: boolean;
        };
        NewPassword: {
            /** @description 1 to 1,024 bytes of UTF-8, taken exactly as they are. */
            current: string;
            /** @description As for a new account. */
            new: string;
        };
        /** @description What was given held. The account's address has to be confirmed before anybody signs in: a message with a link and a code is on its way there. */
        ConfirmAddress: {
            /**
             * @description discriminator enum property added by openapi-typescript
             * @enum {string}
             */
            status: "confirm_address";
        };
        /** @description What comes after the password. */
        Begun: components["schemas"]["MoreNeeded"] | components["schemas"]["MustBind"] | components["schemas"]["ConfirmAddress"];
        Forgotten: {
            /** @description A username or an email address. */
            login: string;
        };
        PasswordReset: {
            /** @description The token of the link, or the code in the same message. */
            token: string;
            /** @description A username or an address: whose code it is. A link's token needs none. */
            login?: string;
            /** @description As for a new account. */
            password: string;
        };
        Mailed: {
            /** @description The token of the link, or the code in the same message. */
            token: string;
            /** @description A username or an address: whose code it is. A link's token needs none, nor does who is signed in. */
            login?: string;
        };
        Link: {
            /** @description The token of the link. */
            token: string;
        };
        NewAddress: {
            email: string;
        };
        Challenge: {
            /** @description One of the offer. */
            authenticator: string;
        };
        SessionChallenge: {
            /** @description One of what the account has. */
            authenticator: string;
            /** @description What will be confirmed with it, in the words that POST /session/confirmations takes. */
            action?: string;
        };
        /** @description A bound browser was asked. */
        PromptAsked: {
            /** @enum {string} */
            kind: "push";
            /** @description Names the question. */
            prompt: string;
            /** @description What its owner types there. */
            number: string;
            /**
             * Format: date-time
             * @description When it is over.
             */
            expires_at: string;
            /**
             * Format: date-time
             * @description When the same browser may be asked again.
             */
            again_at?: string;
        };
        /** @description What became of a question. */
        Prompted: {
            /** @description Names it. */
            prompt: string;
            /** @enum {string} */
            state: "waiting" | "approved" | "declined" | "ended";
            /** @description While it waits. */
            number?: string;
            /**
             * Format: date-time
             * @description When it is over.
             */
            expires_at: string;
        };
        AskBrowser: {
            /** @description Its own id. */
            authenticator: string;
        };
        BrowserChallenge: {
            /** @description base64url without padding. */
            challenge: string;
            /**
             * Format: date-time
             * @description Until when it may come back.
             */
            expires_at: string;
        };
        OpenPrompts: {
            /** @description Its own id. */
            authenticator: string;
            /** @description Of POST /push/challenge. */
            challenge: string;
            /** @description ECDSA on P-256 with SHA-256, as WebCrypto makes it, in base64url: of sallyport push v1, open, the origin, authenticator and challenge, each on a line. */
            signature: string;
        };
        /** @description A question to a bound browser. */
        Prompt: {
            /** @description Names it. */
            id: string;
            /**
             * @description action: for one action, which follows; confirm: for what may change the account.
             * @enum {string}
             */
            purpose: "sign_in" | "confirm" | "action";
            /** @description With action: its words. */
            action?: string;
            issuer: string;
            /** @description What its owner knows the account by. */
            account: string;
            /** @description Of who asks; IPv6 as its /64. May be empty. */
            address: string;
            /** @description Their browser and system, in words. It proves nothing. */
            client: string;
            /**
             * Format: date-time
             * @description When it was asked.
             */
            asked_at: string;
            /**
             * Format: date-time
             * @description When it is over.
             */
            expires_at: string;
            /** @description How many the number has. */
            digits: number;
        };
        Prompts: {
            prompts: components["schemas"]["Prompt"][];
        };
        PromptAnswer: {
            /** @description Its own id. */
            authenticator: string;
            /** @description The question. */
            prompt: string;
            /** @enum {string} */
            decision: "approve" | "decline" | "not_me";
            /**
             * @description With approve alone.
             * @default
             */
            number?: string;
            /** @description ECDSA on P-256 with SHA-256, as WebCrypto makes it, in base64url: of sallyport push v1, answer, the origin, authenticator, prompt, decision and number (empty unless it is approve), each on a line. */
            signature: string;
        };
        NotMe: {
            /** @description The password opens nothing any more, and a link for a new one was mailed. Otherwise the account has no confirmed address: its password is still good, and has to be changed. */
            mailed: boolean;
        };
        Subscription: {
            /** @description Its own id. */
            authenticator: string;
            /** @description Of POST /push/challenge. */
            challenge: string;
            /** @description ECDSA on P-256 with SHA-256, as WebCrypto makes it, in base64url: of sallyport push v1, subscribe, the origin, authenticator, challenge, and SHA-256 of the text of subscription in base64url (empty with null), each on a line. */
            signature: string;
            /** @description What PushSubscription.toJSON() gives. */
            subscription: Record<string, unknown> | null;
        };
        Address: {
            /** @description Empty when the account has none. */
            email: string;
            /** @description Was its mailbox proved? */
            confirmed: boolean;
            waiting?: components["schemas"]["WaitingAddress"];
        };
        /** @description The change of address that was asked for last and not confirmed yet; absent when there is none. It says nothing of whether another account has that address. */
        WaitingAddress: {
            email: string;
            /** Format: date-time */
            asked_at: string;
            /**
             * Format: date-time
             * @description When it is over, unless it was confirmed.
             */
            expires_at: string;
        };
        WaysBack: {
            /** @description How long POST /login/reset takes; absent when it is not possible. */
            reset_wait_seconds?: number;
            /** @description Does POST /login/challenge with email send a code? */
            rescue_code: boolean;
            /** @description Does POST /login/help reach somebody? */
            support: boolean;
            /**
             * Format: date-time
             * @description When a reset that was asked for removes every authenticator. A sign-in with one of them ends it, and so does the link in its messages.
             */
            reset_due?: string;
        };
        Reset: {
            /**
             * Format: date-time
             * @description When every authenticator is removed, unless somebody ends the reset before.
             */
            due_at: string;
        };
        Action: {
            /** @description What will be done, in the words that the person is shown: 1 to 1,024 bytes of printable characters. */
            action: string;
            /**
             * @description password only where no second factor is bound.
             * @enum {string}
             */
            kind: "password" | "totp" | "hotp" | "webauthn" | "push" | "email" | "sms" | "recovery_code";
            response: components["schemas"]["Response"];
            /** @description One authenticator of the offer. Without it, each of that kind is tried. A recovery code never needs it. */
            authenticator?: string;
        };
        ActionConfirmation: {
            /** @description Shown once. */
            confirmation: string;
            /**
             * Format: date-time
             * @description Until when it can be redeemed.
             */
            expires_at: string;
        };
        Redemption: {
            /** @description The same, to the letter. */
            action: string;
            confirmation: string;
        };
        /** @description A browser that needs no second step. Never a factor. */
        Browser: {
            /** @description Opaque. */
            id: string;
            /** @description The client's; IPv6 as its /64. May be empty. */
            address: string;
            /**
             * Format: date-time
             * @description When it was trusted first.
             */
            created_at: string;
            /**
             * Format: date-time
             * @description When it was used last.
             */
            last_used_at: string;
            /**
             * Format: date-time
             * @description Until when it is trusted.
             */
            expires_at: string;
            /** @description Is it the one that asks? */
            current: boolean;
            /** @description The client's, as sent. It proves nothing. */
            user_agent: string;
            /** @description Read from user_agent, where that is known. */
            browser?: string;
            /** @description Likewise. */
            system?: string;
        };
        Browsers: {
            /** @description The latest used first. */
            browsers: components["schemas"]["Browser"][];
        };
        Event: {
            /** @description Its place among the account's events, from 1; 0 for those from before they were numbered. */
            seq: number;
            /**
             * Format: date-time
             * @description When it happened.
             */
            at: string;
            /** @description What happened, such as signed_in or password.changed: docs/events.md lists them. Further ones may be added. */
            event: string;
            /** @description ok, or the code of what went wrong. */
            outcome: string;
            /** @description Which one was used. */
            authenticator?: string;
            /** @description In which session. */
            session?: string;
            /** @description What goes with it: an administrator's reason, an action's words, an address, a label. */
            detail?: string;
            /** @description The client's; IPv6 as its /64. May be empty. */
            address: string;
            /** @description The client's, as sent. It proves nothing. */
            user_agent: string;
            /** @description Read from user_agent, where that is known. */
            browser?: string;
            /** @description Likewise. */
            system?: string;
        };
        Events: {
            /** @description The newest first. */
            events: components["schemas"]["Event"][];
            /** @description Give it as before for the events that came earlier; absent when there are none. */
            next?: number;
        };
        /** @description What one signs in to. */
        OwnAccount: {
            /** @description Opaque. */
            id: string;
            /** @description Empty when the account has none. */
            username: string;
            /** @description Empty when the account has none. */
            email: string;
            /** @description Was its mailbox proved? */
            email_confirmed: boolean;
            /**
             * Format: date-time
             * @description When it was made; absent where an embedding application made it.
             */
            created_at?: string;
            /** @description Of its pages and messages, a tag of BCP 47; empty while none was chosen. */
            language: string;
        };
        Data: {
            account: components["schemas"]["OwnAccount"];
            email_waiting?: components["schemas"]["WaitingAddress"];
            /**
             * Format: date-time
             * @description When a reset that was asked for removes every authenticator; absent when none waits.
             */
            reset_due?: string;
            groups: string[];
            authenticators: components["schemas"]["Authenticator"][];
            recovery_codes: components["schemas"]["RecoveryCodes"];
            sessions: components["schemas"]["SessionLine"][];
            browsers: components["schemas"]["Browser"][];
            /** @description All that are kept, the oldest first. */
            events: components["schemas"]["Event"][];
            /**
             * Format: date-time
             * @description When this was gathered.
             */
            at: string;
        };
    };
    responses: {
        /** @description wrong: unknown account, wrong password and wrong code alike. After a right password the answer has tries_left, and is also already_used (with retry_after) or clock_drift (with drift_seconds); login_expired when the login is gone. */
        Wrong: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description wrong: no living link or code. It was used, a newer one was sent, its time is over, or the account changed since. */
        DeadLink: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "code": "wrong",
                 *       "detail": "This link is no good any more.",
                 *       "field": "token"
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description login_expired: no login is in progress. It timed out, was ended, or is complete, which makes it a session. */
        LoginExpired: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "code": "login_expired",
                 *       "detail": "No sign-in is in progress: it timed out, was ended, or is complete. Start again, unless you are signed in."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description not_signed_in: no session. Where a proof is asked for also wrong, already_used or clock_drift. */
        NotSignedIn: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Unauthorized",
                 *       "status": 401,
                 *       "code": "not_signed_in",
                 *       "detail": "Sign in first."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description cross_origin: the request came from another site's page. Where the operation needs it, elevation_needed: POST /session/elevate first. */
        Forbidden: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description not_found: there is none of that id that is yours. */
        NotFound: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Not Found",
                 *       "status": 404,
                 *       "code": "not_found",
                 *       "detail": "There is nothing here."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description wrong_state: not now, or not for this account. Registering: also taken. */
        Conflict: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description too_large: more than 16 KiB. */
        TooLarge: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Request Entity Too Large",
                 *       "status": 413,
                 *       "code": "too_large",
                 *       "detail": "That was too much."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description invalid: see field; a cookie and a bearer token at once are refused too. weak_password: too short, or easily guessed. */
        Invalid: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description locked: too many wrong codes in a row, and nothing more is compared. */
        Locked: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Locked",
                 *       "status": 423,
                 *       "code": "locked",
                 *       "detail": "This authenticator is disabled."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description throttled: nothing was compared. */
        Throttled: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Too Many Requests",
                 *       "status": 429,
                 *       "code": "throttled",
                 *       "detail": "Wait a moment.",
                 *       "retry_after": 4
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description internal: the fault is ours. */
        Internal: {
            headers: {
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Internal Server Error",
                 *       "status": 500,
                 *       "code": "internal",
                 *       "detail": "Something went wrong on our side."
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
        /** @description unavailable: try again soon. */
        Unavailable: {
            headers: {
                /** @description Seconds to wait. */
                "Retry-After"?: number;
                [name: string]: unknown;
            };
            content: {
                /**
                 * @example {
                 *       "type": "about:blank",
                 *       "title": "Service Unavailable",
                 *       "status": 503,
                 *       "code": "unavailable",
                 *       "detail": "Try again in a moment.",
                 *       "retry_after": 1
                 *     }
                 */
                "application/problem+json": components["schemas"]["Problem"];
            };
        };
    };
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    getDocument: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "openapi": "3.1.0"
                     *     }
                     */
                    "application/json": Record<string, unknown>;
                };
            };
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getService: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What there is. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "issuer": "Sallyport",
                     *       "registration_open": true,
                     *       "password_min": 15,
                     *       "login_form": "two_step",
                     *       "mailed": false,
                     *       "kinds": [
                     *         "totp",
                     *         "hotp",
                     *         "webauthn",
                     *         "push"
                     *       ],
                     *       "trust_browser_seconds": 2592000
                     *     }
                     */
                    "application/json": components["schemas"]["Service"];
                };
            };
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "username": "ada",
                 *       "password": "correct horse battery",
                 *       "transport": "bearer"
                 *     }
                 */
                "application/json": components["schemas"]["NewAccount"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was given held, and more is needed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            401: components["responses"]["DeadLink"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the login has to do now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Next"];
                };
            };
            401: components["responses"]["LoginExpired"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    beginLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "ada",
                 *       "password": "correct horse battery"
                 *     }
                 */
                "application/json": components["schemas"]["NewLogin"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was given held, and more is needed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Begun"];
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    answerLogin: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "totp",
                 *       "response": "123 456"
                 *     }
                 */
                "application/json": components["schemas"]["LoginResponse"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was given held, and more is needed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Next"];
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    askMailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "ana"
                 *     }
                 */
                "application/json": components["schemas"]["AskMailed"];
            };
        };
        responses: {
            /** @description If there is such an account, a message is on its way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "mailed"
                     *     }
                     */
                    "application/json": components["schemas"]["MailedOut"];
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    answerMailed: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "response": "8K3M-Q0ZT-5WXA-7RNE"
                 *     }
                 */
                "application/json": components["schemas"]["AnswerMailed"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 1,
                     *         "amr": [],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            /** @description What was mailed held, and more is needed. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "more_needed",
                     *       "offer": [
                     *         {
                     *           "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "kind": "totp",
                     *           "label": "Phone"
                     *         }
                     *       ],
                     *       "expires_at": "2026-11-22T09:40:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Begun"];
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    askPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /** @example {} */
                "application/json": components["schemas"]["AskPasskey"];
            };
        };
        responses: {
            /** @description What to ask. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "webauthn",
                     *       "options": {
                     *         "challenge": "c29tZXRoaW5nIHJhbmRvbQ",
                     *         "rpId": "example.org",
                     *         "userVerification": "required"
                     *       },
                     *       "expires_at": "2026-11-22T09:35:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Asked"];
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    answerPasskey: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "response": {
                 *         "id": "Y3JlZGVudGlhbA",
                 *         "rawId": "Y3JlZGVudGlhbA",
                 *         "type": "public-key",
                 *         "response": {
                 *           "clientDataJSON": "e30",
                 *           "authenticatorData": "AA",
                 *           "signature": "AA",
                 *           "userHandle": "AA"
                 *         },
                 *         "clientExtensionResults": {}
                 *       }
                 *     }
                 */
                "application/json": components["schemas"]["AnswerPasskey"];
            };
        };
        responses: {
            /** @description Signed in. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    challenge: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "email"
                 *     }
                 */
                "application/json": components["schemas"]["Challenge"];
            };
        };
        responses: {
            /** @description For a passkey: what to ask the browser for. The answer goes where a code would, as the kind webauthn. For a bound browser: the number that is typed there. Once it is approved, the answer is of the kind push, with the prompt as its response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asked"] | components["schemas"]["PromptAsked"];
                };
            };
            /** @description Under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "sms",
                     *       "hint": "…123",
                     *       "expires_at": "2026-11-22T09:40:00Z",
                     *       "again_at": "2026-11-22T09:30:30Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sent"];
                };
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    bindFirst: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "totp",
                 *       "label": "Phone"
                 *     }
                 */
                "application/json": components["schemas"]["NewAuthenticator"];
            };
        };
        responses: {
            /** @description The pending binding. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *       "kind": "totp",
                     *       "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                     *       "uri": "otpauth://totp/Sallyport:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sallyport",
                     *       "algorithm": "SHA1",
                     *       "digits": 6,
                     *       "period": 30,
                     *       "qr_svg": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 45 45\"></svg>",
                     *       "expires_at": "2026-11-22T09:40:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Binding"];
                };
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    resendFirst: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pending binding. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "sms",
                     *       "hint": "…123",
                     *       "expires_at": "2026-11-22T09:40:00Z",
                     *       "again_at": "2026-11-22T09:30:30Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sent"];
                };
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirmFirst: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pending binding. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "response": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description Signed in. The recovery codes are shown this once. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       },
                     *       "recovery_codes": [
                     *         "7K2D-0M4X-9QRT-5WHV",
                     *         "7K3D-0M4X-9QRT-5WHV",
                     *         "7K4D-0M4X-9QRT-5WHV",
                     *         "7K5D-0M4X-9QRT-5WHV",
                     *         "7K6D-0M4X-9QRT-5WHV",
                     *         "7K7D-0M4X-9QRT-5WHV",
                     *         "7K8D-0M4X-9QRT-5WHV",
                     *         "7K9D-0M4X-9QRT-5WHV",
                     *         "7KAD-0M4X-9QRT-5WHV",
                     *         "7KBD-0M4X-9QRT-5WHV"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getPrompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "prompt": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *       "state": "waiting",
                     *       "number": "483920",
                     *       "expires_at": "2026-11-22T09:33:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Prompted"];
                };
            };
            401: components["responses"]["LoginExpired"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getWaysBack: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What is possible. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "reset_wait_seconds": 259200,
                     *       "rescue_code": false,
                     *       "support": true
                     *     }
                     */
                    "application/json": components["schemas"]["WaysBack"];
                };
            };
            401: components["responses"]["LoginExpired"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    askReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Asked for. Asking again changes nothing. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "due_at": "2026-11-25T09:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Reset"];
                };
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    askHelp: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under way. There is no body. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["LoginExpired"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    askBrowser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY"
                 *     }
                 */
                "application/json": components["schemas"]["AskBrowser"];
            };
        };
        responses: {
            /** @description What to sign. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "challenge": "Y2hhbGxlbmdl",
                     *       "expires_at": "2026-11-22T09:35:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["BrowserChallenge"];
                };
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    openPrompts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                 *       "challenge": "Y2hhbGxlbmdl",
                 *       "signature": "c2lnbmF0dXJl"
                 *     }
                 */
                "application/json": components["schemas"]["OpenPrompts"];
            };
        };
        responses: {
            /** @description What waits for an answer, the oldest first. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "prompts": [
                     *         {
                     *           "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *           "purpose": "sign_in",
                     *           "issuer": "Sallyport",
                     *           "account": "ada",
                     *           "address": "192.0.2.7",
                     *           "client": "Firefox on Linux",
                     *           "asked_at": "2026-11-22T09:30:00Z",
                     *           "expires_at": "2026-11-22T09:33:00Z",
                     *           "digits": 6
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Prompts"];
                    /**
                     * @example event: prompts
                     *     data: {"prompts":[]}
                     */
                    "text/event-stream": string;
                };
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    answerPrompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                 *       "prompt": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                 *       "decision": "approve",
                 *       "number": "483920",
                 *       "signature": "c2lnbmF0dXJl"
                 *     }
                 */
                "application/json": components["schemas"]["PromptAnswer"];
            };
        };
        responses: {
            /** @description With not_me: done. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "mailed": true
                     *     }
                     */
                    "application/json": components["schemas"]["NotMe"];
                };
            };
            /** @description Approved, or declined. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    subscribeBrowser: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                 *       "challenge": "Y2hhbGxlbmdl",
                 *       "signature": "c2lnbmF0dXJl",
                 *       "subscription": null
                 *     }
                 */
                "application/json": components["schemas"]["Subscription"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["Wrong"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    forgot: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "login": "ada"
                 *     }
                 */
                "application/json": components["schemas"]["Forgotten"];
            };
        };
        responses: {
            /** @description The same whoever is meant, and whether anybody is. There is no body. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E",
                 *       "password": "staple battery horse"
                 *     }
                 */
                "application/json": components["schemas"]["PasswordReset"];
            };
        };
        responses: {
            /** @description Set. Every session and trusted browser has ended; nobody is signed in, and authenticators are as they were. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["DeadLink"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E"
                 *     }
                 */
                "application/json": components["schemas"]["Link"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["DeadLink"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Signed in. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    signOut: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    challengeSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY"
                 *     }
                 */
                "application/json": components["schemas"]["SessionChallenge"];
            };
        };
        responses: {
            /** @description For a passkey: what to ask the browser for. The answer goes where a code would, as the kind webauthn. For a bound browser: the number that is typed there. Once it is approved, the answer is of the kind push, with the prompt as its response. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Asked"] | components["schemas"]["PromptAsked"];
                };
            };
            /** @description Under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "sms",
                     *       "hint": "…123",
                     *       "expires_at": "2026-11-22T09:40:00Z",
                     *       "again_at": "2026-11-22T09:30:30Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sent"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getSessionPrompt: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The newest. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "prompt": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *       "state": "waiting",
                     *       "number": "483920",
                     *       "expires_at": "2026-11-22T09:33:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Prompted"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    elevationOffer: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Any one of these, in the order of a login's offer; the password where nothing else is bound. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "offer": [
                     *         {
                     *           "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "kind": "totp",
                     *           "label": "Phone"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Elevation"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    elevate: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "totp",
                 *       "response": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["Reauthentication"];
            };
        };
        responses: {
            /** @description Elevated for a while. The session has a new token; the old one is dead. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "status": "signed_in",
                     *       "session": {
                     *         "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *         "account": {
                     *           "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *           "username": "ada",
                     *           "email": "ada@example.org",
                     *           "email_confirmed": true
                     *         },
                     *         "aal": 2,
                     *         "amr": [
                     *           "pwd",
                     *           "otp",
                     *           "mfa"
                     *         ],
                     *         "signed_in_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z",
                     *         "elevated_until": "2026-11-22T09:40:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Session"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirmAction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "action": "Send 100.00 EUR to DE02 1203 0000 0000 2020 51",
                 *       "kind": "totp",
                 *       "response": "123 456"
                 *     }
                 */
                "application/json": components["schemas"]["Action"];
            };
        };
        responses: {
            /** @description Confirmed, for this session and this very action. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "confirmation": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E",
                     *       "expires_at": "2026-11-22T09:35:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["ActionConfirmation"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    redeemAction: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "action": "Send 100.00 EUR to DE02 1203 0000 0000 2020 51",
                 *       "confirmation": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E"
                 *     }
                 */
                "application/json": components["schemas"]["Redemption"];
            };
        };
        responses: {
            /** @description It was good, and is no longer. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelOwnReset: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that are alive. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "sessions": [
                     *         {
                     *           "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *           "aal": 2,
                     *           "signed_in_at": "2026-11-22T09:30:00Z",
                     *           "last_seen_at": "2026-11-22T09:31:00Z",
                     *           "address": "192.0.2.7",
                     *           "user_agent": "curl/8.9.1",
                     *           "current": true
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Sessions"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    endOtherSessions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    endSession: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The session. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listBrowsers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that are trusted now. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "browsers": [
                     *         {
                     *           "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *           "address": "192.0.2.7",
                     *           "created_at": "2026-11-01T09:30:00Z",
                     *           "last_used_at": "2026-11-22T09:30:00Z",
                     *           "expires_at": "2026-12-01T09:30:00Z",
                     *           "current": true,
                     *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                     *           "browser": "Firefox",
                     *           "system": "Linux"
                     *         }
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Browsers"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    endBrowser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The browser. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listAuthenticators: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All that is bound. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "authenticators": [
                     *         {
                     *           "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "kind": "totp",
                     *           "label": "Phone",
                     *           "created_at": "2026-11-22T09:30:00Z",
                     *           "usable": true
                     *         }
                     *       ],
                     *       "passkeys_only": false
                     *     }
                     */
                    "application/json": components["schemas"]["Authenticators"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    bind: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "kind": "totp",
                 *       "label": "Tablet"
                 *     }
                 */
                "application/json": components["schemas"]["NewAuthenticator"];
            };
        };
        responses: {
            /** @description The pending binding. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *       "kind": "totp",
                     *       "secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP",
                     *       "uri": "otpauth://totp/Sallyport:ada?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=Sallyport",
                     *       "algorithm": "SHA1",
                     *       "digits": 6,
                     *       "period": 30,
                     *       "qr_svg": "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 45 45\"></svg>",
                     *       "expires_at": "2026-11-22T09:40:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Binding"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    resend: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pending binding. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Under way. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "kind": "sms",
                     *       "hint": "…123",
                     *       "expires_at": "2026-11-22T09:40:00Z",
                     *       "again_at": "2026-11-22T09:30:30Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Sent"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirm: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The pending binding. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "response": "123456"
                 *     }
                 */
                "application/json": components["schemas"]["Confirmation"];
            };
        };
        responses: {
            /** @description Bound. Every other session has ended. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "authenticator": {
                     *         "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *         "kind": "totp",
                     *         "label": "Phone",
                     *         "created_at": "2026-11-22T09:30:00Z",
                     *         "usable": true
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Bound"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            423: components["responses"]["Locked"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    unbind: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The authenticator. */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed, with the last one the recovery codes too. Every other session has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    rename: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description The authenticator. */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "label": "Old phone"
                 *     }
                 */
                "application/json": components["schemas"]["NewLabel"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The live set. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "remaining": 9,
                     *       "created_at": "2026-11-22T09:30:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["RecoveryCodes"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    newRecoveryCodes: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The new set, shown this once. The old one is dead, and every other session has ended. */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "recovery_codes": [
                     *         "7K2D-0M4X-9QRT-5WHV",
                     *         "7K3D-0M4X-9QRT-5WHV",
                     *         "7K4D-0M4X-9QRT-5WHV",
                     *         "7K5D-0M4X-9QRT-5WHV",
                     *         "7K6D-0M4X-9QRT-5WHV",
                     *         "7K7D-0M4X-9QRT-5WHV",
                     *         "7K8D-0M4X-9QRT-5WHV",
                     *         "7K9D-0M4X-9QRT-5WHV",
                     *         "7KAD-0M4X-9QRT-5WHV",
                     *         "7KBD-0M4X-9QRT-5WHV"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["NewRecoveryCodes"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getLanguage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It, and those that there are. It is empty while none was chosen: the service's is used. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "language": "de",
                     *       "languages": [
                     *         "de",
                     *         "en",
                     *         "es"
                     *       ]
                     *     }
                     */
                    "application/json": components["schemas"]["Language"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    setLanguage: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "language": "de"
                 *     }
                 */
                "application/json": components["schemas"]["NewLanguage"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    setPasskeysOnly: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "passkeys_only": true
                 *     }
                 */
                "application/json": components["schemas"]["PasskeysOnly"];
            };
        };
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "current": "correct horse battery",
                 *       "new": "staple battery horse"
                 *     }
                 */
                "application/json": components["schemas"]["NewPassword"];
            };
        };
        responses: {
            /** @description Changed. Every other session has ended; a browser's has a new cookie. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The address. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "email": "ada@example.org",
                     *       "confirmed": true,
                     *       "waiting": {
                     *         "email": "ada@example.net",
                     *         "asked_at": "2026-11-22T09:30:00Z",
                     *         "expires_at": "2026-11-23T09:30:00Z"
                     *       }
                     *     }
                     */
                    "application/json": components["schemas"]["Address"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    changeAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "email": "ada@example.org"
                 *     }
                 */
                "application/json": components["schemas"]["NewAddress"];
            };
        };
        responses: {
            /** @description A link and a code are on their way to the new address, which holds once it was confirmed. There is no body. */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    cancelAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Done. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    confirmAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E"
                 *     }
                 */
                "application/json": components["schemas"]["Mailed"];
            };
        };
        responses: {
            /** @description Confirmed. Every session but the one that came along has ended; a browser's has a new cookie, a bearer token stays. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["DeadLink"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    undoAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                /**
                 * @example {
                 *       "token": "k3yV0mGq7d1Xy2bJ9fQw5tRzLhNcUaPeSiOoMxTgB4E"
                 *     }
                 */
                "application/json": components["schemas"]["Link"];
            };
        };
        responses: {
            /** @description The old address holds again. Every session has ended. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["DeadLink"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            429: components["responses"]["Throttled"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    listEvents: {
        parameters: {
            query?: {
                /** @description next of the list before. Other parameters are refused. */
                before?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Up to 100 events. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "events": [
                     *         {
                     *           "seq": 42,
                     *           "at": "2026-11-22T09:30:00Z",
                     *           "event": "login.second_factor",
                     *           "outcome": "wrong",
                     *           "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "address": "192.0.2.7",
                     *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                     *           "browser": "Firefox",
                     *           "system": "Linux"
                     *         }
                     *       ],
                     *       "next": 42
                     *     }
                     */
                    "application/json": components["schemas"]["Events"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    getData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description For its owner to take along. Nothing in it opens anything. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    /**
                     * @example {
                     *       "account": {
                     *         "id": "JBSWY3DPEHPK3PXPJBSWY3DPEH",
                     *         "username": "ada",
                     *         "email": "ada@example.org",
                     *         "email_confirmed": true,
                     *         "created_at": "2026-01-05T08:00:00Z",
                     *         "language": "de"
                     *       },
                     *       "groups": [
                     *         "staff"
                     *       ],
                     *       "authenticators": [
                     *         {
                     *           "id": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "kind": "totp",
                     *           "label": "Phone",
                     *           "created_at": "2026-01-05T08:01:00Z",
                     *           "usable": true
                     *         }
                     *       ],
                     *       "recovery_codes": {
                     *         "remaining": 9,
                     *         "created_at": "2026-01-05T08:01:00Z"
                     *       },
                     *       "sessions": [
                     *         {
                     *           "id": "MFRGGZDFMZTWQ2LKNNWG23TPOB",
                     *           "aal": 2,
                     *           "signed_in_at": "2026-11-22T09:30:00Z",
                     *           "last_seen_at": "2026-11-22T09:31:00Z",
                     *           "address": "192.0.2.7",
                     *           "current": true,
                     *           "user_agent": "curl/8.9.1",
                     *           "browser": "curl"
                     *         }
                     *       ],
                     *       "browsers": [],
                     *       "events": [
                     *         {
                     *           "seq": 42,
                     *           "at": "2026-11-22T09:30:00Z",
                     *           "event": "login.second_factor",
                     *           "outcome": "wrong",
                     *           "authenticator": "GEZDGNBVGY3TQOJQGEZDGNBVGY",
                     *           "address": "192.0.2.7",
                     *           "user_agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
                     *           "browser": "Firefox",
                     *           "system": "Linux"
                     *         }
                     *       ],
                     *       "at": "2026-11-22T09:31:00Z"
                     *     }
                     */
                    "application/json": components["schemas"]["Data"];
                };
            };
            401: components["responses"]["NotSignedIn"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
    deleteAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Deleted, with everything that belongs to it. Its events stay for as long as events are kept. */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
            401: components["responses"]["NotSignedIn"];
            403: components["responses"]["Forbidden"];
            404: components["responses"]["NotFound"];
            409: components["responses"]["Conflict"];
            413: components["responses"]["TooLarge"];
            422: components["responses"]["Invalid"];
            500: components["responses"]["Internal"];
            503: components["responses"]["Unavailable"];
        };
    };
}
