// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package app

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"os"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/simulators/mail"
	"tinhso.vn/internal/simulators/sms"
)

type simulateCommand struct {
	Listen string `help:"Address to serve at; port 0 finds a free one." default:"127.0.0.1:8090" placeholder:"HOST:PORT"`
	SMTP   string `help:"Address at which mail is taken; port 0 finds a free one." default:"127.0.0.1:1025" placeholder:"HOST:PORT"`
	Data   string `help:"Folder of what the simulators keep." type:"path" default:"data/simulators" placeholder:"DIR"`
	Bound  bool   `help:"End when standard input does: with the process that holds its other end, however that ends."`
}

// Run plays the outside systems until it is told to stop. It prints its
// addresses, of pages and of mail, on the first two lines.
func (s simulateCommand) Run(ctx context.Context, c console) error {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", s.Listen)
	if err != nil {
		return err
	}
	post, err := lc.Listen(ctx, "tcp", s.SMTP)
	if err != nil {
		return err
	}
	c.say("http://%s\nsmtp://%s", l.Addr(), post.Addr())
	box := mail.New(clock.System{}, nil)
	server := &http.Server{Handler: s.systems(box), ReadHeaderTimeout: readHeader}
	if s.Bound {
		var end context.CancelFunc
		ctx, end = context.WithCancel(ctx)
		defer end()
		go func() {
			_, _ = io.Copy(io.Discard, os.Stdin)
			end()
		}()
	}
	failed := make(chan error, 2)
	go func() { failed <- server.Serve(l) }()
	go func() { failed <- box.Serve(ctx, post) }()
	select {
	case err = <-failed:
	case <-ctx.Done():
		err = server.Close()
	}
	if errors.Is(err, http.ErrServerClosed) {
		return nil
	}
	return err
}

// systems is every simulated system: each answers under its own name, the
// gateway of short messages at the root as well.
func (s simulateCommand) systems(box *mail.Server) http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/mail/", box.Handler())
	mux.Handle("/", sms.New(clock.System{}))
	return mux
}
