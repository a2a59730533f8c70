// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package relying

import (
	"errors"
	"fmt"
	"io"
	"net/http"
)

// errStatus is an answer of a server that cannot work.
var errStatus = errors.New("the server cannot work")

// bounded reads answers of a bounded size, and takes a server that says it cannot
// work for one that is not there.
type bounded struct{ next http.RoundTripper }

// RoundTrip implements http.RoundTripper.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if answer.StatusCode >= http.StatusInternalServerError {
		_ = answer.Body.Close()
		return nil, fmt.Errorf("%w: %s", errStatus, answer.Status)
	}
	answer.Body = limited{io.LimitReader(answer.Body, largest), answer.Body}
	return answer, nil
}

type limited struct {
	io.Reader
	io.Closer
}
