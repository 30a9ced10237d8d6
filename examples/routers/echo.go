package routers

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/sallyport/sallyport"
)

// Echo brings adapters of its own.
func Echo(gate *sallyport.Gate) http.Handler {
	e := echo.New()
	e.Any("/auth/*", echo.WrapHandler(gate))
	e.GET("/", func(c echo.Context) error {
		return c.String(http.StatusOK, "Hello, "+sallyport.SessionFrom(c.Request().Context()).Name())
	}, echo.WrapMiddleware(gate.Require))
	return e
}
