package push_test

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/sallyport/sallyport/internal/deliver"
	"github.com/sallyport/sallyport/internal/deliver/push"
)

// What a browser gave is read, and asked about before it is bound.
func ExampleParseSubscription() {
	key, err := push.NewKey() // once; Encode it and keep it sealed
	if err != nil {
		panic(err)
	}
	sender, err := push.New(push.Settings{Key: key, Contact: "mailto:operator@example.org", Hosts: []string{"*.example.net"}})
	if err != nil {
		panic(err)
	}
	for _, endpoint := range []string{"https://push.example.net/JzLQ3raZ", "https://push.example.com/JzLQ3raZ", "https://169.254.169.254/latest"} {
		subscription, err := push.ParseSubscription([]byte(`{
			"endpoint": "` + endpoint + `",
			"expirationTime": null,
			"keys": {
				"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
				"auth": "BTBZMqHH6r4Tts7J_aSIgg"
			}
		}`))
		if err == nil {
			err = sender.Takes(subscription)
		}
		fmt.Println(subscription.Host(), err)
	}
	// Output:
	// push.example.net <nil>
	// push.example.com the subscription's endpoint is at a push service that is not among those allowed
	//  the subscription's endpoint has an address that is not public
}

// What an error means for message and subscription.
func ExampleSender_Send() {
	key, err := push.NewKey()
	if err != nil {
		panic(err)
	}
	sender, err := push.New(push.Settings{Key: key, Contact: "https://example.org/contact"})
	if err != nil {
		panic(err)
	}
	subscription, err := push.ParseSubscription([]byte(`{"endpoint": "https://push.example.net/JzLQ3raZ", "keys": {
		"p256dh": "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
		"auth": "BTBZMqHH6r4Tts7J_aSIgg"}}`))
	if err != nil {
		panic(err)
	}
	err = sender.Send(context.Background(), push.Message{
		To: subscription, Body: []byte(`{"from": "Firefox on Linux"}`), Topic: "sign-in", ExpiresAt: time.Now().Add(-time.Minute),
	})
	var gone *push.Gone
	switch {
	case err == nil:
		fmt.Println("sent")
	case errors.As(err, &gone):
		fmt.Println("remove the subscription")
	default:
		fmt.Println(deliver.FaultOf(err), err)
	}
	// Output: permanent push message to push.example.net: it expired
}
