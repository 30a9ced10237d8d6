package web

import "slices"

// routeTable is every route there is, and what its handler may see. What binds, confirms or removes an
// authenticator sees a core.Elevated, or for the very first one a core.MustBind.
func (s *site) routeTable() []route {
	return append(s.pageRoutes(), s.apiRoutes()...)
}

func (s *site) pageRoutes() []route {
	return slices.Concat(s.outsidePages(), s.loginPages(), s.accountPages(), s.authenticatorPages())
}

// outsidePages are for everybody. What mailed links lead to is among them: whoever reads mail elsewhere is not signed in
// there, and the machine decides by the link.
func (s *site) outsidePages() []route {
	return []route{
		s.public(facePage, "GET /{$}", s.pageHome),
		s.public(facePage, "GET /static/{file}", s.pageStatic),
		s.public(facePage, "GET /.well-known/change-password", s.pageChangePassword),
		s.public(facePage, "GET /.well-known/passkey-endpoints", s.pagePasskeyEndpoints),
		s.public(facePage, "POST /language", s.postLanguage),
		s.public(facePage, "GET /register", s.pageRegister),
		s.public(facePage, "POST /register", s.postRegister),
		s.public(facePage, "GET /login", s.pageLogin),
		s.public(facePage, "POST /login", s.postLogin),
		s.public(facePage, "POST /login/passkey", s.postPasskey),
		s.public(facePage, "POST /login/mailed", s.postAskMailed),
		s.public(facePage, "GET /login/mailed", s.pageMailed),
		s.public(facePage, "POST /login/mailed/response", s.postMailed),
		s.public(facePage, "GET /recover", s.pageRecover),
		s.public(facePage, "POST /recover", s.postRecover),
		s.public(facePage, "GET /recover/reset", s.pageReset),
		s.public(facePage, "POST /recover/reset", s.postReset),
		s.public(facePage, "GET /recover/cancel", s.pageCancelReset),
		s.public(facePage, "POST /recover/cancel", s.postCancelReset),
		s.public(facePage, "GET /recover/link", s.pageBindAnew),
		s.public(facePage, "GET /verify-email", s.pageVerifyEmail),
		s.public(facePage, "POST /verify-email", s.postVerifyEmail),
		s.public(facePage, "GET /push", s.pagePush),
		s.public(facePage, "GET /push/worker.js", s.pageWorker),
		s.public(facePage, "GET /push/manifest.webmanifest", s.pageManifest),
		s.public(facePage, "GET /account/email/undo", s.pageUndo),
		s.public(facePage, "POST /account/email/undo", s.postUndo),
	}
}

func (s *site) loginPages() []route {
	return []route{
		s.login(facePage, "GET /login/verify", s.pageVerify),
		s.login(facePage, "POST /login/verify", s.postVerify),
		s.login(facePage, "POST /login/challenge", s.postChallenge),
		s.login(facePage, "GET /login/lost", s.pageLost),
		s.login(facePage, "POST /login/lost/reset", s.postLostReset),
		s.login(facePage, "POST /login/lost/help", s.postLostHelp),
		s.login(facePage, "POST /login/cancel", s.postCancel),
		s.mustBind(facePage, "GET /login/setup", s.pageSetup),
		s.mustBind(facePage, "POST /login/setup", s.postSetup),
		s.mustBind(facePage, "POST /login/setup/challenge", s.postResendFirst),
	}
}

func (s *site) accountPages() []route {
	return []route{
		s.session(facePage, "POST /logout", s.postLogout),
		s.session(facePage, "GET /account", s.pageAccount),
		s.session(facePage, "GET /account/due", s.pageDue),
		s.session(facePage, "GET /account/replace", s.pageReplace),
		s.session(facePage, "POST /account/reset/cancel", s.postCancelOwnReset),
		s.session(facePage, "GET /account/confirm", s.pageConfirm),
		s.session(facePage, "POST /account/confirm", s.postConfirm),
		s.session(facePage, "POST /account/confirm/challenge", s.postConfirmChallenge),
		s.session(facePage, "GET /account/confirm/lost", s.pageConfirmLost),
		s.elevated(facePage, "GET /account/email", s.pageEmail),
		s.elevated(facePage, "POST /account/email", s.postEmail),
		s.session(facePage, "POST /account/email/cancel", s.postCancelEmail),
		s.elevated(facePage, "GET /account/password", s.pagePassword),
		s.elevated(facePage, "POST /account/password", s.postPassword),
		s.session(facePage, "GET /account/sessions", s.pageSessions),
		s.session(facePage, "POST /account/sessions/end-others", s.postEndOthers),
		s.session(facePage, "POST /account/sessions/{id}/end", s.postEndSession),
		s.session(facePage, "GET /account/browsers", s.pageBrowsers),
		s.session(facePage, "POST /account/browsers/{id}/end", s.postEndBrowser),
		s.session(facePage, "GET /account/activity", s.pageActivity),
		s.session(facePage, "GET /account/not-me", s.pageNotMe),
		s.session(facePage, "GET /account/data", s.pageData),
		s.elevated(facePage, "GET /account/delete", s.pageDelete),
		s.elevated(facePage, "POST /account/delete", s.postDelete),
	}
}

func (s *site) authenticatorPages() []route {
	return []route{
		s.session(facePage, "GET /account/authenticators/{id}", s.pageAuthenticator),
		s.session(facePage, "POST /account/authenticators/{id}", s.postRename),
		s.session(facePage, "POST /account/authenticators/{id}/favourite", s.postFavourite),
		s.session(facePage, "GET /account/passkey", s.pageOfferPasskey),
		s.elevated(facePage, "GET /account/passkeys-only", s.pagePasskeysOnly),
		s.elevated(facePage, "POST /account/passkeys-only", s.postPasskeysOnly),
		s.elevated(facePage, "GET /account/authenticators/{id}/remove", s.pageRemove),
		s.elevated(facePage, "POST /account/authenticators/{id}/remove", s.postRemove),
		s.elevated(facePage, "GET /account/authenticators/new", s.pageNewAuthenticator),
		s.elevated(facePage, "POST /account/authenticators/new", s.postNewAuthenticator),
		s.elevated(facePage, "GET /account/authenticators/{id}/confirm", s.pagePending),
		s.elevated(facePage, "POST /account/authenticators/{id}/confirm", s.postPending),
		s.elevated(facePage, "POST /account/authenticators/{id}/challenge", s.postResend),
		s.elevated(facePage, "GET /account/recovery-codes", s.pageRecoveryCodes),
		s.elevated(facePage, "POST /account/recovery-codes", s.postRecoveryCodes),
		s.session(facePage, "POST /account/recovery-codes/download", s.postDownloadCodes),
		s.session(facePage, "POST /account/recovery-codes/saved", s.postSavedCodes),
	}
}

func (s *site) apiRoutes() []route {
	return []route{
		s.public(faceJSON, "GET /api/v1/openapi.json", s.apiDocument),
		s.public(faceJSON, "GET /api/v1/service", s.apiService),
		s.public(faceJSON, "POST /api/v1/accounts", s.apiRegister),
		s.public(faceJSON, "POST /api/v1/login", s.apiLogin),
		s.public(faceJSON, "POST /api/v1/login/passkey", s.apiAskPasskey),
		s.public(faceJSON, "POST /api/v1/login/passkey/response", s.apiAnswerPasskey),
		s.public(faceJSON, "POST /api/v1/login/mailed", s.apiAskMailed),
		s.public(faceJSON, "POST /api/v1/login/mailed/response", s.apiAnswerMailed),
		s.public(faceJSON, "POST /api/v1/recovery", s.apiForgot),
		s.public(faceJSON, "POST /api/v1/recovery/reset", s.apiResetPassword),
		s.public(faceJSON, "POST /api/v1/email/confirm", s.apiConfirmAddress),
		s.public(faceJSON, "POST /api/v1/email/undo", s.apiUndoAddress),
		s.public(faceJSON, "POST /api/v1/reset/cancel", s.apiCancelReset),
		s.public(faceJSON, "POST /api/v1/push/challenge", s.apiAskBrowser),
		s.public(faceJSON, "POST /api/v1/push/prompts", s.apiPrompts),
		s.public(faceJSON, "POST /api/v1/push/answer", s.apiAnswerPrompt),
		s.public(faceJSON, "PUT /api/v1/push/subscription", s.apiSubscribe),

		s.login(faceJSON, "GET /api/v1/login", s.apiNext),
		s.login(faceJSON, "DELETE /api/v1/login", s.apiCancel),
		s.login(faceJSON, "POST /api/v1/login/response", s.apiResponse),
		s.login(faceJSON, "POST /api/v1/login/challenge", s.apiChallenge),
		s.login(faceJSON, "GET /api/v1/login/prompt", s.apiPrompt),
		s.login(faceJSON, "GET /api/v1/login/ways-back", s.apiWaysBack),
		s.login(faceJSON, "POST /api/v1/login/reset", s.apiAskReset),
		s.login(faceJSON, "POST /api/v1/login/help", s.apiAskSupport),
		s.mustBind(faceJSON, "POST /api/v1/login/authenticators", s.apiBindFirst),
		s.mustBind(faceJSON, "POST /api/v1/login/authenticators/{id}/confirm", s.apiConfirmFirst),
		s.mustBind(faceJSON, "POST /api/v1/login/authenticators/{id}/challenge", s.apiResendFirst),

		s.session(faceJSON, "GET /api/v1/session", s.apiSession),
		s.session(faceJSON, "DELETE /api/v1/session", s.apiSignOut),
		s.session(faceJSON, "POST /api/v1/session/challenge", s.apiChallengeSession),
		s.session(faceJSON, "GET /api/v1/session/elevate", s.apiElevationOffer),
		s.session(faceJSON, "GET /api/v1/session/prompt", s.apiPromptSession),
		s.session(faceJSON, "POST /api/v1/session/elevate", s.apiElevate),
		s.session(faceJSON, "POST /api/v1/session/confirmations", s.apiConfirmAction),
		s.session(faceJSON, "POST /api/v1/session/confirmations/redeem", s.apiRedeemAction),
		s.session(faceJSON, "DELETE /api/v1/session/reset", s.apiCancelOwnReset),
		s.session(faceJSON, "GET /api/v1/language", s.apiLanguage),
		s.session(faceJSON, "PUT /api/v1/language", s.apiSetLanguage),
		s.session(faceJSON, "GET /api/v1/email", s.apiAddress),
		s.session(faceJSON, "DELETE /api/v1/email/waiting", s.apiCancelAddress),
		s.session(faceJSON, "GET /api/v1/sessions", s.apiSessions),
		s.session(faceJSON, "DELETE /api/v1/sessions", s.apiEndOthers),
		s.session(faceJSON, "DELETE /api/v1/sessions/{id}", s.apiEndSession),
		s.session(faceJSON, "GET /api/v1/authenticators", s.apiAuthenticators),
		s.session(faceJSON, "PATCH /api/v1/authenticators/{id}", s.apiChange),
		s.session(faceJSON, "GET /api/v1/recovery-codes", s.apiRecoveryCodes),
		s.session(faceJSON, "GET /api/v1/browsers", s.apiBrowsers),
		s.session(faceJSON, "DELETE /api/v1/browsers/{id}", s.apiEndBrowser),
		s.session(faceJSON, "GET /api/v1/events", s.apiEvents),
		s.session(faceJSON, "GET /api/v1/account", s.apiAccount),

		s.elevated(faceJSON, "POST /api/v1/authenticators", s.apiBind),
		s.elevated(faceJSON, "POST /api/v1/authenticators/{id}/confirm", s.apiConfirm),
		s.elevated(faceJSON, "POST /api/v1/authenticators/{id}/challenge", s.apiResend),
		s.elevated(faceJSON, "DELETE /api/v1/authenticators/{id}", s.apiUnbind),
		s.elevated(faceJSON, "POST /api/v1/recovery-codes", s.apiNewRecoveryCodes),
		s.elevated(faceJSON, "PUT /api/v1/passkeys-only", s.apiPasskeysOnly),
		s.elevated(faceJSON, "PUT /api/v1/password", s.apiChangePassword),
		s.elevated(faceJSON, "PUT /api/v1/email", s.apiChangeAddress),
		s.elevated(faceJSON, "DELETE /api/v1/account", s.apiDeleteAccount),
	}
}
