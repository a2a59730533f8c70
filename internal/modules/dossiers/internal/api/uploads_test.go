// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"

	"tinhso.vn/internal/modules/dossiers/dossierstest"
)

// A file comes in parts over a line that breaks, and is attached.
func TestUploadsInParts(t *testing.T) {
	t.Parallel()
	eachWorld(t, func(t *testing.T, w *dossierstest.World) {
		c := newCaller(t, w)
		draft := c.want(200, "bay", "POST", "/drafts", object{"procedure": "xac-nhan-cu-tru", "unit": dossierstest.Ward}).text("id")
		const whole = dossierstest.PDF
		id := c.want(200, "bay", "POST", "/uploads", object{"name": "to\u031b\u0300 khai.pdf", "length": len(whole)}).text("id")
		send := func(who, offset string, body io.Reader) answer {
			return c.send(who, "PATCH", "/uploads/"+id, body, "Content-Type", "application/offset+octet-stream", "Upload-Offset", offset)
		}
		if a := send("bay", "0", io.MultiReader(strings.NewReader(whole[:100]), iotest.ErrReader(io.ErrUnexpectedEOF))); a.status != 200 || a.body["received"] != float64(100) || a.text("sha256") != "" {
			t.Errorf("the line breaks: %d %s", a.status, a.raw)
		}
		if a := c.send("bay", "HEAD", "/uploads/"+id, nil); a.status != 200 || a.header.Get("Upload-Offset") != "100" || a.header.Get("Upload-Length") != strconv.Itoa(len(whole)) {
			t.Errorf("how much came: %d %v", a.status, a.header)
		}
		if a := c.send("nam", "HEAD", "/uploads/"+id, nil); a.status != 404 {
			t.Errorf("another asks: %d", a.status)
		}
		if a := send("nam", "100", strings.NewReader(whole[100:])); a.status != 404 {
			t.Errorf("another sends: %d %s", a.status, a.raw)
		}
		for offset, want := range map[string]int{"0": 409, "101": 409, "": 422, "-1": 422, "x": 422} {
			if a := send("bay", offset, strings.NewReader(whole[100:])); a.status != want {
				t.Errorf("offset %q: %d %s", offset, a.status, a.raw)
			}
		}
		if a := send("bay", "100", strings.NewReader(whole[100:]+"x")); a.status != 413 {
			t.Errorf("more than was announced: %d %s", a.status, a.raw)
		}
		attach := func(who, upload string) answer {
			return c.send(who, "POST", "/drafts/"+draft+"/papers/to-khai?upload="+upload, nil)
		}
		if a := attach("bay", id); a.status != 409 || a.body["code"] != "files.incomplete" {
			t.Errorf("too early: %d %s", a.status, a.raw)
		}
		sum := sha256.Sum256([]byte(whole))
		if a := send("bay", "100", strings.NewReader(whole[100:])); a.status != 200 || a.text("sha256") != hex.EncodeToString(sum[:]) || a.header.Get("Upload-Offset") != strconv.Itoa(len(whole)) {
			t.Errorf("complete: %d %s", a.status, a.raw)
		}
		a := attach("bay", id)
		if a.status != 201 || a.body["name"] != "tờ khai.pdf" {
			t.Fatalf("attach: %d %s", a.status, a.raw)
		}
		if file := c.want(200, "bay", "GET", "/drafts/"+draft+"/attachments/"+a.text("id"), nil); string(file.raw) != whole {
			t.Errorf("came as %d bytes", len(file.raw))
		}
		if a := attach("bay", id); a.status != 404 {
			t.Errorf("attached twice: %d %s", a.status, a.raw)
		}

		// What is attached is inspected, however it came; then it can be thrown away.
		const bad = "MZ\x90\x00"
		id = c.want(200, "bay", "POST", "/uploads", object{"name": "a.pdf", "length": len(bad)}).text("id")
		if a := send("bay", "0", strings.NewReader(bad)); a.status != 200 {
			t.Errorf("%d %s", a.status, a.raw)
		}
		if a := attach("bay", id); a.status != 422 || a.body["code"] != "files.type_mismatch" {
			t.Errorf("a program: %d %s", a.status, a.raw)
		}
		c.want(404, "nam", "DELETE", "/uploads/"+id, nil)
		c.want(204, "bay", "DELETE", "/uploads/"+id, nil)
		c.want(404, "bay", "DELETE", "/uploads/"+id, nil)
		c.want(413, "bay", "POST", "/uploads", object{"name": "a.pdf", "length": 1 << 40})
	})
}
