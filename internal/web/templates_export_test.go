package web

// DataOf is what a page is promised to show.
var DataOf = dataOf
