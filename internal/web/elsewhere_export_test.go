package web

// OnlyHere are the routes that are absent where an application keeps the accounts.
var OnlyHere = onlyHere
