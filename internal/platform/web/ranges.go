// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package web

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
)

// errRange means that the part that was asked for is not in the file.
var errRange = errors.New("web: no such range")

// SendBytes answers with content of a size, whole or, where the request asks for
// one, a part: so a download goes on where it broke off. Tag names the content;
// another content has another tag. The other headers are set before.
func SendBytes(w http.ResponseWriter, r *http.Request, size int64, tag string, whole io.Reader, part func(from, length int64) (io.Reader, error)) error {
	h := w.Header()
	h.Set("Accept-Ranges", "bytes")
	h.Set("ETag", strconv.Quote(tag))
	from, length, partial, err := wanted(r, size, strconv.Quote(tag))
	if err != nil {
		h.Set("Content-Range", fmt.Sprintf("bytes */%d", size))
		w.WriteHeader(http.StatusRequestedRangeNotSatisfiable)
		return nil //nolint:nilerr // programs ask for ranges, and they know the number
	}
	if partial {
		if whole, err = part(from, length); err != nil {
			return err
		}
		h.Set("Content-Range", fmt.Sprintf("bytes %d-%d/%d", from, from+length-1, size))
	}
	h.Set("Content-Length", strconv.FormatInt(length, 10))
	if partial {
		w.WriteHeader(http.StatusPartialContent)
	}
	_, err = io.Copy(w, whole)
	return err
}

// wanted reads Range (RFC 9110, 14.2). Several ranges at once, and what is no
// range at all, are answered with everything.
func wanted(r *http.Request, size int64, tag string) (from, length int64, partial bool, err error) {
	spec, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=")
	if tagged := r.Header.Get("If-Range"); !ok || r.Method != http.MethodGet || strings.Contains(spec, ",") || (tagged != "" && tagged != tag) {
		return 0, size, false, nil
	}
	first, last, ok := strings.Cut(strings.TrimSpace(spec), "-")
	if !ok {
		return 0, size, false, nil
	}
	if first == "" { // the last bytes
		n, err := strconv.ParseInt(last, 10, 64)
		if err != nil || n < 0 {
			return 0, size, false, nil //nolint:nilerr // what is no range counts for nothing
		}
		if n = min(n, size); n == 0 {
			return 0, 0, false, errRange
		}
		return size - n, n, true, nil
	}
	from, err = strconv.ParseInt(first, 10, 64)
	if err != nil || from < 0 {
		return 0, size, false, nil //nolint:nilerr // as above
	}
	to := size - 1
	if last != "" {
		end, err := strconv.ParseInt(last, 10, 64)
		if err != nil || end < from {
			return 0, size, false, nil //nolint:nilerr // as above
		}
		to = min(to, end)
	}
	if from >= size {
		return 0, 0, false, errRange
	}
	return from, to - from + 1, true, nil
}
