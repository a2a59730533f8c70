// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package clamd asks the ClamAV daemon about content by its INSTREAM command.
// It does not decide what happens to what was found, and never takes silence
// for a clean bill.
package clamd

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"tinhso.vn/internal/platform/clock"
)

// ErrUnavailable means that the daemon is not there, does not answer in time,
// or answers something else than a verdict.
var ErrUnavailable = errors.New("clamd: no verdict")

const (
	piece     = 64 << 10 // bytes that are sent at once
	maxAnswer = 4 << 10
)

// Client asks one daemon.
type Client struct {
	network, address string
	patience         time.Duration
}

// New returns a client of the daemon at an address: HOST:PORT, or the path of a
// Unix socket. Nothing it waits for, neither a piece to be taken nor the
// verdict, may last longer than patience.
func New(address string, patience time.Duration) *Client {
	network := "tcp"
	if strings.HasPrefix(address, "/") {
		network = "unix"
	}
	return &Client{network, address, patience}
}

// Scan sends what r holds and returns the name of what was found in it, "" for
// nothing. r is read to its end before a clean verdict is believed.
func (c *Client) Scan(ctx context.Context, r io.Reader) (found string, err error) {
	dialer := net.Dialer{Timeout: c.patience}
	conn, err := dialer.DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	defer func() { _ = conn.Close() }() // the verdict was read, or there is none
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer stop()
	sent := c.send(conn, r)
	if reading, ok := errors.AsType[*readError](sent); ok {
		return "", reading.err
	}
	// A daemon that has found something, or has enough, may answer and hang up early.
	if err := conn.SetReadDeadline(c.deadline()); err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, err)
	}
	answer, err := bufio.NewReader(io.LimitReader(conn, maxAnswer)).ReadString(0)
	if err != nil {
		return "", fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(sent, err))
	}
	return verdict(strings.TrimRight(answer, "\x00\n"), sent)
}

func verdict(answer string, sent error) (string, error) {
	what, ok := strings.CutPrefix(answer, "stream: ")
	if name, is := strings.CutSuffix(what, " FOUND"); ok && is && name != "" {
		return name, nil
	}
	if ok && what == "OK" && sent == nil {
		return "", nil
	}
	return "", fmt.Errorf("%w: %w", ErrUnavailable, errors.Join(sent, fmt.Errorf("it said %q", answer)))
}

// readError is a fault of what is scanned, not of the daemon.
type readError struct{ err error }

func (e *readError) Error() string { return e.err.Error() }

// send sends the pieces, each with its length before it, and an empty one.
func (c *Client) send(conn net.Conn, r io.Reader) error {
	put := func(b []byte) error {
		if err := conn.SetWriteDeadline(c.deadline()); err != nil {
			return err
		}
		_, err := conn.Write(b)
		return err
	}
	if err := put([]byte("zINSTREAM\x00")); err != nil {
		return err
	}
	buf := make([]byte, 4+piece)
	for {
		n, err := io.ReadFull(r, buf[4:])
		if n > 0 {
			binary.BigEndian.PutUint32(buf, uint32(n)) //nolint:gosec // at most piece
			if err := put(buf[:4+n]); err != nil {
				return err
			}
		}
		switch {
		case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
			return put([]byte{0, 0, 0, 0})
		case err != nil:
			return &readError{err}
		}
	}
}

// deadline is by the clock of the machine, which the network knows alone.
func (c *Client) deadline() time.Time { return clock.System{}.Now().Add(c.patience) }
