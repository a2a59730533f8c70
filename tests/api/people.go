// SPDX-FileCopyrightText: The tinhso authors
// SPDX-License-Identifier: Apache-2.0

package api

import (
	"context"
	"net/http"
	"net/url"
)

// Person is somebody who has signed in.
type Person struct {
	on    *Client
	token string
}

// Person signs somebody of the demonstration in.
func (a *Client) Person(ctx context.Context, login string) (Person, error) {
	var session struct {
		Token string `json:"token"`
	}
	err := a.call(ctx, "", http.MethodPost, "/api/v1/sessions", "", map[string]string{"login": login, "password": password}, &session)
	return Person{a, session.Token}, err
}

// Do asks for something; out may be nil.
func (p Person) Do(ctx context.Context, method, path string, in, out any) error {
	return p.on.call(ctx, p.token, method, "/api/v1"+path, "", in, out)
}

// File is Client.File by a clerk.
func (p Person) File(ctx context.Context, key string) (string, error) {
	var out struct {
		ID string `json:"id"`
	}
	err := p.on.call(ctx, p.token, http.MethodPost, "/api/v1/dossiers", key, application(key), &out)
	return out.ID, err
}

// Accept gives a dossier its code.
func (p Person) Accept(ctx context.Context, id string) (code string, err error) {
	var out struct {
		Code string `json:"code"`
	}
	err = p.Do(ctx, http.MethodPost, "/dossiers/"+id+"/accept", struct{}{}, &out)
	return out.Code, err
}

// Finds reports whether a search finds a dossier.
func (p Person) Finds(ctx context.Context, words, id string) (bool, error) {
	var out struct {
		Items []struct {
			ID string `json:"id"`
		} `json:"items"`
	}
	err := p.Do(ctx, http.MethodGet, "/search?q="+url.QueryEscape(words), nil, &out)
	for _, h := range out.Items {
		if h.ID == id {
			return true, err
		}
	}
	return false, err
}
