// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

// Package clamdtest plays the ClamAV daemon for tests. It knows one virus, the
// harmless one that all scanners know.
package clamdtest

import (
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"sync"
	"testing"
)

// EICAR is the test file of eicar.org.
const EICAR = `X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR` + `-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*`

// Manner is how a daemon behaves to a caller.
type Manner func(net.Conn)

// Serve starts a daemon and returns its address. It ends with the test.
func Serve(tb testing.TB, network, address string, m Manner) string {
	tb.Helper()
	listener, err := (&net.ListenConfig{}).Listen(tb.Context(), network, address)
	if err != nil {
		tb.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	var open []net.Conn
	all.Go(func() {
		for {
			c, err := listener.Accept()
			if err != nil {
				return
			}
			mu.Lock()
			open = append(open, c)
			mu.Unlock()
			all.Go(func() {
				m(c)
				_ = c.Close()
			})
		}
	})
	tb.Cleanup(func() {
		_ = listener.Close()
		mu.Lock()
		for _, c := range open {
			_ = c.Close()
		}
		mu.Unlock()
		all.Wait()
	})
	return listener.Addr().String()
}

// Receive reads an INSTREAM command and returns its content, nil where the
// caller does not keep to the protocol.
func Receive(c net.Conn) []byte {
	command := make([]byte, len("zINSTREAM\x00"))
	if _, err := io.ReadFull(c, command); err != nil || string(command) != "zINSTREAM\x00" {
		return nil
	}
	content := []byte{}
	for {
		var size [4]byte
		if _, err := io.ReadFull(c, size[:]); err != nil {
			return nil
		}
		n := binary.BigEndian.Uint32(size[:])
		if n == 0 {
			return content
		}
		piece := make([]byte, n)
		if _, err := io.ReadFull(c, piece); err != nil {
			return nil
		}
		content = append(content, piece...)
	}
}

// Honest is a daemon that works.
func Honest(c net.Conn) {
	switch content := Receive(c); {
	case content == nil:
	case bytes.Contains(content, []byte(EICAR)):
		_, _ = io.WriteString(c, "stream: Eicar-Test-Signature FOUND\x00") // the caller notices
	default:
		_, _ = io.WriteString(c, "stream: OK\x00")
	}
}

// Says is a daemon that takes everything and has one answer.
func Says(answer string) Manner {
	return func(c net.Conn) {
		if Receive(c) != nil {
			_, _ = io.WriteString(c, answer+"\x00") // the caller notices
		}
	}
}

// Silent is a daemon that takes everything and never answers.
func Silent(c net.Conn) {
	for {
		if _, err := io.Copy(io.Discard, c); err != nil && !errors.Is(err, io.EOF) {
			return
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			return
		}
	}
}
