package routers

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"github.com/sallyport/sallyport"
)

// Gin needs [GinGuard].
func Gin(gate *sallyport.Gate) http.Handler {
	r := gin.New()
	r.Any("/auth/*page", gin.WrapH(gate))
	r.GET("/", GinGuard(gate.Require), func(c *gin.Context) {
		c.String(http.StatusOK, "Hello, "+sallyport.SessionFrom(c.Request.Context()).Name())
	})
	return r
}

// GinGuard makes a guard gin's: nothing behind it runs for whom it does not let through.
func GinGuard(guard func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		admitted := false
		guard(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			admitted = true
			c.Request = r
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !admitted {
			c.Abort()
		}
	}
}
