package web

import (
	"github.com/sallyport/sallyport/internal/core"
	"github.com/sallyport/sallyport/pages"
)

// What the machine knows, as templates get it.

func rowOf(a core.AuthenticatorInfo) pages.AuthenticatorRow {
	return pages.AuthenticatorRow{
		ID: a.ID, Kind: string(a.Kind), Label: a.Label, Hint: a.Hint, CreatedAt: a.CreatedAt, LastUsedAt: a.LastUsedAt,
		Usable: a.Usable, Unreadable: a.Unreadable, Synced: a.Synced, Favourite: a.Favourite, Drift: a.Drift,
	}
}

func rowsOf(all []core.AuthenticatorInfo) (rows []pages.AuthenticatorRow) {
	for _, a := range all {
		rows = append(rows, rowOf(a))
	}
	return rows
}

func offerOf(o core.Offer) pages.Offer {
	return pages.Offer{ID: o.ID, Kind: string(o.Kind), Label: o.Label, Hint: o.Hint}
}

func addressOf(a core.Account) pages.Address {
	return pages.Address{Email: a.Email, Confirmed: a.EmailConfirmed, Lost: a.AddressLost}
}

func ticketInfoOf(t core.TicketInfo) pages.MailedTicket {
	return pages.MailedTicket{Account: t.Account, Email: t.Email, ExpiresAt: t.ExpiresAt}
}

func kindNames(kinds []core.Kind) (names []string) {
	for _, k := range kinds {
		names = append(names, string(k))
	}
	return names
}
