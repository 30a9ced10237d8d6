// Package routers puts a gate and its guards into chi, echo and gin. It is a module of its own, so that none of them is a
// dependency of Sallyport.
package routers
