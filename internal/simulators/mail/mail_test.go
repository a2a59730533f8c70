// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"tinhso.vn/internal/platform/clock"
	"tinhso.vn/internal/platform/mail"
	simulated "tinhso.vn/internal/simulators/mail"
)

func start(t *testing.T, certificate *tls.Config) (s *simulated.Server, port int, web *httptest.Server) {
	t.Helper()
	s = simulated.New(clock.System{}, certificate)
	var lc net.ListenConfig
	l, err := lc.Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Serve(ctx, l) }()
	web = httptest.NewServer(s.Handler())
	t.Cleanup(func() {
		web.Close()
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return s, l.Addr().(*net.TCPAddr).Port, web //nolint:forcetypeassert,errcheck // it listens on TCP
}

func sender(t *testing.T, c mail.Config) *mail.Sender {
	t.Helper()
	c.Host, c.From = "127.0.0.1", "Cổng dịch vụ công <khong-tra-loi@example.vn>"
	s, err := mail.New(c, clock.System{})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func ask(t *testing.T, method, address string) string {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, address, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func message() mail.Message {
	return mail.Message{
		ID: "m1", To: []string{"bay@example.vn", "Lê Thị Nam <nam@example.vn>"}, Subject: "Hồ sơ đã được tiếp nhận – Ông/Bà vui lòng xem <kết quả> trong thư này",
		Text: "Kính gửi Ông/Bà,\n\nHồ sơ của Ông/Bà đã được tiếp nhận.\n.\nMột dòng chỉ có dấu chấm ở trên.", HTML: "<p>Kính gửi Ông/Bà</p>",
		Attachments: []mail.Attachment{{Name: "Giấy tiếp nhận.pdf", Type: "application/pdf", Content: []byte(strings.Repeat("%PDF", 5000))}},
	}
}

func TestVietnameseGoesThereWhole(t *testing.T) {
	t.Parallel()
	s, port, web := start(t, nil)
	m := message()
	if err := sender(t, mail.Config{Port: port, Security: mail.Plain}).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	all := s.Received()
	if len(all) != 1 {
		t.Fatalf("%d mails", len(all))
	}
	got := all[0]
	if got.Subject != m.Subject || strings.TrimRight(got.Text, "\n") != m.Text || strings.TrimSpace(got.HTML) != m.HTML || got.From != "khong-tra-loi@example.vn" ||
		len(got.To) != 2 || got.To[1] != "nam@example.vn" || got.ID != "<m1@example.vn>" || len(got.Files) != 1 || got.Files[0] != "Giấy tiếp nhận.pdf" || got.Bytes[0] != 20000 {
		t.Errorf("got %+v", got)
	}
	if page := ask(t, http.MethodGet, web.URL+"/mail/"); !strings.Contains(page, "Hồ sơ đã được tiếp nhận") || !strings.Contains(page, "&lt;kết quả&gt;") || !strings.Contains(page, "Giấy tiếp nhận.pdf") {
		t.Errorf("the page: %s", page)
	}
	if list := ask(t, http.MethodGet, web.URL+"/mail/messages"); !strings.Contains(list, `"id":"\u003cm1@example.vn\u003e"`) {
		t.Errorf("the list: %s", list)
	}
}

func TestTheServerMisbehavesOnCommand(t *testing.T) {
	t.Parallel()
	s, port, web := start(t, nil)
	out := sender(t, mail.Config{Port: port, Security: mail.Plain})
	send := func() error { return out.Send(t.Context(), message()) }
	ask(t, http.MethodPost, web.URL+"/mail/faults?refuse=1&later=1&drop=1&slow=10ms")
	if err := send(); !errors.Is(err, mail.ErrRefused) || strings.Contains(err.Error(), "@") {
		t.Errorf("refused: %v", err)
	}
	if err := send(); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("not now: %v", err)
	}
	if n := len(s.Received()); n != 0 {
		t.Errorf("%d mails were taken", n)
	}
	if err := send(); err == nil || errors.Is(err, mail.ErrRefused) {
		t.Errorf("the answer got lost: %v", err)
	}
	if err := send(); err != nil {
		t.Error(err)
	}
	if all := s.Received(); len(all) != 2 || all[0].ID != all[1].ID {
		t.Errorf("%d mails; sent again they have one id", len(all))
	}
	ask(t, http.MethodPost, web.URL+"/mail/faults?slow=300ms")
	begun := time.Now()
	if err := send(); err != nil || time.Since(begun) < 300*time.Millisecond {
		t.Errorf("a slow server answered after %s, %v", time.Since(begun), err)
	}
}

func TestTheLineIsKept(t *testing.T) {
	t.Parallel()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	shape := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, shape, shape, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(parsed)
	s, port, _ := start(t, &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12})
	if err := sender(t, mail.Config{Port: port, Security: mail.StartTLS, Roots: roots}).Send(t.Context(), message()); err != nil {
		t.Errorf("trusted: %v", err)
	}
	if err := sender(t, mail.Config{Port: port, Security: mail.StartTLS}).Send(t.Context(), message()); err == nil {
		t.Error("a server nobody knows got the mail")
	}
	_, plain, _ := start(t, nil)
	if err := sender(t, mail.Config{Port: plain, Security: mail.StartTLS, Roots: roots}).Send(t.Context(), message()); err == nil {
		t.Error("a server without TLS got the mail")
	}
	if n := len(s.Received()); n != 1 {
		t.Errorf("%d mails", n)
	}
}
